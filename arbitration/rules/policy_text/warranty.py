"""How long the warranty runs, by what the listing states."""

from arbitration.rules import codes
from arbitration.rules.floor import BoundedWarranty
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import longer
from arbitration.rules.policy_text.speaking import Lines, Speaker, cited, reasons, say
from arbitration.rules.policy_text.wording import WARRANTY
from arbitration.rules.warranty import WarrantyPeriod


def lines(policy: Policy, speaker: Speaker) -> Lines:
    """One line for each thing that a listing can state, and one on the floor; none without the rule."""
    rule = next((each for each in policy.rules if each.name == codes.WARRANTY_RULE), None)
    bounded = rule if isinstance(rule, BoundedWarranty) else None
    listed = bounded.listed if bounded else rule
    if not isinstance(listed, WarrantyPeriod):
        return []
    found = []
    for basis, clauses in listed.clauses.items():
        if basis != codes.HANDOVER:
            period = bounded.unstated_period if bounded else None
            values = {"period": period} if period is not None and basis == codes.UNSPECIFIED_PERIOD else {}
            found.append(cited(say(speaker, WARRANTY[basis], **values), clauses))
    if not _is_above(bounded, listed):
        found.append(_excluded(listed, speaker))
    return [*found, *_floor(bounded, speaker)]


def _is_above(bounded: BoundedWarranty | None, listed: WarrantyPeriod) -> bool:
    """Whether the floor gives more than the handover for every reason, so that an exclusion means nothing."""
    floor = bounded.floor if bounded else None
    return floor is not None and set(listed.reasons) <= floor.reasons and longer(floor.period, listed.handover_period)


def _excluded(listed: WarrantyPeriod, speaker: Speaker) -> str:
    clauses = listed.clauses[codes.HANDOVER]
    if not listed.handover_reasons:
        return cited(say(speaker, WARRANTY["excluded"]), clauses)
    named = reasons(speaker, listed.handover_reasons)
    return cited(say(speaker, WARRANTY[codes.HANDOVER], period=listed.handover_period, reasons=named), clauses)


def _floor(bounded: BoundedWarranty | None, speaker: Speaker) -> Lines:
    if bounded is None or bounded.floor is None:
        return []
    period, starts, covered, clauses = bounded.floor
    sentence = WARRANTY["floor.payment" if starts == codes.PAYMENT else "floor.delivery"]
    return [cited(say(speaker, sentence, period=period, reasons=reasons(speaker, covered)), clauses)]
