"""Showing exhibits: the sealed original to its filer and the case's arbiter, a cleaned version to everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import exhibits as rules
from arbitration.domain import facts as fact_rules
from arbitration.domain.actors import Actor, AuthoredExhibit
from arbitration.domain.docket import Entry
from arbitration.domain.facts import Facts
from arbitration.domain.files import CLEAN, ORIGINAL, PAGE, THUMB, ending_of
from arbitration.domain.permissions import may
from arbitration.domain.refusals import NotFoundError
from arbitration.models import Exhibit, ExhibitView, Message, MessageVersion, Purchase
from arbitration.services import docket, facts, gathering
from arbitration.services.disputes.claims import stated
from arbitration.services.inserting import insert
from arbitration.services.loading import case_parties, find_purchase
from arbitration.services.thread import role_of

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ShownExhibit:
    """An exhibit as an actor may see it.

    ``content`` says whether the actor may have any of its files, and read the words with it: an operator may not.
    ``shows`` is None where those words were hidden, or are not for the actor; ``facts`` are those that hold now;
    ``original`` says whether the actor may have the file as it was filed, ``decided`` whether an arbiter has confirmed
    or corrected its times.
    """

    exhibit: Exhibit
    shows: str | None
    facts: Facts
    views: Sequence[ExhibitView]
    original: bool
    decided: bool = False
    content: bool = True

    @property
    def name(self) -> str:
        """The file's name; for those who may not have it, its number and ending."""
        number = rules.number_of(self.exhibit.number)
        return self.exhibit.name if self.content else f"{number}.{ending_of(self.exhibit.name)}"

    def instant(self, name: str) -> datetime | None:
        """One of its times, as it holds now."""
        return self.facts.exhibit_instant(self.exhibit.id, name)

    @property
    def continuous(self) -> bool | None:
        """Whether the video is without a break; None where nobody has said or decided it."""
        found: bool | None = self.facts.of_exhibits.get((self.exhibit.id, fact_rules.CONTINUOUS))
        return found


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be sent: where it lies below the folder of exhibits, what it is, and what it is to be called."""

    path: Path
    media_type: str
    sha256: str
    name: str
    part: str
    bytes: int


def list_exhibits(session: Session, actor: Actor, external_id: str) -> tuple[Purchase, list[ShownExhibit]]:
    """All exhibits of a purchase, in the order in which they were filed.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    purchase = find_purchase(session, actor, "listExhibits", external_id)
    return purchase, shown_of(session, actor, purchase)


def get_exhibit(session: Session, actor: Actor, external_id: str, name: str) -> tuple[Purchase, ShownExhibit]:
    """One exhibit of a purchase, by its name (``E1``).

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``; there is no such exhibit.
    """
    purchase = find_purchase(session, actor, "getExhibit", external_id)
    number = rules.position_of(name)
    found = shown_of(session, actor, purchase, number) if number else []
    if not found:
        raise NotFoundError
    return purchase, found[0]


_OF_PURCHASE = (
    select(Exhibit, MessageVersion.text, Message.hidden_at, Message.deleted_at)
    .outerjoin(Message, and_(Message.purchase_id == Exhibit.purchase_id, Message.position == Exhibit.position))
    .outerjoin(MessageVersion, and_(MessageVersion.message_id == Message.id, MessageVersion.number == Message.versions))
    .where(Exhibit.purchase_id == bindparam("purchase"))
    .order_by(Exhibit.number)
)


def shown_of(session: Session, actor: Actor, purchase: Purchase, number: int | None = None) -> list[ShownExhibit]:
    """The exhibits of a purchase that the actor may see at all, or the one with that number."""
    parties = case_parties(session, actor, purchase)
    rows = _rows(session, purchase, number)
    if parties.seen_until is not None:
        rows = [row for row in rows if row[0].filed_at <= parties.seen_until]
    if not rows:
        return []
    kept = facts.list_facts(session, purchase.id)
    held = fact_rules.known_at([stated(fact) for fact in kept], END_OF_TIME)
    decided = {fact.exhibit_id for fact in kept if fact.decision in (fact_rules.CONFIRMED, fact_rules.CORRECTED)}
    views = _views(session, purchase, [row[0].id for row in rows])
    content = may(actor, "getExhibitContent", parties)
    return [
        ShownExhibit(
            exhibit,
            None if hidden or deleted or not content else text or "",
            held,
            views.get(exhibit.id, []),
            may(actor, "getExhibitOriginal", AuthoredExhibit(parties, exhibit.filed_by)),
            exhibit.id in decided,
            content,
        )
        for exhibit, text, hidden, deleted in rows
    ]


def _rows(session: Session, purchase: Purchase, number: int | None) -> Sequence[Any]:
    """The exhibits, each with the text of the message it came with, and when that was hidden or deleted."""
    found = gathering.of_purchase(session, Exhibit, purchase.id, lambda it: it.number)
    if found is not None and number is None:
        return [(exhibit, *_text_of(session, purchase, exhibit)) for exhibit in found]
    query = _OF_PURCHASE if number is None else _OF_PURCHASE.where(Exhibit.number == number)
    return session.execute(query, {"purchase": purchase.id}).all()


def _text_of(session: Session, purchase: Purchase, exhibit: Exhibit) -> tuple[str | None, object, object]:
    told = gathering.text_at(session, purchase.id, exhibit.position)
    return (told.text, told.hidden_at, told.deleted_at) if told else (None, None, None)


def _views(session: Session, purchase: Purchase, ids: Sequence[UUID]) -> dict[UUID, list[ExhibitView]]:
    views: Sequence[ExhibitView] | None = gathering.of_purchase(session, ExhibitView, purchase.id, _first)
    if views is None:
        query = select(ExhibitView).where(ExhibitView.exhibit_id.in_(ids)).order_by(ExhibitView.first_at)
        views = session.scalars(query.options(joinedload(ExhibitView.person))).all()
    found: dict[UUID, list[ExhibitView]] = {}
    for view in views:
        found.setdefault(view.exhibit_id, []).append(view)
    return found


def _first(view: ExhibitView) -> datetime:
    return view.first_at


def content_of(
    session: Session, actor: Actor, external_id: str, name: str, part: str | None = None
) -> tuple[Content, bool]:
    """A file of an exhibit, and whether being sent it counts as being shown the exhibit.

    Left out, ``part`` is the best that the actor may have: the original, else its cleaned copy, else its first page.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``; there is no such exhibit, or no such part for the actor.
    """
    purchase = find_purchase(session, actor, "getExhibitContent", external_id)
    number = rules.position_of(name)
    query = select(Exhibit).where(Exhibit.purchase_id == purchase.id, Exhibit.number == number)
    exhibit = session.scalar(query) if number else None
    parties = case_parties(session, actor, purchase)
    if exhibit is None or (parties.seen_until is not None and exhibit.filed_at > parties.seen_until):
        raise NotFoundError
    whole = may(actor, "getExhibitOriginal", AuthoredExhibit(parties, exhibit.filed_by))
    content = _part_of(exhibit, part or _best(exhibit, whole), whole)
    return content, content.part != THUMB and actor.person_id not in (None, exhibit.filed_by)


def _best(exhibit: Exhibit, whole: bool) -> str:
    if whole:
        return ORIGINAL
    return CLEAN if any(part["name"] == CLEAN for part in exhibit.parts) else f"{PAGE}1"


ENDINGS = {
    "image/jpeg": "jpg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/3gpp": "3gp",
    "text/plain": "txt",
}


def _part_of(exhibit: Exhibit, name: str, whole: bool) -> Content:
    place, number = Path(exhibit.stored_as), rules.number_of(exhibit.number)
    if name == ORIGINAL and whole:
        return Content(place / ORIGINAL, exhibit.media_type, exhibit.sha256, exhibit.name, ORIGINAL, exhibit.bytes)
    part = next((part for part in exhibit.parts if part["name"] == name), None)
    if part is None:
        raise NotFoundError
    called = f"{number}-{name}.{ENDINGS[part['media_type']]}"
    return Content(place / name, part["media_type"], part["sha256"], called, name, part["bytes"])


def note_shown(session: Session, actor: Actor, external_id: str, name: str, now: datetime) -> None:
    """Note that the actor has been shown an exhibit, the first time; nothing happens for its filer.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    purchase, shown = get_exhibit(session, actor, external_id, name)
    exhibit = shown.exhibit
    if actor.person_id in (None, exhibit.filed_by) or any(view.person_id == actor.person_id for view in shown.views):
        return
    purchase = find_purchase(session, actor, "getExhibit", external_id, lock=True)
    row = insert(session, ExhibitView).values(
        exhibit_id=exhibit.id, person_id=actor.person_id, role=role_of(actor, purchase), first_at=now
    )
    first = session.scalar(row.on_conflict_do_nothing().returning(ExhibitView.exhibit_id))
    if first is not None:
        told = {"exhibit": str(exhibit.id), "number": rules.number_of(exhibit.number), "role": role_of(actor, purchase)}
        docket.append(session, purchase.id, Entry("exhibit.shown", now, actor.person_id, told))
