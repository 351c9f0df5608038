"""Posting, changing and reading the messages of a correspondence."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

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
from arbitration.services import docket, gathering, sides
from arbitration.services.correspondence import PAGE, Told, is_shown, page_of, sees_hidden
from arbitration.services.disputes import clocks
from arbitration.services.disputes.finding import open_dispute_of
from arbitration.services.loading import case_parties, find_message, find_purchase, seen_until, visible_purchases
from arbitration.services.thread import mark_read, post_event, write_version


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
        InvalidError: the text is empty or too long, a seller marks their own message as a report, or there is no such
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
    named, dispute = _named(session, purchase, exhibits), open_dispute_of(session, purchase.id)
    marks: dict[str, Any] = {"reports_problem": reports_problem, "asks": asks, "about": named, "facts": named}
    message = post_event(session, purchase, actor, MESSAGE, now, text=text, dispute=dispute, **marks)
    if dispute is not None:
        clocks.after_message(session, purchase, dispute, message, now)
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
    sides.recount(session, purchase.id)
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
    shown = is_shown(message, sees_hidden(actor))
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
    purchase, message = find_message(session, actor, "listMessages", external_id, position, lock=False)
    if not is_shown(message, sees_hidden(actor)):
        return message, []
    query = select(MessageVersion).where(MessageVersion.message_id == message.id).order_by(MessageVersion.number)
    until = seen_until(session, actor, purchase)
    query = query if until is None else query.where(MessageVersion.written_at <= until)
    return message, list(session.scalars(query))


_MARKS = select(ReadMark).where(ReadMark.purchase_id == bindparam("purchase"))


def read_marks(session: Session, purchase_id: UUID) -> dict[UUID, ReadMark]:
    """How far each party has read, by person."""
    marks: Sequence[ReadMark] | None = gathering.of_purchase(session, ReadMark, purchase_id, lambda it: it.person_id)
    if marks is None:
        marks = session.scalars(_MARKS, {"purchase": purchase_id}).all()
    return {mark.person_id: mark for mark in marks}


def note_shown(session: Session, actor: Actor, purchase_id: UUID, position: int, now: datetime) -> None:
    """Note that the actor was shown a page of the correspondence that ends with the message at ``position``."""
    if actor.person_id is not None:
        mark_read(session, actor.person_id, purchase_id, position, now)


def _current_text(session: Session, message: Message) -> str | None:
    version = session.get(MessageVersion, (message.id, message.versions))
    return version.text if version else None
