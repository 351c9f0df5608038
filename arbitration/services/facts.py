"""Stating facts of a purchase, deciding about them, and reporting conduct."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain import facts as rules
from arbitration.domain.actors import Actor
from arbitration.domain.events import words_of
from arbitration.domain.refusals import Faults, FieldFault, InvalidError, NotFoundError
from arbitration.ids import new_id
from arbitration.models import Exhibit, Fact, Purchase
from arbitration.rules.marking import N_
from arbitration.services import gathering, rows
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.loading import find_purchase
from arbitration.services.thread import post_event, role_of


def state_fact(
    session: Session,
    actor: Actor,
    external_id: str,
    name: str,
    value: object,
    now: datetime,
    *,
    text: str = "",
    exhibit: int | None = None,
) -> Fact:
    """State a fact as a party; both sides see it. ``exhibit`` is the number of the exhibit whose times it tells.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``; the fact is not that party's to state.
        InvalidError: no such fact, or no value of it.
    """
    purchase = find_purchase(session, actor, "stateFact", external_id, lock=True)
    about_exhibit = _exhibit(session, purchase, exhibit) if name in rules.OF_EXHIBITS else None
    rules.require_statable(name, role_of(actor, purchase), about_exhibit.filed_role if about_exhibit else None)
    exhibit_id = about_exhibit.id if about_exhibit else None
    kept = rules.value_of(name, value)
    if name == rules.CHECKED_AT:
        _require_after_payment(kept, purchase, now)
    words = words_of(text)
    fact = keep(session, purchase, actor, name, kept, now, exhibit_id=exhibit_id)
    about = {"fact": str(fact.id), "name": name, "value": kept} | ({"exhibit": str(exhibit_id)} if exhibit_id else {})
    message = post_event(session, purchase, actor, "fact", now, text=words, about=about, facts=about)
    fact.position = message.position
    return fact


def keep(
    session: Session,
    purchase: Purchase,
    actor: Actor,
    name: str,
    value: object,
    now: datetime,
    *,
    exhibit_id: UUID | None = None,
    position: int | None = None,
) -> Fact:
    """Keep a fact that comes with another act, whose docket entry tells of it; ``value`` as ``value_of`` gives it."""
    fact = Fact(
        id=new_id(),
        purchase_id=purchase.id,
        exhibit_id=exhibit_id,
        name=name,
        value={"value": value},
        stated_by=actor.person_id,
        stated_role=role_of(actor, purchase),
        stated_at=now,
        position=position,
    )
    rows.add(session, fact)
    return fact


def decide_fact(
    session: Session,
    actor: Actor,
    dispute_id: UUID,
    fact_id: UUID,
    decision: str,
    reason: str,
    now: datetime,
    correction: object = None,
) -> tuple[Case, Fact]:
    """Confirm, correct or strike a fact, with a reason that both sides read; a later decision replaces an earlier one.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; the purchase has no such fact.
        InvalidError: no such decision, no reason, or no value to correct it to.
    """
    case = find_dispute(session, actor, "decideFact", dispute_id)
    fact = session.get(Fact, fact_id)
    if fact is None or fact.purchase_id != case.purchase.id:
        raise NotFoundError
    corrected, faults = None, Faults()
    with faults:
        rules.require_decision(decision)
        if decision == rules.CORRECTED:
            corrected = {"value": rules.value_of(fact.name, correction, "correction")}
    with faults:
        words = words_of(reason, "reason", needed=True)
    faults.refuse()
    fact.decision, fact.correction = decision, corrected
    fact.decided_by, fact.decided_at = actor.person_id, now
    about = {"fact": str(fact.id), "name": fact.name, "decision": decision, "value": (corrected or fact.value)["value"]}
    message = post_event(session, case.purchase, actor, "fact_decided", now, text=words, about=about, facts=about)
    fact.decided_position = message.position
    return case, fact


def add_as_arbiter(
    session: Session,
    actor: Actor,
    dispute_id: UUID,
    name: str,
    value: object,
    reason: str,
    now: datetime,
    exhibit_id: UUID | None = None,
    *,
    exhibit: int | None = None,
) -> tuple[Case, Fact]:
    """Put on record a fact that nobody stated, such as whether a video is continuous.

    The exhibit that it is about is named by its id, or by its number.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``.
        InvalidError: no such fact, no value of it, or no reason.
    """
    case = find_dispute(session, actor, "addFact", dispute_id)
    if name not in rules.OF_EXHIBITS:
        exhibit_id = None
    elif exhibit_id is None:
        exhibit_id = _exhibit(session, case.purchase, exhibit).id
    with (faults := Faults()):
        kept = rules.value_of(name, value)
    with faults:
        words = words_of(reason, "reason", needed=True)
    faults.refuse()
    fact = keep(session, case.purchase, actor, name, kept, now, exhibit_id=exhibit_id)
    fact.decision, fact.decided_by, fact.decided_at = rules.CONFIRMED, actor.person_id, now
    about = {"fact": str(fact.id), "name": name, "decision": "added", "value": kept}
    message = post_event(session, case.purchase, actor, "fact_decided", now, text=words, about=about, facts=about)
    fact.position = fact.decided_position = message.position
    return case, fact


def list_facts(session: Session, purchase_id: UUID) -> Sequence[Fact]:
    """The facts of a purchase, as they were stated."""
    found = gathering.of_purchase(session, Fact, purchase_id, lambda fact: (fact.stated_at, fact.id))
    if found is not None:
        return found
    query = select(Fact).where(Fact.purchase_id == purchase_id).order_by(Fact.stated_at, Fact.id)
    return session.scalars(query).all()


def numbers_of(session: Session, purchase_id: UUID) -> dict[UUID, int]:
    """The numbers of a purchase's exhibits, by id."""
    query = select(Exhibit.id, Exhibit.number).where(Exhibit.purchase_id == purchase_id)
    rows: Sequence[tuple[UUID, int]] = session.execute(query).all()
    return dict(rows)


def _exhibit(session: Session, purchase: Purchase, number: int | None) -> Exhibit:
    if number is None:
        raise InvalidError(faults=[FieldFault("exhibit", N_("Say which exhibit this is about."))])
    found = session.scalar(select(Exhibit).where(Exhibit.purchase_id == purchase.id, Exhibit.number == number))
    if found is None:
        raise InvalidError(faults=[FieldFault("exhibit", N_("There is no exhibit with this number."))])
    return found


def _require_after_payment(kept: object, purchase: Purchase, now: datetime) -> None:
    moment = rules.instant_of(kept)
    if moment is not None and not purchase.payment_started_at <= moment <= now:
        msgid = N_("The check lies between the beginning of the payment and now.")
        raise InvalidError(faults=[FieldFault("value", msgid)])
