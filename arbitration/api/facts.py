"""Facts: stated by a party, decided by the arbiter; and conduct that was reported."""

from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.api.dispute_views import conduct_view, dispute_view, fact_view
from arbitration.api.messages import shown_message
from arbitration.api.operations import operation
from arbitration.door import guard
from arbitration.schemas import facts as said_of
from arbitration.schemas.acts import Reasoned
from arbitration.schemas.disputes_shown import ConductShown, FactShown, ShownDispute
from arbitration.schemas.messages import Message
from arbitration.services import facts, objections
from arbitration.services.disputes import conduct


@operation("stateFact", takes=said_of.NewFact, gives=FactShown, status=201)
def state_fact(session: Session, said: dict[str, Any], external_id: str) -> dict[str, Any]:
    """State a fact

    Sellers admit the facts or say whether they can replace; buyers say when the goods were checked; whoever filed an
    exhibit says its times. The arbiter confirms, corrects or strikes it.
    """
    fact = facts.state_fact(
        session,
        guard.actor(),
        external_id,
        said["name"],
        said["value"],
        g.now,
        text=said["text"],
        exhibit=said["exhibit"],
    )
    return fact_view(fact, facts.numbers_of(session, fact.purchase_id))


@operation("decideFact", takes=said_of.FactDecision, gives=ShownDispute)
def decide_fact(session: Session, said: dict[str, Any], dispute_id: UUID, fact_id: UUID) -> dict[str, Any]:
    """Confirm, correct or strike a fact

    With a reason that both sides read. The engine reads the result.
    """
    case, _ = facts.decide_fact(
        session, guard.actor(), dispute_id, fact_id, said["decision"], said["reason"], g.now, said["correction"]
    )
    return dispute_view(session, case)


@operation("addFact", takes=said_of.AddedFact, gives=ShownDispute, status=201)
def add_fact(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Put a fact on record

    By the arbiter, where nobody stated it: whether a video is continuous, say.
    """
    case, _ = facts.add_as_arbiter(
        session, guard.actor(), dispute_id, said["name"], said["value"], said["reason"], g.now, exhibit=said["exhibit"]
    )
    return dispute_view(session, case)


@operation("decideReading", takes=said_of.ReadingDecision, gives=ShownDispute)
def decide_reading(session: Session, said: dict[str, Any], dispute_id: UUID, objection_id: UUID) -> dict[str, Any]:
    """Decide how a listing is to be read

    After a party objected to how a term was read. A correction holds from then on for all who bought by that text.
    """
    case, _ = objections.decide(
        session, guard.actor(), dispute_id, objection_id, said["correction"], said["reason"], g.now
    )
    return dispute_view(session, case)


@operation("strikeConduct", takes=Reasoned, gives=ShownDispute)
def strike_conduct(session: Session, said: dict[str, Any], dispute_id: UUID, report_id: UUID) -> dict[str, Any]:
    """Strike a report of conduct

    With a reason that both sides read; it does not count any more.
    """
    case, _ = conduct.strike_conduct(session, guard.actor(), dispute_id, report_id, said["reason"], g.now)
    return dispute_view(session, case)


@operation("reportConduct", takes=said_of.ConductReported, gives=ConductShown, status=201)
def report_conduct(session: Session, said: dict[str, Any], external_id: str, position: int) -> dict[str, Any]:
    """Report a message

    A demand to remove a review, a demand to talk elsewhere, or abuse. It counts as of the message and stands until an
    arbiter strikes it.
    """
    report = conduct.report_conduct(session, guard.actor(), external_id, position, said["kind"], g.now, said["text"])
    return conduct_view(report)


@operation("hideMessage", takes=Reasoned, gives=Message)
def hide_message(session: Session, said: dict[str, Any], external_id: str, position: int) -> dict[str, Any]:
    """Hide an abusive message

    Buyer and seller are not shown its text any more; a line says who hid it and why.
    """
    message = conduct.hide_message(session, guard.actor(), external_id, position, said["reason"], g.now)
    return shown_message(message, None)
