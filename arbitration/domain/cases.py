"""From the times, terms and messages of a purchase to a case that the warranty engine can judge.

A case at a moment holds what was known by then: no delivery that was logged later, no message that was written later or
had been deleted by then (docs/disputes.md, "What the engine reads of a case").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from arbitration.domain.facts import (
    ADMITTED,
    CAN_REPLACE,
    CHECKED_AT,
    CONTINUOUS,
    ENDS_AT,
    STARTS_AT,
    TAKEN_AT,
    Facts,
    Stated,
    known_at,
)
from arbitration.rules import codes
from arbitration.rules.building import build_case
from arbitration.rules.case import Case, Conduct, Exhibit, Report, Terms, Video
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


@dataclass(frozen=True, slots=True)
class Wish:
    """What the buyer asked for from a moment on."""

    at: datetime
    requested: str


@dataclass(frozen=True, slots=True)
class Filed:
    """An exhibit as far as the engine reads it."""

    id: UUID
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """Conduct that somebody reported: by which side, what, when it happened, when it was reported and when struck."""

    by: str
    kind: str
    at: datetime
    reported_at: datetime
    struck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """All that is on record of a claim besides times and terms; what was known at a moment is found out there."""

    reason: str
    opened_at: datetime
    wishes: tuple[Wish, ...]
    defect: str | None = None
    evidence_closed_at: datetime | None = None
    told: tuple[Told, ...] = ()
    stated: tuple[Stated, ...] = ()
    exhibits: tuple[Filed, ...] = ()
    replaced_at: tuple[datetime, ...] = ()
    conduct: tuple[Reported, ...] = ()


def claim_at(policy: Policy, times: Times, terms: Terms, claimed: Claimed, at: datetime) -> Case | None:
    """The case of a claim as it was known at ``at``, which is not before the claim was opened; None where it was none.

    A claim that needs a logged delivery and has none is no case; pages then say that the delivery is awaited.
    """
    facts = known_at(claimed.stated, at)
    delivered_at = times.delivered_at if times.delivered_at and times.delivered_at <= at else None
    checked_at = facts.instant(CHECKED_AT)
    if checked_at is not None and checked_at < times.payment_started_at:
        checked_at = None
    wishes = [wish for wish in claimed.wishes if wish.at <= at] or list(claimed.wishes[:1])
    try:
        return build_case(
            policy,
            as_of=max(at, claimed.opened_at),
            opened_at=claimed.opened_at,
            payment_started_at=times.payment_started_at,
            paid_at=times.paid_at,
            delivered_at=delivered_at,
            checked_at=checked_at,
            replacements_made=sum(moment <= at for moment in claimed.replaced_at),
            reason=claimed.reason,
            requested=max(wishes, key=lambda wish: wish.at).requested,
            defect=claimed.defect,
            admitted_by_seller=bool(facts.values.get(ADMITTED)) or None,
            evidence_closed=bool(claimed.evidence_closed_at and claimed.evidence_closed_at <= at) or None,
            terms=terms,
            reports=reports_of(claimed.told, times, at),
            evidence=_evidence(claimed.exhibits, facts, at),
            can_replace=facts.values.get(CAN_REPLACE),
            conduct=[
                Conduct(each.by, each.kind, each.at)
                for each in claimed.conduct
                if each.reported_at <= at and not (each.struck_at and each.struck_at <= at)
            ],
        )
    except BadInputError:
        return None


def _evidence(filed: Iterable[Filed], facts: Facts, at: datetime) -> list[Video | Exhibit]:
    """The exhibits known by ``at``. A video of which nobody said when it begins and ends proves nothing yet."""
    evidence: list[Video | Exhibit] = []
    for exhibit in filed:
        if exhibit.at > at:
            continue
        if exhibit.kind != "video":
            evidence.append(Exhibit(exhibit.kind, facts.exhibit_instant(exhibit.id, TAKEN_AT) or exhibit.at))
            continue
        starts, ends = facts.exhibit_instant(exhibit.id, STARTS_AT), facts.exhibit_instant(exhibit.id, ENDS_AT)
        if starts is not None and ends is not None and starts <= ends:
            evidence.append(Video(starts, ends, facts.of_exhibits.get((exhibit.id, CONTINUOUS))))
    return evidence
