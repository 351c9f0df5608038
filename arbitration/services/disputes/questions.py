"""After a ruling: slips that are corrected, and words that are made clear. Neither is an appeal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as clocks
from arbitration.domain import rulings as rules
from arbitration.domain.actors import Actor
from arbitration.domain.amounts import require_left
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.domain.remedies import BY_RULING, OWED
from arbitration.domain.rulings import AMOUNT, EXHIBITS, Correction, RulingForm
from arbitration.ids import new_id
from arbitration.models import Message, Remedy, Ruling, RulingQuestion
from arbitration.rules.marking import N_
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.owed import change_amount, refundable
from arbitration.services.disputes.rulings import in_force, require_grounds
from arbitration.services.policies import policy_of
from arbitration.services.thread import post_event, role_of

CORRECTION, CLARIFICATION = "correction", "clarification"
ASKED_AS = {CORRECTION: "requestCorrection", CLARIFICATION: "requestClarification"}


def ask(
    session: Session, actor: Actor, dispute_id: UUID, kind: str, text: str, now: datetime
) -> tuple[Case, RulingQuestion]:
    """Ask for a ``correction`` of a slip in the ruling, or for a ``clarification`` of what it means.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; there is no ruling, the time for it is
            over, or one's own question of this kind is still to be answered.
        InvalidError: no such kind, or no words.
    """
    if kind not in ASKED_AS:
        raise InvalidError(faults=[FieldFault("kind", N_("Ask for a correction or for a clarification."))])
    case = find_dispute(session, actor, ASKED_AS[kind], dispute_id)
    ruling = _ruling(session, case)
    _require_window(case, ruling, now)
    words = words_of(text, needed=True)
    side = role_of(actor, case.purchase)
    if any(each.by == side for each in waiting(session, ruling.id, kind)):
        raise ConflictError(N_("The arbiter still has to answer what you asked before."))
    question = _new(ruling, kind)
    question.by, question.asked_at, question.position = side, now, case.purchase.last_position + 1
    session.add(question)
    session.flush()
    told = {"ruling": ruling.number, "question": str(question.id)}
    post_event(session, case.purchase, actor, f"{kind}_request", now, text=words, about=told, facts=told)
    return case, question


def correct(
    session: Session,
    actor: Actor,
    dispute_id: UUID,
    field: str,
    before: object,
    after: object,
    text: str,
    now: datetime,
) -> tuple[Case, RulingQuestion]:
    """Mend a slip in the ruling in force: its amount (minor units), its exhibits (numbers) or its findings (rules).

    The ruling's own words stay as they are. It answers whoever asked for a correction; an amount that is owed already
    changes with it.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; there is no ruling, the time is over and
            nobody asked, the remedy is carried out already, or ``before`` is not what stands there.
        InvalidError: no such field, or nothing that could stand there.
    """
    case = find_dispute(session, actor, "correctRuling", dispute_id)
    ruling = _ruling(session, case)
    asked = waiting(session, ruling.id, CORRECTION)
    if not asked:
        _require_window(case, ruling, now)
    remedy = _owed(session, ruling)
    after = _in_order(after)
    standing = getattr(ruling, field, None) if field in rules.CORRECTABLE else None
    rules.require_correction(Correction(field, _in_order(before), after), standing, ruling.remedy, case.purchase.amount)
    _require_grounds(session, case, ruling, field, after)
    if field == AMOUNT and isinstance(after, int):
        purchase = case.purchase
        require_left(after, purchase.amount, refundable(session, purchase), purchase.currency, "after")
    words = words_of(text)
    told = {"ruling": ruling.number, "id": str(ruling.id), "field": field, "before": standing, "after": after}
    message = post_event(session, case.purchase, actor, "correction", now, text=words, about=told, facts=told)
    setattr(ruling, field, after)
    if field == AMOUNT and remedy is not None:
        change_amount(session, remedy, ruling.amount or 0, now)
    answered = list(asked) or [_new(ruling, CORRECTION)]
    session.add_all(answered)
    for question in answered:
        question.field, question.before, question.after = field, {"value": standing}, {"value": after}
    _answer(session, answered, rules.GRANTED, actor, message, now)
    return case, answered[0]


def refuse(session: Session, actor: Actor, dispute_id: UUID, text: str, now: datetime) -> tuple[Case, RulingQuestion]:
    """Refuse the corrections that were asked for, with reasons.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; nobody asked for one.
        InvalidError: there are no reasons.
    """
    case = find_dispute(session, actor, "correctRuling", dispute_id)
    return case, _reply(session, actor, case, CORRECTION, "correction_refused", rules.REFUSED, text, now)


def clarify(session: Session, actor: Actor, dispute_id: UUID, text: str, now: datetime) -> tuple[Case, RulingQuestion]:
    """Say what the ruling means, to whoever asked.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; nobody asked.
        InvalidError: there are no words.
    """
    case = find_dispute(session, actor, "clarifyRuling", dispute_id)
    return case, _reply(session, actor, case, CLARIFICATION, CLARIFICATION, rules.GRANTED, text, now)


def waiting(session: Session, ruling_id: UUID, kind: str) -> Sequence[RulingQuestion]:
    """What was asked about a ruling and has not been answered, oldest first."""
    query = select(RulingQuestion).where(
        RulingQuestion.ruling_id == ruling_id, RulingQuestion.kind == kind, RulingQuestion.answered_at.is_(None)
    )
    return session.scalars(query.order_by(RulingQuestion.asked_at, RulingQuestion.id)).all()


def _reply(
    session: Session, actor: Actor, case: Case, kind: str, event: str, answer: str, text: str, now: datetime
) -> RulingQuestion:
    ruling = _ruling(session, case)
    asked = waiting(session, ruling.id, kind)
    if not asked:
        raise ConflictError(N_("Nobody has asked for that, or it was answered already."))
    words = words_of(text, needed=True)
    told = {"ruling": ruling.number, "questions": [str(each.id) for each in asked]}
    message = post_event(session, case.purchase, actor, event, now, text=words, about=told, facts=told)
    _answer(session, asked, answer, actor, message, now)
    return asked[0]


def _ruling(session: Session, case: Case) -> Ruling:
    ruling = in_force(session, case.dispute.id)
    if ruling is None:
        raise ConflictError(N_("There is no ruling in this dispute: it ended by agreement."))
    return ruling


def _require_window(case: Case, ruling: Ruling, now: datetime) -> None:
    if now > clocks.correction_until(policy_of(case.purchase), ruling.issued_at):
        raise ConflictError(N_("The time in which a ruling can be corrected or asked about is over."))


def _owed(session: Session, ruling: Ruling) -> Remedy | None:
    """The remedy that was ordered by a ruling, as long as nothing has been carried out."""
    remedies = session.scalars(select(Remedy).where(Remedy.source == BY_RULING, Remedy.source_id == ruling.id)).all()
    if any(remedy.state != OWED for remedy in remedies):
        raise ConflictError(N_("What was ruled is being carried out already, so it can't be corrected any more."))
    return remedies[0] if remedies else None


def _require_grounds(session: Session, case: Case, ruling: Ruling, field: str, after: Any) -> None:
    if field == AMOUNT:
        return
    if not isinstance(after, list):
        raise InvalidError(faults=[FieldFault("after", N_("Say all that should stand there."))])
    rests_on = tuple(after)
    form = RulingForm(ruling.remedy)
    form = replace(form, exhibits=rests_on) if field == EXHIBITS else replace(form, findings=rests_on)
    require_grounds(session, case, form, ruling.verdict, ruling.issued_at)


def _in_order(value: object) -> object:
    """Lists as they are kept: each entry once, numbers in order."""
    if not isinstance(value, list | tuple):
        return value
    once = list(dict.fromkeys(value))
    return sorted(once) if all(isinstance(each, int) for each in once) else once


def _new(ruling: Ruling, kind: str) -> RulingQuestion:
    return RulingQuestion(id=new_id(), ruling_id=ruling.id, dispute_id=ruling.dispute_id, kind=kind)


def _answer(
    session: Session, questions: Sequence[RulingQuestion], answer: str, actor: Actor, message: Message, now: datetime
) -> None:
    for question in questions:
        question.answer, question.answered_at = answer, now
        question.answered_by, question.answered_position = actor.person_id, message.position
    session.flush()
