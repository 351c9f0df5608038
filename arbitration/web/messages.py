"""Writing to a correspondence, changing and deleting what one wrote, and what has come since."""

import hashlib
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.actors import Actor
from arbitration.domain.messages import Standing, require_changeable
from arbitration.domain.refusals import ConflictError, InvalidError, NotFoundError, RefusalError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Purchase
from arbitration.services import correspondence, drafts, messages, purchases
from arbitration.services.purchases import side_of
from arbitration.web import sessions
from arbitration.web.acting import once_on_page
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.prose import html_of
from arbitration.web.purchases import Composer, note_shown, page, whole_number
from arbitration.web.thread import message_views
from arbitration.web.views import author_name

blueprint = Blueprint("messages", __name__)
ONE = "/purchases/<external_id>/messages/<int(max=2147483647):position>"


@blueprint.post("/purchases/<external_id>/messages")
def post(external_id: str) -> AnyResponse:
    """Send a message; what is refused comes back in its field."""
    text = request.form.get("text", "")
    marked, asks = (request.form.get(name) == "true" for name in ("reports_problem", "asks"))

    def act(session: Session) -> str:
        actor = guard.actor()
        told = messages.post_message(session, actor, external_id, text, g.now, reports_problem=marked, asks=asks)
        drafts.forget(session, sessions.draft_token(), external_id)
        return _place(external_id, told.message.position)

    try:
        return once_on_page("messages.post", act)
    except InvalidError as refusal:
        return page(external_id, Composer(text, marked, asks, sentence_of(refusal)), 422)


@blueprint.get("/purchases/<external_id>/messages")
def fragment(external_id: str) -> Response:
    """The messages after a position, as the page shows them; 304 while nothing has changed."""
    asker, after = guard.actor(), whole_number("after") or 0
    with reading() as session:
        etag = _etag(asker, messages.stamp(session, asker, external_id), after)
        if request.if_none_match.contains_weak(etag):
            return _with_etag(Response(status=304), etag)
        purchase, told = messages.list_messages(
            session, asker, external_id, after=after, limit=correspondence.LARGEST_PAGE
        )
        marks = messages.read_marks(session, purchase.id)
        mine = marks.get(asker.person_id) if asker.person_id else None
        seen = mine.position if mine else 0
        shown = message_views(session, told, purchase, asker, marks, side_of(asker, purchase), current_reader())
        html = render_template(
            "purchases/_messages.html",
            purchase={"external_id": external_id},
            messages=shown,
            first_unread=None,
            now=g.now,
        )
        purchase_id = purchase.id
    note_shown(purchase_id, seen, shown)
    return _with_etag(make_response(html), etag)


def _etag(asker: Actor, stamp: str, after: int) -> str:
    reader = current_reader()
    today = g.now.astimezone(ZoneInfo(reader.time_zone)).date()
    whose = (str(asker.person_id), asker.role.value)
    reads = (reader.language, reader.time_zone, reader.calendar, reader.digits, today.isoformat())
    return hashlib.sha256(repr((*whose, *reads, after, stamp)).encode()).hexdigest()[:32]


def _with_etag(response: Response, etag: str) -> Response:
    response.set_etag(etag, weak=True)
    return response


@blueprint.get(f"{ONE}/versions")
def versions(external_id: str, position: int) -> str:
    """All that a message has said."""
    with reading() as session:
        purchase = purchases.get_purchase(session, guard.actor(), external_id)
        message, all_of_them = messages.list_versions(session, guard.actor(), external_id, position)
        if not all_of_them:
            raise NotFoundError
        shown = [
            {
                "html": html_of(version.text),
                "written_at": version.written_at,
                "current": version is all_of_them[-1],
            }
            for version in reversed(all_of_them)
        ]
        return render_template("messages/versions.html", versions=shown, **_context(purchase, message))


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
def edit(external_id: str, position: int) -> AnyResponse:
    """Change the text of one's message."""
    if request.method == "GET":
        return _edit_page(external_id, position)
    text, seen = request.form.get("text", ""), request.form.get("seen", "")

    def act(session: Session) -> str:
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        messages.edit_message(session, guard.actor(), external_id, position, text, g.now, seen=version)
        drafts.forget(session, sessions.draft_token(), external_id, position)
        return _place(external_id, position)

    try:
        return once_on_page("messages.edit", act)
    except (InvalidError, ConflictError) as refusal:
        return _edit_page(external_id, position, text, refusal)


def _edit_page(
    external_id: str, position: int, text: str | None = None, refusal: RefusalError | None = None
) -> Response:
    """The form with the text that stands, or with one that could not be taken: then both are shown."""
    with reading() as session:
        purchase, told = messages.get_message(session, guard.actor(), "editMessage", external_id, position)
        if refusal is None:
            require_changeable(Standing(told.message.deleted_at, told.message.versions))
        kept = drafts.find(session, sessions.draft_token(), external_id, g.now, position) if text is None else None
        written = text if text is not None else kept.text if kept else told.text
        other = told.text is not None and written != told.text and isinstance(refusal, ConflictError)
        html = render_template(
            "messages/edit.html",
            text=written,
            seen=told.message.versions,
            restored=kept is not None,
            deleted=told.text is None,
            standing=html_of(told.text) if other and told.text is not None else None,
            error=sentence_of(refusal) if refusal else None,
            **_context(purchase, told.message),
        )
    return make_response(html, status_of(refusal) if refusal else 200)


@blueprint.route(f"{ONE}/delete", methods=["GET", "POST"])
def delete(external_id: str, position: int) -> AnyResponse:
    """Delete one's message, after asking once more."""
    if request.method == "GET":
        return _delete_page(external_id, position)

    def act(session: Session) -> str:
        messages.delete_message(session, guard.actor(), external_id, position, g.now)
        return _place(external_id, position)

    return once_on_page("messages.delete", act)


def _delete_page(external_id: str, position: int) -> Response:
    with reading() as session:
        purchase, told = messages.get_message(session, guard.actor(), "deleteMessage", external_id, position)
        require_changeable(Standing(told.message.deleted_at, told.message.versions))
        context = _context(purchase, told.message)
        context["message"]["html"] = html_of(told.text or "")
        return make_response(render_template("messages/delete.html", **context))


def _context(purchase: Purchase, message: correspondence.AnyMessage) -> dict[str, Any]:
    """What the pages about one message share."""
    near_end = message.position > purchase.last_position - correspondence.PAGE
    before = None if near_end else message.position + correspondence.PAGE // 2
    return {
        "purchase": {"external_id": purchase.external_id},
        "listing": {"title": purchase.listing.title},
        "back": url_for("purchases.show", external_id=purchase.external_id, before=before) + f"#m{message.position}",
        "message": {
            "position": message.position,
            "posted_at": message.posted_at.astimezone(UTC),
            "mine": message.author_id == guard.actor().person_id,
            "author_name": author_name(purchase, message.author_role, current_reader(), message.author_name),
        },
    }


def _place(external_id: str, position: int) -> str:
    return url_for("purchases.show", external_id=external_id, _anchor=f"m{position}")
