"""The verdict on a purchase for each kind of trouble, as a buyer asks before there is a dispute."""

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.engine import decide
from arbitration.rules.policy import Policy
from arbitration.rules.verdict import Verdict


def askable_reasons(case: Case, policy: Policy) -> tuple[str, ...]:
    """The reasons that can be judged: those that need a delivery only once one is logged."""
    delivered = case.purchase.delivered_at is not None
    return tuple(reason for reason in codes.REASONS if delivered or not policy.needs_delivery(reason))


def decide_each(case: Case, policy: Policy) -> dict[str, Verdict]:
    """The verdict for each reason that can be judged, all other facts of the case being equal."""
    return {reason: decide(case.asking(reason), policy) for reason in askable_reasons(case, policy)}
