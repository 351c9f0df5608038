"""Rulings, appeals, corrections and clarifications."""

from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.api.amounts import minor_units
from arbitration.api.dispute_views import seen
from arbitration.api.operations import operation
from arbitration.api.slips import slip_of
from arbitration.domain.rulings import RulingForm
from arbitration.door import guard
from arbitration.schemas import rulings as said_of
from arbitration.schemas.acts import Question
from arbitration.schemas.disputes_shown import ShownDispute
from arbitration.services.disputes import appeals, questions, rulings


@operation("issueRuling", takes=said_of.NewRuling, gives=ShownDispute, status=201)
def issue_ruling(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Rule

    With reasons and what the ruling rests on. Nothing counts that the other side has not had its time with.
    """
    actor = guard.actor()
    said["amount"] = minor_units(session, actor, "issueRuling", dispute_id, said["amount"])
    lists = {name: tuple(said[name]) for name in ("findings", "exhibits", "messages")}
    rulings.issue(session, actor, dispute_id, RulingForm(**(said | lists), less_than_price=True), g.now)
    return seen(session, dispute_id)


@operation("appealRuling", takes=said_of.NewAppeal, gives=ShownDispute, status=201)
def appeal_ruling(session: Session, said: dict[str, Any], dispute_id: UUID, ruling: int) -> dict[str, Any]:
    """Appeal

    On a named ground, while the window is open; another arbiter hears it.
    """
    appeals.appeal(session, guard.actor(), dispute_id, ruling, said["ground"], said["text"], g.now)
    return seen(session, dispute_id)


@operation("requestCorrection", takes=Question, gives=ShownDispute, status=201)
def request_correction(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Ask for a slip to be corrected

    A wrong figure, a wrong number; what was decided is a matter for an appeal.
    """
    questions.ask(session, guard.actor(), dispute_id, "correction", said["text"], g.now)
    return seen(session, dispute_id)


@operation("correctRuling", takes=said_of.Correction, gives=ShownDispute)
def correct_ruling(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Correct a slip in a ruling

    Nothing else of it changes, no window is longer for it.
    """
    actor, field, text = guard.actor(), said["field"], said["text"]
    if field is None:
        questions.refuse(session, actor, dispute_id, text, g.now)
        return seen(session, dispute_id)
    before, after = (slip_of(session, actor, dispute_id, field, said[name], name) for name in ("before", "after"))
    questions.correct(session, actor, dispute_id, field, before, after, text, g.now)
    return seen(session, dispute_id)


@operation("requestClarification", takes=Question, gives=ShownDispute, status=201)
def request_clarification(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Ask what a ruling means

    The arbiter answers; the ruling stays as it is.
    """
    questions.ask(session, guard.actor(), dispute_id, "clarification", said["text"], g.now)
    return seen(session, dispute_id)


@operation("clarifyRuling", takes=Question, gives=ShownDispute)
def clarify_ruling(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Say what a ruling means

    Answers the question that waits.
    """
    questions.clarify(session, guard.actor(), dispute_id, said["text"], g.now)
    return seen(session, dispute_id)
