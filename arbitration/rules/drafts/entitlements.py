"""What a buyer would be entitled to under a listing: the engine's answer for the usual troubles, at some times."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.building import build_case
from arbitration.rules.case import Terms
from arbitration.rules.durations import Duration
from arbitration.rules.engine import decide
from arbitration.rules.policy import Policy
from arbitration.rules.verdict import Explained, Verdict

TROUBLES = tuple(reason for reason in codes.REASONS if reason != "changed_mind")
AFTER = (Duration(hours=1), Duration(days=1), Duration(days=10), Duration(days=100), Duration(years=2))
_PAID_AT = datetime(2025, 1, 1, 12, tzinfo=UTC)
_PAYING = timedelta(minutes=5)


class Entitlement(NamedTuple):
    """The engine's answer for one trouble, reported so long ``after`` the delivery; before one, after the payment."""

    reason: str
    after: Duration
    verdict: str
    remedies: tuple[str, ...]
    decided_by: str
    basis: str
    clauses: tuple[str, ...]


def entitlements(terms: Terms, policy: Policy) -> tuple[Entitlement, ...]:
    """Every trouble at every time, for goods that are delivered as soon as they are paid for."""
    return tuple(_entitlement(terms, policy, reason, after) for reason in TROUBLES for after in AFTER)


def _entitlement(terms: Terms, policy: Policy, reason: str, after: Duration) -> Entitlement:
    at = after.after(_PAID_AT) or _PAID_AT
    case = build_case(
        policy,
        as_of=at,
        terms=terms,
        payment_started_at=_PAID_AT - _PAYING,
        paid_at=_PAID_AT,
        delivered_at=None if reason == codes.REASONS[0] else _PAID_AT,
        reason=reason,
        opened_at=at,
    )
    verdict = decide(case, policy)
    explained = verdict.explain()
    clauses = _clauses(verdict, explained)
    basis = explained.warranty.basis
    return Entitlement(reason, after, verdict.verdict, verdict.remedies, verdict.decided_by, basis, clauses)


def _clauses(verdict: Verdict, explained: Explained) -> tuple[str, ...]:
    """The clauses of the finding that decided, or of the default."""
    deciding = (each.clauses for each in explained.findings if each.rule == verdict.decided_by)
    return next(deciding, verdict.policy.default_clauses)
