"""Doing what a form asks for, once, however often it is sent."""

import re
from collections.abc import Callable

from flask import Response, abort, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.domain.docket import canonical
from arbitration.door import guard
from arbitration.door.once import Request, once
from arbitration.web.fragments import new_key
from arbitration.web.sessions import see_other

KEY = "idempotency_key"
GOOD_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


def once_on_page(operation: str, act: Callable[[Session], str], files: bytes = b"") -> AnyResponse:
    """Do what the form asks for and send the browser on to the address that ``act`` gives.

    ``files`` tells files that came with the form from others: their hashes.

    Raises:
        RefusalError: whatever ``act`` refuses. It is not kept: the form comes back with a key of its own.
    """
    if request.method != "POST":
        abort(405)
    key = request.form.get(KEY, "")
    asked = Request(
        scope=f"page:{guard.actor().person_id}",
        operation=operation,
        key=key if GOOD_KEY.fullmatch(key) else new_key(),
        said=_said() + files,
    )
    return once(asked, act=lambda session: _go(act(session)))


def _said() -> bytes:
    fields = {name: request.form.getlist(name) for name in request.form if name != KEY}
    return canonical({"path": request.path, "fields": fields}).encode("utf-8", "replace")


def _go(location: str) -> Response:
    return see_other(location)
