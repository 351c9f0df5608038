"""What is owed: remedies that can never be offered, and a grace that ends in nothing."""

from collections.abc import Iterator

from arbitration.rules import codes
from arbitration.rules.payment import PaymentGrace
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import FAULT, WARNING, Problem, longer, rule

_REMEDIES, _PERIOD = rule(codes.GRACE_RULE, "remedies"), rule(codes.GRACE_RULE, "period")
_MOST = "remedies.most_replacements"


def problems(policy: Policy) -> list[Problem]:
    grace = next((each for each in policy.rules if isinstance(each, PaymentGrace)), None)
    found = list(_replacements(policy, grace))
    return found + list(_grace(policy, grace)) if grace else found


def _replacements(policy: Policy, grace: PaymentGrace | None) -> Iterator[Problem]:
    if policy.most_replacements:
        return
    if grace and codes.REPLACEMENT in grace.remedies:
        message = "lists a replacement, but `remedies.most_replacements` is 0, so none can ever be offered; change one."
        yield Problem(FAULT, _REMEDIES, message, (_MOST,))
    message = "is 0, so a replacement can never be offered, though covered claims give that choice; give at least 1."
    yield Problem(FAULT, _MOST, message)


def _grace(policy: Policy, grace: PaymentGrace) -> Iterator[Problem]:
    if not grace.remedies:
        message = "is empty: a deadline without a consequence, as nothing is owed once it has passed; name `refund`."
        yield Problem(FAULT, _REMEDIES, message)
    elif codes.REFUND not in grace.remedies:
        message = "does not list `refund`: money that never arrived could not be had back; add it."
        yield Problem(WARNING, _REMEDIES, message)
    lapse = policy.period("buyer_answer", "ends")
    if longer(grace.period, lapse):
        message = (
            f"is {grace.period}, longer than the {lapse} after which a silent buyer's dispute lapses: it could lapse "
            "before anything is owed. Make it shorter."
        )
        yield Problem(FAULT, _PERIOD, message, ("clocks.buyer_answer.ends",))
