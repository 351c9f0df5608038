"""What the templates show of a correspondence."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, AuthoredMessage, CaseParties, PurchaseParties, Role
from arbitration.domain.messages import MESSAGE
from arbitration.domain.permissions import may
from arbitration.i18n import Reader
from arbitration.models import Message, Purchase, ReadMark
from arbitration.services import correspondence
from arbitration.services.correspondence import Hiding, Told
from arbitration.services.loading import case_parties
from arbitration.services.purchases import BUYER, SIDES
from arbitration.web.event_views import event_view
from arbitration.web.prose import html_of
from arbitration.web.views import author_name, other_name


def page_for(session: Session, purchase: Purchase, actor: Actor, seen: int, before: int | None) -> list[Told]:
    """The messages of a page: those before a position, or else the last ones, and all that are new up to a limit."""
    all_texts = correspondence.sees_hidden(actor)
    if before is not None:
        return correspondence.last_of(session, purchase.id, before=before, all_texts=all_texts)
    new = purchase.last_position - seen
    limit = max(correspondence.PAGE, new + correspondence.PAGE // 5)
    return correspondence.last_of(session, purchase.id, limit=limit, all_texts=all_texts)


def first_unread(told: Sequence[Told], actor: Actor, seen: int) -> int | None:
    """The position of the first message on the page that the actor has not been shown before."""
    return next((t.message.position for t in told if t.message.position > seen and _new_to(t.message, actor)), None)


def message_views(
    session: Session,
    told: Sequence[Told],
    purchase: Purchase,
    actor: Actor,
    marks: Mapping[UUID, ReadMark],
    side: str | None,
    reader: Reader,
) -> list[dict[str, Any]]:
    """The messages as ``templates/purchases/_messages.html`` shows them; of read marks, the other side's alone."""
    mark = marks.get(_across(purchase, side)) if side else None
    read = [
        t.message.position for t in told if mark and _mine(t.message, actor) and t.message.position <= mark.position
    ]
    dated = max(read, default=0)
    hidings = correspondence.hidings(session, told)
    parties = case_parties(session, actor, purchase)
    over = actor.role is Role.ARBITER and parties.closed
    may_report = may(actor, "reportConduct", parties) and not over
    return [
        _view(item, purchase, parties, actor, reader, hidings.get(item.message.position))
        | {
            "tells_read": side is not None,
            "read": item.message.position in read,
            "read_at": mark.read_at if mark and item.message.position == dated else None,
            "read_by": other_name(purchase, side, reader),
            "may_report": may_report and _reportable(item, actor),
        }
        for item in told
    ]


def _across(purchase: Purchase, side: str) -> UUID:
    return purchase.seller.person_id if side == BUYER else purchase.buyer_id


def _view(
    told: Told,
    purchase: Purchase,
    parties: PurchaseParties | CaseParties,
    actor: Actor,
    reader: Reader,
    hiding: Hiding | None,
) -> dict[str, Any]:
    message = told.message
    own_name = message.author.name if message.author else None
    author = author_name(purchase, message.author_role, reader, own_name)
    changeable = (
        message.kind == MESSAGE
        and message.deleted_at is None
        and message.hidden_at is None
        and may(actor, "editMessage", AuthoredMessage(parties, message.author_id))
    )
    removed = "deleted" if message.deleted_at else "hidden" if told.text is None else None
    return {
        "position": message.position,
        "author_name": author,
        "author_role": message.author_role,
        "mine": _mine(message, actor),
        "posted_at": message.posted_at,
        "html": html_of(told.text) if told.text else "",
        "reports_problem": message.reports_problem,
        "asks": message.asks,
        "event": event_view(message, purchase, author, reader) if message.kind != MESSAGE else None,
        "edited_at": message.edited_at,
        "removed": removed,
        "removed_at": message.hidden_at if removed == "hidden" else message.deleted_at,
        "removed_by": (hiding.name if hiding else "") if removed == "hidden" else author,
        "removed_reason": hiding.reason if hiding and removed == "hidden" else None,
        "hidden_from_parties": message.hidden_at is not None and removed is None,
        "may_edit": changeable,
        "may_delete": changeable,
    }


def _mine(message: Message, actor: Actor) -> bool:
    return message.author_id is not None and message.author_id == actor.person_id


def _new_to(message: Message, actor: Actor) -> bool:
    return not _mine(message, actor)


def _reportable(told: Told, actor: Actor) -> bool:
    """What a party wrote, alone or with an act, and the actor did not."""
    message = told.message
    return message.author_role in SIDES and not _mine(message, actor) and bool(told.text)
