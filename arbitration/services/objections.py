"""Objecting that a listing was read wrongly, and taking that back. The reading stands until an arbiter decides."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from arbitration.domain import objections as rules
from arbitration.domain.actors import Actor, AuthoredObjection
from arbitration.domain.docket import Entry, text_commitment
from arbitration.domain.events import words_of
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, Faults, ForbiddenError, NotFoundError
from arbitration.ids import new_id
from arbitration.models import Purchase, ReadingObjection
from arbitration.services import docket, gathering, outbox, readings
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.loading import find_purchase, parties_of
from arbitration.services.purchases import side_of
from arbitration.services.thread import post_event


def object_to_reading(
    session: Session,
    actor: Actor,
    external_id: str,
    field: str,
    reason: str,
    now: datetime,
    suggestion: Mapping[str, str] | None = None,
) -> ReadingObjection:
    """Say that a field of the listing's terms was read wrongly; ``suggestion`` says how it should read, as a form does.

    The reading stands until an arbiter decides. The other side sees the objection, and gets a notice of it.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``; no such field is ever read.
        ConflictError: it was not read (yet), or the actor has objected to it already.
        InvalidError: the reason is empty or too long, or the suggestion is none.
    """
    purchase = find_purchase(session, actor, "objectToReading", external_id, lock=True)
    rules.require_readable(field, readings.terms_in_force(session, purchase.listing_id, now))
    with (faults := Faults()):
        text = rules.reason_of(reason)
    with faults:
        suggested = rules.suggestion_of(field, suggestion or {})
    faults.refuse()
    if any(each.person_id == actor.person_id and each.field == field for each in list_open(session, purchase.id)):
        raise ConflictError(rules.ALREADY_OPEN)
    salt = secrets.token_bytes(16)
    objection = ReadingObjection(
        id=new_id(),
        purchase_id=purchase.id,
        listing_id=purchase.listing_id,
        person_id=actor.person_id,
        role=side_of(actor, purchase) or "",
        field=field,
        text=text,
        salt=salt,
        suggestion=suggested,
        made_at=now,
    )
    session.add(objection)
    _flush(session)
    facts = {
        "objection": str(objection.id),
        "field": field,
        "text": text_commitment(salt, text),
        "suggestion": suggested,
    }
    docket.append(session, purchase.id, Entry("reading.objected", now, actor.person_id, facts))
    outbox.announce_objection(session, purchase, objection, now)
    return objection


def withdraw_objection(
    session: Session, actor: Actor, external_id: str, objection_id: UUID, now: datetime
) -> ReadingObjection:
    """Take back one's own objection; it stays on record as taken back.

    Raises:
        NotFoundError, ForbiddenError: there is none, or it is the other side's.
        ConflictError: it was taken back or decided before.
    """
    purchase, objection = get_own(session, actor, external_id, objection_id, lock=True)
    objection.withdrawn_at = now
    facts = {"objection": str(objection.id)}
    docket.append(session, purchase.id, Entry("reading.objection_withdrawn", now, actor.person_id, facts))
    return objection


def get_own(
    session: Session, actor: Actor, external_id: str, objection_id: UUID, *, lock: bool = False
) -> tuple[Purchase, ReadingObjection]:
    """An objection that the actor made and may take back, with its purchase.

    Raises:
        NotFoundError, ForbiddenError: there is none, or it is the other side's.
        ConflictError: it was taken back or decided before.
    """
    purchase = find_purchase(session, actor, "objectToReading", external_id, lock=lock)
    query = select(ReadingObjection).where(
        ReadingObjection.id == objection_id, ReadingObjection.purchase_id == purchase.id
    )
    objection = session.scalar(query)
    if objection is None:
        raise NotFoundError
    if not may(actor, "withdrawObjection", AuthoredObjection(parties_of(purchase), objection.person_id)):
        raise ForbiddenError
    rules.require_open(rules.Standing(objection.withdrawn_at, objection.decided_at))
    return purchase, objection


def decide(
    session: Session,
    actor: Actor,
    dispute_id: UUID,
    objection_id: UUID,
    correction: Mapping[str, Any] | None,
    reason: str,
    now: datetime,
) -> tuple[Case, ReadingObjection]:
    """Decide how a field of the listing is to be read: ``correction`` in the shape of ``listing.terms``, with that
    field alone, or None where it was read rightly. Both sides read the reason; a correction holds for this frozen
    listing from now on, whoever bought by it.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; the purchase has no such objection, or it
            was taken back or decided.
        InvalidError: there is no reason, or the correction is none of that field.
    """
    case = find_dispute(session, actor, "decideReading", dispute_id)
    objection = session.get(ReadingObjection, objection_id)
    if objection is None or objection.purchase_id != case.purchase.id:
        raise NotFoundError
    rules.require_undecided(rules.Standing(objection.withdrawn_at, objection.decided_at))
    corrected = rules.correction_of(objection.field, correction)
    words = words_of(reason, "reason", needed=True)
    objection.decided_at, objection.decided_by, objection.correction = now, actor.person_id, corrected
    told = {"objection": str(objection.id), "field": objection.field, "correction": corrected}
    post_event(session, case.purchase, actor, "reading_decided", now, text=words, about=told, facts=told)
    return case, objection


_OPEN = (
    select(ReadingObjection)
    .where(
        ReadingObjection.purchase_id == bindparam("purchase"),
        ReadingObjection.withdrawn_at.is_(None),
        ReadingObjection.decided_at.is_(None),
    )
    .order_by(ReadingObjection.made_at, ReadingObjection.id)
)


def list_open(session: Session, purchase_id: UUID) -> list[ReadingObjection]:
    """The objections of a purchase that were neither taken back nor decided, oldest first."""
    found = gathering.of_purchase(session, ReadingObjection, purchase_id, lambda it: (it.made_at, it.id))
    if found is not None:
        own = [it for it in found if it.purchase_id == purchase_id]
        return [it for it in own if it.withdrawn_at is None and it.decided_at is None]
    return list(session.scalars(_OPEN, {"purchase": purchase_id}))


def may_object(actor: Actor, purchase: Purchase) -> bool:
    """Whether the actor may object to how the listing was read, and see who did."""
    return may(actor, "objectToReading", parties_of(purchase))


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(rules.ALREADY_OPEN) from error
