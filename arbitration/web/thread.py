"""What the templates show of a correspondence."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, AuthoredMessage
from arbitration.domain.messages import MESSAGE
from arbitration.domain.permissions import may
from arbitration.i18n import Reader
from arbitration.models import Message, Purchase, ReadMark
from arbitration.services import messages
from arbitration.services.loading import parties_of
from arbitration.services.messages import Told
from arbitration.web.prose import html_of
from arbitration.web.views import name_of_side, other_name


def page_for(session: Session, purchase: Purchase, seen: int, before: int | None) -> list[Told]:
    """The messages of a page: those before a position, or else the last ones, and all that are new up to a limit."""
    if before is not None:
        return messages.last_of(session, purchase.id, before=before)
    new = purchase.last_position - seen
    return messages.last_of(session, purchase.id, limit=max(messages.PAGE, new + messages.PAGE // 5))


def first_unread(told: Sequence[Told], actor: Actor, seen: int) -> int | None:
    """The position of the first message on the page that the actor has not been shown before."""
    return next((t.message.position for t in told if t.message.position > seen and _new_to(t.message, actor)), None)


def message_views(
    told: Sequence[Told],
    purchase: Purchase,
    actor: Actor,
    marks: Mapping[UUID, ReadMark],
    side: str | None,
    reader: Reader,
) -> list[dict[str, Any]]:
    """The messages as ``templates/purchases/_messages.html`` shows them."""
    mark = next((mark for person, mark in marks.items() if person != actor.person_id), None)
    read = [
        t.message.position for t in told if mark and _mine(t.message, actor) and t.message.position <= mark.position
    ]
    dated = max(read, default=0)
    return [
        _view(item, purchase, actor, reader)
        | {
            "read": item.message.position in read,
            "read_at": mark.read_at if mark and item.message.position == dated else None,
            "read_by": other_name(purchase, side, reader),
        }
        for item in told
    ]


def _view(told: Told, purchase: Purchase, actor: Actor, reader: Reader) -> dict[str, Any]:
    message = told.message
    author = name_of_side(purchase, message.author_role, reader)
    changeable = (
        message.kind == MESSAGE
        and message.deleted_at is None
        and may(actor, "editMessage", AuthoredMessage(parties_of(purchase), message.author_id))
    )
    return {
        "position": message.position,
        "author_name": author,
        "author_role": message.author_role,
        "mine": _mine(message, actor),
        "posted_at": message.posted_at,
        "html": html_of(told.text) if told.text is not None else "",
        "reports_problem": message.reports_problem,
        "exhibit": (message.about or {}).get("number") if message.kind == "exhibit" else None,
        "edited_at": message.edited_at,
        "removed": "deleted" if message.deleted_at else None,
        "removed_at": message.deleted_at,
        "removed_by": author,
        "removed_reason": None,
        "may_edit": changeable,
        "may_delete": changeable,
    }


def _mine(message: Message, actor: Actor) -> bool:
    return message.author_id == actor.person_id


def _new_to(message: Message, actor: Actor) -> bool:
    return not _mine(message, actor)
