"""What a request asks on conditions: only if it changed, or only if not, and a part only of what it has."""

import re
from typing import Any

from flask import Response
from werkzeug.http import parse_date, parse_etags, unquote_etag

_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-\d{1,18})", re.ASCII)
_PRECONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")


class ConditionalResponse(Response):
    """As Flask's, but weighs conditions in the order that RFC 9110 has (13.2.2): Werkzeug looks at ``Range`` first."""

    def make_conditional(
        self, request_or_environ: Any, accept_ranges: bool | str = False, complete_length: int | None = None
    ) -> "ConditionalResponse":
        """Answer a GET or HEAD with 304 or 412 where its condition isn't met, else with the range that it asks for.

        What can't be understood as one range of bytes is ignored, and so is a range of something else than the asker
        has. A 412 has no body. Raises RequestedRangeNotSatisfiable for a range that begins behind the end.
        """
        environ = dict(getattr(request_or_environ, "environ", request_or_environ))
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not 200 <= self.status_code < 300:
            return self
        unmet = self._unmet(environ)
        if unmet is not None:
            self.status_code = unmet
            if unmet == 412:
                self.close()
                self.set_data(b"")
            return self
        if not self._range_counts(environ):
            environ.pop("HTTP_RANGE", None)
        for settled in (*_PRECONDITIONS, "HTTP_IF_RANGE"):
            environ.pop(settled, None)
        super().make_conditional(environ, accept_ranges, complete_length)
        return self

    def _unmet(self, environ: dict[str, Any]) -> int | None:
        """The status of an answer whose condition isn't met. Dates count only where no tag is named."""
        tag, weak = self.get_etag()
        match, none_match, modified, unmodified = (environ.get(name) for name in _PRECONDITIONS)
        if match is not None:
            held = parse_etags(match)
            if not held.star_tag and (tag is None or weak or not held.is_strong(tag)):
                return 412
        elif self._newer_than(unmodified) is True:
            return 412
        if none_match is not None:
            held = parse_etags(none_match)
            return 304 if held.star_tag or (tag is not None and held.contains_weak(tag)) else None
        return 304 if self._newer_than(modified) is False else None

    def _newer_than(self, date: str | None) -> bool | None:
        """Whether it was changed after a date; None where one of them isn't known."""
        told, changed = parse_date(date), self.last_modified
        return None if told is None or changed is None else changed > told

    def _range_counts(self, environ: dict[str, Any]) -> bool:
        if environ["REQUEST_METHOD"] != "GET" or not _is_one_range(environ.get("HTTP_RANGE", "")):
            return False
        having = environ.get("HTTP_IF_RANGE")
        if having is None:
            return True
        if having.startswith('"'):
            return self.get_etag() == (unquote_etag(having)[0], False)
        return self.last_modified is not None and parse_date(having) == self.last_modified


def _is_one_range(asked: str) -> bool:
    found = _ONE_RANGE.fullmatch(asked)
    return found is not None and (not found[2] or int(found[1]) <= int(found[2]))
