"""What the buyer of a purchase may demand, by the agreement that held when it was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.cases import ReasonAnswer, Times, Told, answers, case_at
from arbitration.domain.grounds import with_grounds
from arbitration.domain.readings import ListingTerms
from arbitration.domain.sides import BUYER
from arbitration.models import Message, Purchase
from arbitration.rules.policy import Policy
from arbitration.services import gathering, readings
from arbitration.services.loading import find_purchase, seen_until
from arbitration.services.policies import policy_of
from arbitration.services.reports import may_be_reports


@dataclass(frozen=True, slots=True)
class Assessment:
    """The engine's answers for a purchase at a moment, one for each reason; none before the payment."""

    purchase: Purchase
    policy: Policy
    at: datetime
    terms: ListingTerms
    answers: tuple[ReasonAnswer, ...]


def assess_purchase(session: Session, actor: Actor, external_id: str, at: datetime, now: datetime) -> Assessment:
    """The engine's answers as if a dispute were opened at ``at``, counting only what was known by then.

    For a moment to come they count what is known ``now``. An arbiter's go no further than what they may see of the
    purchase (``loading.seen_until``).

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    purchase = find_purchase(session, actor, "assessPurchase", external_id)
    until = seen_until(session, actor, purchase)
    return assess(session, purchase, at if until is None else min(at, until), now)


def assess(
    session: Session, purchase: Purchase, at: datetime, now: datetime, held: readings.Held | None = None
) -> Assessment:
    """``assess_purchase`` for a purchase that the actor was allowed to see; ``held`` if its listing was looked at."""
    policy = policy_of(purchase)
    times = Times(purchase.payment_started_at, purchase.paid_at, purchase.delivered_at)
    told = told_by_buyer(session, purchase, min(at, now))
    held = held or readings.held(session, purchase.listing_id)
    terms = readings.terms_at(held, min(at, now))
    case = case_at(policy, times, terms.terms, told, at)
    return Assessment(purchase, policy, at, terms, with_grounds(answers(case, policy), terms) if case else ())


_TOLD = select(Message.posted_at, Message.reports_problem, Message.deleted_at).where(
    may_be_reports(bindparam("purchase", type_=Purchase.id.type), bindparam("paid_at", type_=Purchase.paid_at.type))
)


def told_by_buyer(session: Session, purchase: Purchase, until: datetime) -> list[Told]:
    """What the buyer wrote by a moment, as far as it may be a report; what came with other acts is none."""
    found = gathering.gathered(session, purchase.id)
    rows: Iterable[Any]
    if found is not None:
        own = (it for it in found.rows[Message] if it.author_role == BUYER)
        rows = ((it.posted_at, it.reports_problem, it.deleted_at) for it in own)
    else:
        session.flush()
        rows = session.connection().execute(_TOLD, {"purchase": purchase.id, "paid_at": purchase.paid_at})
    return [Told(at, marked, deleted_at) for at, marked, deleted_at in rows if at <= until]
