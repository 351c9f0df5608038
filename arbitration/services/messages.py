"""Posting, changing and reading the messages of a correspondence."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Select, and_, bindparam, select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import messages as rules
from arbitration.domain.actors import Actor, CaseParties, PurchaseParties, Role
from arbitration.domain.docket import Entry
from arbitration.domain.events import MESSAGE
from arbitration.domain.exhibits import number_of
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError, NotFoundError
from arbitration.models import (
    Dispute,
    DocketHead,
    Exhibit,
    Message,
    MessageVersion,
    Person,
    Purchase,
    ReadMark,
    Ruling,
    Seller,
)
from arbitration.rules.marking import N_
from arbitration.services import docket, gathering
from arbitration.services.disputes import clocks
from arbitration.services.loading import case_parties, find_message, find_purchase, seen_until, visible_purchases
from arbitration.services.thread import mark_read, post_event, write_version

PAGE = 50
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A message with the text that stands now; ``text`` is None once it was deleted."""

    message: Message
    text: str | None


@dataclass(frozen=True, slots=True)
class Hiding:
    """Who hid a message, and the reason that both sides read."""

    name: str
    reason: str


def post_message(
    session: Session,
    actor: Actor,
    external_id: str,
    text: str,
    now: datetime,
    *,
    reports_problem: bool = False,
    asks: bool = False,
    exhibits: Sequence[str] = (),
) -> Told:
    """Post a message to the correspondence of a purchase. ``asks``: the seller asks the buyer for an answer.

    ``exhibits`` are those that it speaks of, by name (``E1``); they were filed before.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
        ConflictError: an arbiter whose case is closed.
        InvalidError: the text is empty or too long, a seller marks his own message as a report, or there is no such
            exhibit.
    """
    text = rules.text_of(text)
    purchase = find_purchase(session, actor, "postMessage", external_id, lock=True)
    parties = case_parties(session, actor, purchase)
    if actor.role is Role.ARBITER and parties.closed:
        raise ConflictError(rules.OVER)
    if reports_problem and not may(actor, "reportProblem", parties):
        msgid = N_("Only the buyer reports a problem. Send it without the mark.")
        raise InvalidError(faults=[FieldFault("reports_problem", msgid)])
    if asks and not may(actor, "askBuyer", parties):
        raise InvalidError(faults=[FieldFault("asks", N_("Only the seller asks the buyer in this way."))])
    named = _named(session, purchase, exhibits)
    marks: dict[str, Any] = {"reports_problem": reports_problem, "asks": asks, "about": named, "facts": named}
    message = post_event(session, purchase, actor, MESSAGE, now, text=text, **marks)
    clocks.after_message(session, purchase, message, now)
    return Told(message, text)


def _named(session: Session, purchase: Purchase, exhibits: Sequence[str]) -> dict[str, Any] | None:
    """The exhibits that a message speaks of, as its row and its entry hold them."""
    if not exhibits:
        return None
    numbers = select(Exhibit.number).where(Exhibit.purchase_id == purchase.id)
    filed = {number_of(number) for number in session.scalars(numbers)}
    wrong = [at for at, name in enumerate(exhibits) if name not in filed]
    if wrong:
        msgid = N_("There is no such exhibit on this purchase. File it first.")
        raise InvalidError(faults=[FieldFault(f"exhibits[{at}]", msgid) for at in wrong])
    return {"exhibits": list(dict.fromkeys(exhibits))}


def edit_message(
    session: Session,
    actor: Actor,
    external_id: str,
    position: int,
    text: str,
    now: datetime,
    *,
    seen: int | None = None,
) -> Told:
    """Replace the text of one's own message; the earlier versions stay readable. ``seen`` is the version decided about.

    Raises:
        NotFoundError, ForbiddenError: see ``find_message``.
        ConflictError: it was deleted, or changed since ``seen``.
        InvalidError: the text is empty or too long.
    """
    text = rules.text_of(text)
    purchase, message = find_message(session, actor, "editMessage", external_id, position)
    standing = _standing(session, message)
    rules.require_changeable(standing)
    rules.require_version(standing, seen)
    if text == _current_text(session, message):
        return Told(message, text)
    message.versions += 1
    message.edited_at = now
    commitment = write_version(session, message, text, now)
    facts = {"position": position, "version": message.versions, "text": commitment}
    docket.append(session, purchase.id, Entry("message.edited", now, actor.person_id, facts))
    return Told(message, text)


def delete_message(session: Session, actor: Actor, external_id: str, position: int, now: datetime) -> Told:
    """Delete one's own message: it is shown to nobody any more, and a tombstone says so.

    Raises:
        NotFoundError, ForbiddenError: see ``find_message``.
        ConflictError: it was deleted before.
    """
    purchase, message = find_message(session, actor, "deleteMessage", external_id, position)
    rules.require_changeable(_standing(session, message))
    message.deleted_at = now
    docket.append(session, purchase.id, Entry("message.deleted", now, actor.person_id, {"position": position}))
    return Told(message, None)


def list_messages(
    session: Session, actor: Actor, external_id: str, *, after: int = 0, limit: int = PAGE
) -> tuple[Purchase, list[Told]]:
    """The messages of a correspondence in order, from the one after position ``after``.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    purchase = find_purchase(session, actor, "listMessages", external_id)
    until = seen_until(session, actor, purchase)
    return purchase, page_of(session, purchase.id, after=after, limit=limit, all_texts=sees_hidden(actor), until=until)


def sees_hidden(actor: Actor) -> bool:
    """Whether what an arbiter has hidden is still shown to the actor: to arbiters alone."""
    return actor.role is Role.ARBITER


def page_of(
    session: Session,
    purchase_id: UUID,
    *,
    after: int = 0,
    limit: int = PAGE,
    all_texts: bool = False,
    until: datetime | None = None,
) -> list[Told]:
    """Up to ``limit`` messages after position ``after``, with the texts that stand now, in one query.

    ``until`` is up to which moment they are shown (``loading.seen_until``).
    """
    query = _told(purchase_id, until).where(Message.position > after).order_by(Message.position)
    return _page(session, query, limit, all_texts)


def last_of(
    session: Session,
    purchase_id: UUID,
    *,
    before: int | None = None,
    limit: int = PAGE,
    all_texts: bool = False,
    until: datetime | None = None,
) -> list[Told]:
    """The last messages, or the last of those before position ``before``; in order, in one query; see ``page_of``."""
    if before is None and until is None:
        limit = max(1, min(limit, LARGEST_PAGE))
        rows = session.execute(_NEWEST, {"purchase": purchase_id, "limit": limit})
        return _as_told(rows.all(), all_texts)[::-1]
    query = _told(purchase_id, until).order_by(Message.position.desc())
    if before is not None:
        query = query.where(Message.position < before)
    return _page(session, query, limit, all_texts)[::-1]


def note_shown(session: Session, actor: Actor, purchase_id: UUID, position: int, now: datetime) -> None:
    """``mark_shown`` for a page that the actor was just shown."""
    if actor.person_id is not None:
        mark_read(session, actor.person_id, purchase_id, position, now)


def text_of_act(session: Session, purchase_id: UUID, position: int) -> str | None:
    """What was written with an act that left a message at a position; None where nobody is shown it."""
    gathered = gathering.text_at(session, purchase_id, position)
    if gathered is not None:
        return gathered.text if gathered.deleted_at is None and gathered.hidden_at is None else None
    told = page_of(session, purchase_id, after=position - 1, limit=1)
    return told[0].text if told else None


_WITH_TEXT = (
    select(Message, MessageVersion.text)
    .join(MessageVersion, and_(MessageVersion.message_id == Message.id, MessageVersion.number == Message.versions))
    .options(joinedload(Message.author))
)
_NEWEST = (
    _WITH_TEXT.where(Message.purchase_id == bindparam("purchase"))
    .order_by(Message.position.desc())
    .limit(bindparam("limit", type_=Integer))
)


def _told(purchase_id: UUID, until: datetime | None = None) -> Select[Message, str]:
    query = _WITH_TEXT.where(Message.purchase_id == purchase_id)
    return query if until is None else query.where(Message.posted_at <= until)


def _page(session: Session, query: Select[Message, str], limit: int, all_texts: bool) -> list[Told]:
    rows = session.execute(query.limit(max(1, min(limit, LARGEST_PAGE))))
    return _as_told(rows.all(), all_texts)


def _as_told(rows: Iterable[Row[Message, str]], all_texts: bool) -> list[Told]:
    return [Told(message, text if _is_shown(message, all_texts) else None) for message, text in rows]


def _is_shown(message: Message, all_texts: bool) -> bool:
    return message.deleted_at is None and (all_texts or message.hidden_at is None)


def _standing(session: Session, message: Message) -> rules.Standing:
    """What decides whether a message may still be changed; rulings are few, so they are looked through."""
    rulings = select(Ruling.messages).join(Dispute).where(Dispute.purchase_id == message.purchase_id)
    cited = any(message.position in (positions or ()) for positions in session.scalars(rulings))
    return rules.Standing(message.deleted_at, message.versions, message.kind, message.hidden_at, cited)


def get_message(session: Session, actor: Actor, action: str, external_id: str, position: int) -> tuple[Purchase, Told]:
    """A message with its purchase, for an actor who may do ``action`` to it and is only looking.

    Raises:
        NotFoundError, ForbiddenError: see ``find_message``.
    """
    purchase, message = find_message(session, actor, action, external_id, position, lock=False)
    shown = _is_shown(message, sees_hidden(actor))
    return purchase, Told(message, _current_text(session, message) if shown else None)


def stamp(session: Session, actor: Actor, external_id: str) -> str:
    """What changes whenever the correspondence would look different to the actor; in one query.

    Every change is in the docket; how far the others have read is beside it.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    marks = and_(ReadMark.purchase_id == Purchase.id, ReadMark.person_id != actor.person_id)
    query = (
        visible_purchases(actor)
        .where(Purchase.external_id == external_id)
        .outerjoin(DocketHead, DocketHead.chain_id == Purchase.id)
        .outerjoin(ReadMark, marks)
        .join(Purchase.buyer)
        .with_only_columns(
            Purchase.buyer_id, Seller.person_id, DocketHead.hash, Seller.name, Person.name, ReadMark.position
        )
        .order_by(ReadMark.person_id)
    )
    rows = session.execute(query).all() if "\0" not in external_id else []
    if not rows:
        raise NotFoundError
    parties = PurchaseParties(rows[0][0], rows[0][1])
    if not may(actor, "listMessages", CaseParties(parties, called=True)):
        raise ForbiddenError
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


def list_versions(
    session: Session, actor: Actor, external_id: str, position: int
) -> tuple[Message, list[MessageVersion]]:
    """All the texts that a message has had, oldest first; none for a deleted message.

    Raises:
        NotFoundError: purchase or message is missing, or the actor has no part in the purchase.
    """
    _, message = find_message(session, actor, "listMessages", external_id, position, lock=False)
    if not _is_shown(message, sees_hidden(actor)):
        return message, []
    query = select(MessageVersion).where(MessageVersion.message_id == message.id).order_by(MessageVersion.number)
    return message, list(session.scalars(query))


def hidings(session: Session, told: Sequence[Told]) -> dict[int, Hiding]:
    """By whom and why messages of one correspondence were hidden, by position."""
    hidden = {each.message.position for each in told if each.message.hidden_at is not None}
    if not hidden:
        return {}
    gathered = gathering.gathered(session, told[0].message.purchase_id)
    if gathered is not None:
        found = [(row.about or {}, author, row.text) for row, author in gathering.texts_of(gathered, "hiding")]
    else:
        query = _told(told[0].message.purchase_id).where(Message.kind == "hiding")
        found = [(message.about or {}, message.author, text) for message, text in session.execute(query)]
    return {
        about["message"]: Hiding(author.name or "" if author else "", text or "")
        for about, author, text in found
        if about.get("message") in hidden
    }


_MARKS = select(ReadMark).where(ReadMark.purchase_id == bindparam("purchase"))


def read_marks(session: Session, purchase_id: UUID) -> dict[UUID, ReadMark]:
    """How far each party has read, by person."""
    marks: Sequence[ReadMark] | None = gathering.of_purchase(session, ReadMark, purchase_id, lambda it: it.person_id)
    if marks is None:
        marks = session.scalars(_MARKS, {"purchase": purchase_id}).all()
    return {mark.person_id: mark for mark in marks}


def mark_shown(session: Session, actor: Actor, external_id: str, position: int, now: datetime) -> None:
    """Note that the actor has been shown the correspondence up to ``position``.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    purchase = find_purchase(session, actor, "listMessages", external_id)
    assert actor.person_id is not None
    mark_read(session, actor.person_id, purchase.id, min(position, purchase.last_position), now)


def _current_text(session: Session, message: Message) -> str | None:
    version = session.get(MessageVersion, (message.id, message.versions))
    return version.text if version else None
