"""What a page answers to somebody who is signed out: a way to sign in that leads back, and no text is lost on it."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, g, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import db, unit_of_work
from arbitration.domain.actors import Relation
from arbitration.domain.permissions import PERMISSIONS
from arbitration.domain.sign_in import own_path
from arbitration.door import uploads
from arbitration.door.endpoints import action_of
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services import drafts, throttles
from arbitration.services.sessions import was_of_staff
from arbitration.web import sessions
from arbitration.web.acting import KEY
from arbitration.web.sessions import see_other

WRITING = {
    "messages.post": "text",
    "messages.edit": "text",
    "objections.make": "reason",
    "listing_check.show": "text",
    "exhibits.file": "shows",
}
"""The pages on which people write, and the field in which they do."""
SIGNED_OUT = N_("You were signed out, so nothing was changed. Sign in, then do it again.")

FORMS = frozenset({"opening", "disputes", "replacements", "statements", "cases_acts", "cases_ruling", "operations"})
"""The pages with a form of several fields: each is kept whole, and comes back on its own page."""
NOT_KEPT = frozenset({KEY, "content", "open", "change", "preview"})
"""What is delivered lies nowhere but in the delivery itself."""
LONGEST_FORM = 100_000

OF_STAFF = frozenset({Relation.ARBITER, Relation.CASE_ARBITER, Relation.OPERATOR})


def ask_who() -> AnyResponse:
    """To the sign-in page, and afterwards to the page that was wanted.

    Raises:
        TooOftenError: too many texts came from this place to be kept.
    """
    if request.headers.get("X-Requested-With") == "poll":
        return Unauthorized().get_response()
    if request.method in ("GET", "HEAD"):
        return _to_sign_in(_address_of_this_page())
    if request.endpoint == "exhibits.file":
        uploads.drop_files()
    if request.blueprint in FORMS:
        return _keep_form()
    written = request.form.get(WRITING.get(request.endpoint or "", ""), "")
    if written.strip():
        return _keep_text(written)
    if request.endpoint == "sign_in.out":
        return see_other(url_for("home.show"))
    flash(current_reader().gettext(SIGNED_OUT), "info")
    return _to_sign_in(_page_of_purchase())


def _keep_text(text: str) -> AnyResponse:
    """Keep what was written for the browser that sent it; it comes back in the field it was written in."""
    where = request.view_args or {}
    place = throttles.place_of(request.remote_addr)
    with unit_of_work() as act:
        throttles.take(act, throttles.KEPT_TEXTS, place, g.now)
    with unit_of_work() as act:
        token = drafts.keep(
            act,
            sessions.draft_token(),
            where.get("external_id", drafts.LISTING),
            text,
            g.now,
            position=_kept_at(where),
            marked="true" in (request.form.get("reports_problem"), request.form.get("asks")),
        )
    own = request.endpoint in ("messages.edit", "listing_check.show")
    response = _to_sign_in(request.path if own else _page_of_purchase())
    sessions.set_cookie(response, "draft", token, drafts.LAST.total_seconds())
    return response


def _keep_form() -> AnyResponse:
    """Keep all that stands in a form, and lead back to it."""
    found = {name: "\n".join(request.form.getlist(name)) for name in request.form if name not in NOT_KEPT}
    said = {name: text for name, text in found.items() if text.strip()}
    kept = json.dumps(said, ensure_ascii=False)
    response = _to_sign_in(request.path)
    if not said or len(kept) > LONGEST_FORM:
        flash(current_reader().gettext(SIGNED_OUT), "info")
        return response
    place = throttles.place_of(request.remote_addr)
    where = drafts.form_of(request.endpoint or "", sessions.subject_of_form())
    with unit_of_work() as act:
        throttles.take(act, throttles.KEPT_TEXTS, place, g.now)
    with unit_of_work() as act:
        token = drafts.keep(act, sessions.draft_token(), where, kept, g.now, position=drafts.FORM)
    sessions.set_cookie(response, "draft", token, drafts.LAST.total_seconds())
    return response


def _kept_at(where: Mapping[str, Any]) -> int:
    if request.endpoint == "exhibits.file":
        return drafts.EXHIBIT
    found: int = drafts.position_of(where["field"]) if "field" in where else where.get("position", 0)
    return found


def _to_sign_in(lands_on: str | None) -> Response:
    page = "staff_sign_in.ask" if _works_here() else "sign_in.ask"
    return see_other(url_for(page, next=own_path(lands_on)))


def _works_here() -> bool:
    """Whether the page is for arbiters or operators alone, or the session that ended was one of theirs."""
    allowed = PERMISSIONS.get(action_of(request.endpoint or "") or "", frozenset())
    own = (request.blueprint or "").startswith(("staff_", "cases", "operations"))
    return own or allowed <= OF_STAFF or was_of_staff(db.session(), sessions.secret())


def _page_of_purchase() -> str | None:
    external_id = (request.view_args or {}).get("external_id")
    return url_for("purchases.show", external_id=external_id) if external_id else None


def _address_of_this_page() -> str:
    return request.full_path if request.query_string else request.path
