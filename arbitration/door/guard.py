"""Before every request: the moment, a name for it, who asks, and whether it may go on at all."""

import re
import secrets
from collections.abc import Callable
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from arbitration import clock
from arbitration.db import reading
from arbitration.domain.actors import NOBODY, Actor, Relation, Role
from arbitration.domain.permissions import PERMISSIONS
from arbitration.domain.sign_in import own_path
from arbitration.door.endpoints import action_of

SAFE = ("GET", "HEAD", "OPTIONS")
PAGES_OF_THE_API = ("api_document.browse", "api_document.read")
"""Which stand beside it, but are read by people."""
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def init_app(app: Flask) -> None:
    """Register the guards, in this order."""
    app.before_request(note_request)
    app.before_request(ask_for_the_page_only)
    app.before_request(leave_out_the_slash)
    app.before_request(refuse_other_sites)
    app.before_request(deny_by_default)


def actor() -> Actor:
    """Who is asking: the person behind the session or the token, or nobody."""
    found: Actor = g.get("actor", NOBODY)
    return found


def note_request() -> None:
    """Fix the moment of receipt, which decides what is in time, and an id for the logs."""
    g.now = clock.now()
    g.request_id = _id_of_proxy() or secrets.token_hex(8)


def ask_for_the_page_only() -> None:
    """Let a HEAD of a page with a form be a GET of it: only a POST acts. What is sent of the answer stays its head."""
    rule = request.url_rule
    if request.method == "HEAD" and rule is not None and "POST" in (rule.methods or ()):
        request.method = "GET"


def leave_out_the_slash() -> AnyResponse | None:
    """Send a reader on to the address without the slash at its end, whether there is a page or not: that is told there.

    So nobody learns from it what there is. The API's addresses are as its document says, and files are no pages.
    """
    if request.endpoint is not None or request.method not in ("GET", "HEAD") or is_api() or request.path == "/static/":
        return None
    asked = quote(f"{request.script_root}{request.path[:-1]}", safe="/:@!$&'()*+,;=")
    if request.query_string:
        asked += f"?{request.query_string.decode('ascii', 'replace')}"
    if not request.path.endswith("/") or "//" in request.path or own_path(asked) is None:
        return None
    return Response(status=308, headers={"Location": asked})


def _id_of_proxy() -> str | None:
    """The id that a trusted proxy gave the request, so that its logs and ours fit; nobody else's word counts."""
    stated = request.headers.get("X-Request-Id", "")
    if current_app.config["SETTINGS"].trusted_proxies and REQUEST_ID.fullmatch(stated):
        return stated
    return None


def refuse_other_sites() -> None:
    """Refuse a change that another site's page sends with our cookie (Fetch Metadata, else Origin)."""
    if request.method in SAFE or is_api():
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
    elif (origin := request.headers.get("Origin")) is not None and origin != current_app.config["SETTINGS"].base_url:
        abort(403)


def deny_by_default() -> AnyResponse | None:
    """Let a request on only if its route has a permission and somebody like the asker can have it."""
    if request.endpoint is None:
        return None
    allowed = PERMISSIONS.get(action_of(request.endpoint) or "", frozenset())
    if Relation.ANYONE in allowed and is_asset():
        return None
    find_out_who_asks()
    if not allowed:
        abort(404)
    if Relation.ANYONE in allowed or is_known():
        return None
    ask: Callable[[], Response] = current_app.extensions["arbitration_ask_who"]["api" if is_api() else "web"]
    return ask()


def find_out_who_asks() -> None:
    """Note in ``g`` who asks, unless that is known: by a session's cookie for pages, by a token for the API.

    Pages that tell of an error ask too: they come also where no route was asked for, and speak the reader's language.
    """
    if "actor" in g:
        return
    by_token = is_api() and request.endpoint not in PAGES_OF_THE_API
    identify: Callable[[], Actor] = current_app.extensions["arbitration_identify"]["api" if by_token else "web"]
    with reading():
        g.actor = identify()


def is_known() -> bool:
    """Whether whoever asks is somebody, after ``find_out_who_asks``."""
    return g.actor.person_id is not None or g.actor.role is Role.OPERATOR


def is_api() -> bool:
    """Whether the request is for the API, which takes tokens and no cookies."""
    return request.path.startswith("/api/")


def is_asset() -> bool:
    """Whether the request is for a static file or for a monitoring, which need to know nobody."""
    return request.endpoint in ("static", "health.live", "health.ready", "metrics.show")
