"""The warranty: the handover, the period for listings that state none, and the floor."""

from collections.abc import Iterator

from arbitration.rules import codes
from arbitration.rules.floor import BoundedWarranty, Floor
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import DAY, FAULT, MONTH, WARNING, Problem, longer, rule
from arbitration.rules.warranty import WarrantyPeriod

_RULE = codes.WARRANTY_RULE
_HANDOVER, _UNSTATED = rule(_RULE, "handover_period"), rule(_RULE, "unstated_period")
_REASONS, _HANDOVER_REASONS = rule(_RULE, "reasons"), rule(_RULE, "handover_reasons")


def problems(policy: Policy) -> list[Problem]:
    found = next((each for each in policy.rules if each.name == _RULE), None)
    bounded = found if isinstance(found, BoundedWarranty) else None
    listed = bounded.listed if bounded else found
    if not isinstance(listed, WarrantyPeriod):
        message = "is there, but the rule `warranty.period` is not used; use the rule or take the floor out."
        return [Problem(FAULT, "floor", message)] if policy.floor else []
    handover = list(_handover(listed))
    if bounded:
        handover += [*_unstated(bounded), *_floor(bounded)]
    return handover


def _handover(listed: WarrantyPeriod) -> Iterator[Problem]:
    for reason in sorted(listed.handover_reasons - set(listed.reasons)):
        message = f"names `{reason}`, which never reaches this rule; add it to `reasons` or take it out here."
        yield Problem(FAULT, _HANDOVER_REASONS, message, (_REASONS,))
    if not listed.handover_reasons:
        message = (
            "is empty: a seller who excludes the warranty answers for nothing, not even for what was wrong at once. "
            "Name the reasons for which the handover still counts."
        )
        yield Problem(WARNING, _HANDOVER_REASONS, message)
    if longer(DAY, listed.handover_period):
        message = (
            f"is {listed.handover_period}, which leaves the buyer less than a day to look at the goods; give more."
        )
        yield Problem(WARNING, _HANDOVER, message)
    if longer(listed.handover_period, MONTH):
        message = f"is {listed.handover_period}: excluding a warranty excludes little for so long; make it shorter."
        yield Problem(WARNING, _HANDOVER, message)


def _unstated(bounded: BoundedWarranty) -> Iterator[Problem]:
    unstated = bounded.unstated_period
    if unstated is None:
        return
    handover = bounded.listed.handover_period
    if longer(handover, unstated):
        message = (
            f"is {handover}, more than the {unstated} where the listing states nothing: excluding it would give "
            "the buyer more than silence does. Make it no longer than `unstated_period`."
        )
        yield Problem(FAULT, _HANDOVER, message, (_UNSTATED,))
    if longer(DAY, unstated):
        message = f"is {unstated}, which leaves the buyer less than a day to report a problem; give more."
        yield Problem(WARNING, _UNSTATED, message)


def _floor(bounded: BoundedWarranty) -> Iterator[Problem]:
    floor, unstated = bounded.floor, bounded.unstated_period
    if floor is None:
        return
    for reason in sorted(floor.reasons - set(bounded.reasons)):
        message = f"names `{reason}`, which never reaches the rule `warranty.period`; add it there or take it out here."
        yield Problem(FAULT, "floor.reasons", message, (_REASONS,))
    if not floor.reasons:
        yield Problem(FAULT, "floor.reasons", "is empty, so the floor is under nothing; name the reasons.")
    if longer(DAY, floor.period):
        message = f"is {floor.period}, a floor that no buyer could use; give at least a day."
        yield Problem(WARNING, "floor.period", message)
    if floor.starts == codes.PAYMENT:
        message = (
            "is the payment, so goods delivered late have less of the floor or none; let it start with the delivery."
        )
        yield Problem(WARNING, "floor.starts", message)
    yield from _never_counts(bounded, floor)
    if unstated is not None and set(bounded.reasons) <= floor.reasons and longer(floor.period, unstated):
        message = f"is {unstated}, but the floor gives {floor.period} for every reason, so this never counts; raise it."
        yield Problem(WARNING, _UNSTATED, message, ("floor.period", "floor.reasons"))


def _never_counts(bounded: BoundedWarranty, floor: Floor) -> Iterator[Problem]:
    """The handover is what is left under an exclusion; a longer floor takes its place."""
    listed = bounded.listed
    covered = listed.handover_reasons and listed.handover_reasons <= floor.reasons
    if covered and longer(DAY, listed.handover_period) and longer(floor.period, listed.handover_period):
        message = f"is {listed.handover_period}, but the floor gives {floor.period}, so this never counts."
        yield Problem(WARNING, _HANDOVER, message, ("floor.period", "floor.reasons"))
