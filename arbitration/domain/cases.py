"""From the times, terms and messages of a purchase to a case that the warranty engine can judge.

A case at a moment holds what was known by then (DESIGN.md, "What the engine reads of a case"): no delivery that was
logged later, no message that was written later or had been deleted by then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arbitration.rules import codes
from arbitration.rules.building import build_case
from arbitration.rules.case import Case, Report, Terms
from arbitration.rules.each_reason import decide_each
from arbitration.rules.faults import BadInputError
from arbitration.rules.policy import Policy
from arbitration.rules.reading import read_terms
from arbitration.rules.verdict import Verdict

ALWAYS_ASKABLE = codes.REASONS[0]


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of a purchase, as the marketplace knows them."""

    payment_started_at: datetime
    paid_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """A message of the buyer, as far as it may be a report."""

    at: datetime
    marked: bool
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReasonAnswer:
    """The answer for one kind of trouble.

    ``awaits_delivery``: it can't be judged before a delivery; ``verdict`` is then the one on goods that never came.
    """

    reason: str
    verdict: Verdict
    awaits_delivery: bool = False


def terms_of(stated: Mapping[str, Any] | None) -> Terms:
    """What a listing states, from its kept form. What can't be read counts as not stated."""
    if stated is None:
        return Terms()
    try:
        return read_terms(stated)
    except BadInputError:
        return Terms()


def reports_of(told: Iterable[Told], times: Times, at: datetime) -> tuple[Report, ...]:
    """The reports known by ``at``: the buyer's marked messages, or else the first one after the payment."""
    known = [message for message in told if message.at <= at and not (message.deleted_at and message.deleted_at <= at)]
    marked = [message.at for message in known if message.marked and message.at >= times.payment_started_at]
    if not marked:
        marked = sorted(message.at for message in known if message.at >= times.paid_at)[:1]
    return tuple(Report(moment) for moment in sorted(marked))


def case_at(policy: Policy, times: Times, terms: Terms, told: Iterable[Told], at: datetime) -> Case | None:
    """The case as if a dispute were opened at ``at``; None where there can be none, since nothing was paid by then."""
    if at < times.paid_at:
        return None
    delivered_at = times.delivered_at if times.delivered_at and times.delivered_at <= at else None
    try:
        return build_case(
            policy,
            as_of=at,
            opened_at=at,
            payment_started_at=times.payment_started_at,
            paid_at=times.paid_at,
            delivered_at=delivered_at,
            reason=ALWAYS_ASKABLE,
            terms=terms,
            reports=reports_of(told, times, at),
        )
    except BadInputError:
        return None


def answers(case: Case, policy: Policy) -> tuple[ReasonAnswer, ...]:
    """An answer for each of the seven reasons, in the order in which they are asked."""
    verdicts = decide_each(case, policy)
    return tuple(
        ReasonAnswer(reason, verdicts[reason])
        if reason in verdicts
        else ReasonAnswer(reason, verdicts[ALWAYS_ASKABLE], awaits_delivery=True)
        for reason in codes.REASONS
    )
