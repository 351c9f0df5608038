"""Disputes: opening, looking, talking, and what each side can do about them."""

from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.api.amounts import minor_units
from arbitration.api.dispute_views import dispute_view, line_view, verdict_view
from arbitration.api.operations import operation
from arbitration.domain.opening import Claim
from arbitration.door import guard
from arbitration.schemas import disputes as said_of
from arbitration.schemas.acts import JustWords
from arbitration.schemas.disputes_shown import DisputeAssessment, Disputes, ShownDispute
from arbitration.schemas.queries import AssessmentQuery
from arbitration.services.disputes import claims, listing, offers, opening, talks
from arbitration.services.disputes.finding import find_dispute


@operation("openDispute", takes=said_of.NewDispute, gives=ShownDispute, status=201)
def open_dispute(session: Session, said: dict[str, Any], external_id: str) -> dict[str, Any]:
    """Open a dispute

    The seller's time to answer begins. A purchase has one open dispute at most.
    """
    return dispute_view(session, opening.open_dispute(session, guard.actor(), external_id, Claim(**said), g.now))


@operation("listDisputes", asks=said_of.DisputesQuery, gives=Disputes)
def list_disputes(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """List disputes

    One's own; for arbiters those to which an arbiter was called, for operators all. The earliest deadline first.
    """
    stage = asked.get("stage")
    wanted = listing.Asked((stage,) if stage else (), asked.get("turn"), asked.get("due_before"), asked["text"])
    page = listing.list_disputes(session, guard.actor(), wanted, cursor=asked.get("cursor"), limit=asked["limit"])
    return {"items": [line_view(line) for line in page.items], "next": page.next}


@operation("getDispute", gives=ShownDispute)
def get_dispute(session: Session, dispute_id: UUID) -> dict[str, Any]:
    """Look at a dispute

    Where it stands, what the caller can do, what is due, and all that was offered, asked, ruled and paid.
    """
    return dispute_view(session, find_dispute(session, guard.actor(), "getDispute", dispute_id, lock=False))


@operation("assessDispute", asks=AssessmentQuery, gives=DisputeAssessment)
def assess_dispute(session: Session, asked: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Ask what the engine says of a dispute

    As of now or of another moment since the opening, counting only what was known by then.
    """
    judged = claims.assess_dispute(session, guard.actor(), dispute_id, asked.get("at", g.now), g.now)
    return {"dispute": dispute_id, "at": judged.at, "answer": verdict_view(judged)}


@operation("changeRequestedRemedy", takes=said_of.Wish, gives=ShownDispute)
def change_requested_remedy(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Ask for the other remedy

    Until an agreement or a ruling.
    """
    case = talks.change_remedy(session, guard.actor(), dispute_id, said["requested"], g.now, said["text"])
    return dispute_view(session, case)


@operation("makeOffer", takes=said_of.NewOffer, gives=ShownDispute, status=201)
def make_offer(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Make an offer

    One's own open offer is replaced by it.
    """
    actor = guard.actor()
    amount = minor_units(session, actor, "makeOffer", dispute_id, said["amount"])
    case, _ = offers.make_offer(session, actor, dispute_id, said["remedy"], amount, said["text"], g.now)
    return dispute_view(session, case)


@operation("answerOffer", takes=said_of.OfferAnswer, gives=ShownDispute)
def answer_offer(session: Session, said: dict[str, Any], dispute_id: UUID, offer: int) -> dict[str, Any]:
    """Answer an offer

    Accept it, decline it, or counter it with another.
    """
    actor, counter = guard.actor(), said["counter"] or {}
    amount = minor_units(session, actor, "answerOffer", dispute_id, counter.get("amount"), "counter.amount")
    case, _ = offers.answer_offer(
        session,
        actor,
        dispute_id,
        offer,
        said["answer"],
        g.now,
        text=said["text"],
        remedy=counter.get("remedy"),
        amount=amount,
    )
    return dispute_view(session, case)


@operation("escalateDispute", takes=JustWords, gives=ShownDispute)
def escalate_dispute(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Call the arbiter

    Once the window for it is open; `available_actions` says so.
    """
    return dispute_view(session, talks.escalate(session, guard.actor(), dispute_id, said["text"], g.now))


@operation("withdrawDispute", takes=JustWords, gives=ShownDispute)
def withdraw_dispute(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Withdraw a dispute

    It is closed without a remedy.
    """
    return dispute_view(session, talks.withdraw(session, guard.actor(), dispute_id, said["text"], g.now))


@operation("askExtension", takes=said_of.MoreTime, gives=ShownDispute, status=201)
def ask_extension(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Ask for more time

    For the act that one still owes, up to what the agreement allows. It is given at once.
    """
    case, _ = talks.ask_extension(session, guard.actor(), dispute_id, said["until"], said["reason"], g.now)
    return dispute_view(session, case)
