"""What follows a ruling: appeal, correction, remedy and reopening; and periods that never end."""

from collections.abc import Iterator

from arbitration.rules.durations import Duration
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import FAULT, MONTH, WARNING, Problem, longer

_WAITED_FOR = (("seller_answer", "ends"), ("ruling", "within"), ("appeal", "within"), ("remedy", "within"))
_LIFETIME = Duration(years=100)
_APPEAL, _REMEDY, _REOPENING = "clocks.appeal.within", "clocks.remedy.within", "clocks.reopening.within"


def problems(policy: Policy) -> list[Problem]:
    return [*_after_a_ruling(policy), *_waiting(policy), *_endless(policy)]


def _after_a_ruling(policy: Policy) -> Iterator[Problem]:
    appeal, correction = policy.period("appeal", "within"), policy.period("correction", "within")
    remedy, reopening = policy.period("remedy", "within"), policy.period("reopening", "within")
    if longer(remedy, reopening):
        message = (
            f"is {reopening}, but a remedy may take {remedy}: the window closes before the remedy is due. Lengthen it."
        )
        yield Problem(FAULT, _REOPENING, message, (_REMEDY,))
    if longer(appeal, reopening):
        message = (
            f"is {appeal}, longer than the {reopening} for reopening: the plainer way would be shut first. Shorten it."
        )
        yield Problem(FAULT, _APPEAL, message, (_REOPENING,))
    if longer(correction, appeal):
        message = (
            f"is {correction}, so a ruling could still change after the {appeal} for an appeal are over; shorten it."
        )
        yield Problem(WARNING, "clocks.correction.within", message, (_APPEAL,))
    if not policy.count("reopening", "times"):
        message = "is 0, so nobody can ever use the window for reopening; give at least 1."
        yield Problem(FAULT, "clocks.reopening.times", message, (_REOPENING,))


def _waiting(policy: Policy) -> Iterator[Problem]:
    for clock, name in _WAITED_FOR:
        period = policy.period(clock, name)
        if longer(period, MONTH):
            message = f"is {period}: whoever is in the right waits more than 30 days for it; make it shorter."
            yield Problem(WARNING, f"clocks.{clock}.{name}", message)


def _endless(policy: Policy) -> Iterator[Problem]:
    for clock, values in policy.clocks.items():
        for name, value in values.items():
            if isinstance(value, Duration) and longer(value, _LIFETIME):
                message = (
                    "lies more than 100 years ahead: a deadline that never comes has no consequence; make it shorter."
                )
                yield Problem(FAULT, f"clocks.{clock}.{name}", message)
