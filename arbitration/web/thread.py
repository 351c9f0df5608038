"""What the templates show of a correspondence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, AuthoredMessage, CaseParties, PurchaseParties, Role
from arbitration.domain.messages import MESSAGE
from arbitration.domain.permissions import may
from arbitration.domain.sides import BUYER, SIDES
from arbitration.i18n import Reader
from arbitration.models import Purchase, ReadMark
from arbitration.services import correspondence
from arbitration.services.correspondence import AnyMessage, Hiding, Told
from arbitration.services.loading import case_parties
from arbitration.web.event_views import event_view
from arbitration.web.prose import html_of
from arbitration.web.views import house_name, name_of_side, other_name


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


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as a page shows it. ``key`` tells it from all that look otherwise to the same reader.

    ``view`` is what ``templates/macros/message.html`` needs, made only for a message that was not written before.
    """

    position: int
    posted_at: datetime
    key: tuple[Any, ...]
    view: Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the messages of a page have in common: the two sides, who looks, and how far the other side has read.

    Values alone: what is written under ``key`` must not be read anew when it is written, for it may be another by then.
    """

    external_id: str
    amount: int
    currency: str
    names: Mapping[str, str]
    actor: Actor
    side: str | None
    reader: Reader
    parties: PurchaseParties | CaseParties
    may_report: bool
    read_by: str
    read_until: int
    read_at: datetime | None

    @property
    def key(self) -> tuple[Any, ...]:
        """What a message may show of the purchase: the sides' names, and what is to be paid back at most."""
        return (self.external_id, self.side, self.amount, self.currency, *self.names.values())


def message_views(
    session: Session,
    told: Sequence[Told],
    purchase: Purchase,
    actor: Actor,
    marks: Mapping[UUID, ReadMark],
    side: str | None,
    reader: Reader,
) -> list[ShownMessage]:
    """The messages as ``templates/purchases/_messages.html`` shows them; of read marks, the other side's alone."""
    mark = marks.get(_across(purchase, side)) if side else None
    parties = case_parties(session, actor, purchase)
    over = actor.role is Role.ARBITER and parties.closed
    scene = Scene(
        external_id=purchase.external_id,
        amount=purchase.amount,
        currency=purchase.currency,
        names={each: name_of_side(purchase, each, reader) for each in SIDES},
        actor=actor,
        side=side,
        reader=reader,
        parties=parties,
        may_report=may(actor, "reportConduct", parties) and not over,
        read_by=other_name(purchase, side, reader),
        read_until=mark.position if mark else 0,
        read_at=mark.read_at if mark else None,
    )
    return _shown(scene, told, correspondence.hidings(session, told))


def _shown(scene: Scene, told: Sequence[Told], hidings: Mapping[int, Hiding]) -> list[ShownMessage]:
    actor, until, common, changes = scene.actor, scene.read_until, scene.key, _changeable(scene)
    own = [it.message.position for it in told if _mine(it.message, actor) and it.message.position <= until]
    dated, shown = max(own, default=0), []
    for item in told:
        line = item.message
        hiding = hidings.get(line.position)
        marked = {
            "mine": _mine(line, actor),
            "read": line.position <= until and _mine(line, actor),
            "read_at": scene.read_at if line.position == dated else None,
            "may_report": scene.may_report and _reportable(item, actor),
            "changeable": changes(line),
        }
        key = (common, _identity(line), item.text is None, hiding, *marked.values())
        shown.append(ShownMessage(line.position, line.posted_at, key, partial(_view, scene, item, hiding, marked)))
    return shown


def _identity(line: AnyMessage) -> tuple[Any, ...]:
    """What tells a message, and its text by its version, from all others; an act's details never change.

    Its time too: a database that went back to an earlier state may have another message at the same position.
    """
    return (
        line.purchase_id,
        line.position,
        line.posted_at,
        line.versions,
        line.edited_at,
        line.deleted_at,
        line.hidden_at,
        line.author_role,
        line.author_name,
    )


def _changeable(scene: Scene) -> Callable[[AnyMessage], bool]:
    """Whether the one who looks may still change a message; who wrote it decides, once for each."""
    allowed: dict[UUID | None, bool] = {}

    def changeable(line: AnyMessage) -> bool:
        if line.kind != MESSAGE or line.deleted_at is not None or line.hidden_at is not None:
            return False
        if line.author_id not in allowed:
            allowed[line.author_id] = may(scene.actor, "editMessage", AuthoredMessage(scene.parties, line.author_id))
        return allowed[line.author_id]

    return changeable


def _view(scene: Scene, told: Told, hiding: Hiding | None, marked: Mapping[str, Any]) -> dict[str, Any]:
    message, role = told.message, told.message.author_role
    author = scene.names.get(role) or message.author_name or house_name(role, scene.reader)
    act = message.kind != MESSAGE
    removed = "deleted" if message.deleted_at else "hidden" if told.text is None else None
    return {
        **marked,
        "position": message.position,
        "author_name": author,
        "author_role": role,
        "posted_at": message.posted_at,
        "html": html_of(told.text) if told.text else "",
        "reports_problem": message.reports_problem,
        "asks": message.asks,
        "event": event_view(message, scene.amount, scene.currency, author, scene.reader) if act else None,
        "edited_at": message.edited_at,
        "removed": removed,
        "removed_at": message.hidden_at if removed == "hidden" else message.deleted_at,
        "removed_by": (hiding.name if hiding else "") if removed == "hidden" else author,
        "removed_reason": hiding.reason if hiding and removed == "hidden" else None,
        "hidden_from_parties": message.hidden_at is not None and removed is None,
        "may_edit": marked["changeable"],
        "may_delete": marked["changeable"],
        "tells_read": scene.side is not None,
        "read_by": scene.read_by,
    }


def _across(purchase: Purchase, side: str) -> UUID:
    return purchase.seller.person_id if side == BUYER else purchase.buyer_id


def _mine(message: AnyMessage, actor: Actor) -> bool:
    return message.author_id is not None and message.author_id == actor.person_id


def _new_to(message: AnyMessage, actor: Actor) -> bool:
    return not _mine(message, actor)


def _reportable(told: Told, actor: Actor) -> bool:
    """What a party wrote, alone or with an act, and the actor did not."""
    message = told.message
    return message.author_role in SIDES and not _mine(message, actor) and bool(told.text)
