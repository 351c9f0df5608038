"""The messages of a correspondence."""

from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.api.operations import operation
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.door import guard
from arbitration.rules.marking import N_
from arbitration.schemas.messages import EditedMessage, Message, Messages, NewMessage
from arbitration.schemas.queries import MessagesQuery
from arbitration.services import correspondence, cursors, messages


@operation("listMessages", asks=MessagesQuery, gives=Messages)
def list_messages(session: Session, asked: dict[str, Any], external_id: str) -> dict[str, Any]:
    """Read a correspondence

    In order, from its beginning or from the message after a position. Reading here sets no read mark.
    """
    limit, after = asked["limit"], _after(asked)
    purchase, found = messages.list_messages(session, guard.actor(), external_id, after=after[1], limit=limit)
    if after[0] not in (None, purchase.id):
        raise InvalidError(faults=[FieldFault("cursor", N_("This cursor belongs to another correspondence."))])
    more = len(found) == limit and found[-1].message.position < purchase.last_position
    return {
        "items": [_shown(told) for told in found],
        "next": cursors.write(purchase.id, found[-1].message.position) if more else None,
    }


@operation("postMessage", takes=NewMessage, gives=Message, status=201)
def post_message(session: Session, said: dict[str, Any], external_id: str) -> dict[str, Any]:
    """Post a message

    The other side sees it at once and gets a mail if it is not reading along.
    """
    marks = {"reports_problem": said["reports_problem"], "asks": said["asks"]}
    named = said["exhibits"]
    told = messages.post_message(session, guard.actor(), external_id, said["text"], g.now, exhibits=named, **marks)
    return _shown(told)


@operation("editMessage", takes=EditedMessage, gives=Message)
def edit_message(session: Session, said: dict[str, Any], external_id: str, position: int) -> dict[str, Any]:
    """Change one's own message

    Earlier versions stay readable for both sides.
    """
    told = messages.edit_message(session, guard.actor(), external_id, position, said["text"], g.now, seen=said["seen"])
    return _shown(told)


@operation("deleteMessage", gives=Message)
def delete_message(session: Session, external_id: str, position: int) -> dict[str, Any]:
    """Delete one's own message

    Nobody is shown its text any more; what is left says that there was one.
    """
    return _shown(messages.delete_message(session, guard.actor(), external_id, position, g.now))


def _after(asked: dict[str, Any]) -> tuple[UUID | None, int]:
    """From which purchase's cursor, and after which position."""
    if "cursor" not in asked:
        return None, asked["after"]
    if asked["after"]:
        raise InvalidError(faults=[FieldFault("after", N_("Send either a cursor or a position, not both."))])
    purchase_id, position = cursors.read(asked["cursor"], [UUID, int])
    return purchase_id, position


def _shown(told: correspondence.Told) -> dict[str, Any]:
    return shown_message(told.message, told.text)


def shown_message(message: correspondence.AnyMessage, text: str | None) -> dict[str, Any]:
    """A message as it goes out; what came with an act has no text of its own where nothing was said with it."""
    return {
        "position": message.position,
        "kind": message.kind,
        "about": message.about,
        "by": message.author_role,
        "text": text,
        "posted_at": message.posted_at,
        "reports_problem": message.reports_problem,
        "asks": message.asks,
        "hidden_at": message.hidden_at,
        "version": message.versions,
        "edited_at": message.edited_at,
        "deleted_at": message.deleted_at,
    }
