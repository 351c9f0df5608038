"""Each page that an application of the tests shows again is written anew beside it, and has to be the same."""

from collections.abc import Callable, Hashable
from datetime import datetime
from functools import wraps

from flask import Response, g, make_response

from arbitration.web import kept_pages
from arbitration.web.fragments import KEY
from arbitration.web.kept_pages import Page, Shelf


def watch_kept_pages() -> None:
    """From now on a kept page that differs from a fresh one is a fault of the request that it answers."""
    find, written_once = Shelf.find, kept_pages.written_once

    @wraps(find)
    def noted(self: Shelf, key: object, now: datetime) -> Page | None:
        g.shown_again = find(self, key, now)
        return g.shown_again

    def compared(told: Hashable, write: Callable[[], Response | str]) -> Response:
        g.shown_again = None
        answer = written_once(told, write)
        if g.shown_again is not None:
            g.is_kept = True
            fresh = make_response(write()).get_data(as_text=True)
            g.is_kept = False
            kept = b"".join(KEY.encode().join(chunk) for chunk in g.shown_again).decode()
            if fresh != kept:
                raise AssertionError(_difference(kept, fresh))
        return answer

    Shelf.find = noted  # type: ignore[method-assign]
    kept_pages.written_once = compared


def _difference(kept: str, fresh: str) -> str:
    lines = zip(kept.splitlines(), fresh.splitlines(), strict=False)
    first = next(((old, new) for old, new in lines if old != new), ("", ""))
    return f"a page shown again is not what it would be now: {first[0].strip()!r} instead of {first[1].strip()!r}"
