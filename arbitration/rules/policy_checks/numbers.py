"""Numbers in the clauses that contradict each other, or the periods of the file."""

import re
from collections.abc import Iterator

from arbitration.rules.durations import Duration
from arbitration.rules.floor import BoundedWarranty
from arbitration.rules.payment import PaymentGrace
from arbitration.rules.policy import LANGUAGES, Policy
from arbitration.rules.policy_checks.problem import WARNING, Problem, same
from arbitration.rules.warranty import WarrantyPeriod

_PERIOD = re.compile(r"\b([0-9]{1,4})[ -](hour|day|week|month|year)s?\b")
_NUMBER = re.compile(r"\d{1,4}")
_RESTS_ON = ("rules", "floor", "clocks")


def problems(policy: Policy) -> list[Problem]:
    return [*_translations(policy), *_periods(policy)]


def _translations(policy: Policy) -> Iterator[Problem]:
    for clause, texts in policy.clauses.items():
        wanted = _numbers(texts["en"])
        for language in LANGUAGES[1:]:
            found = _numbers(texts[language])
            if wanted and found and found != wanted:
                message = f"names {_listed(found)}, the English text {_listed(wanted)}; make them say the same."
                yield Problem(WARNING, f"clauses.{clause}.{language}", message, (f"clauses.{clause}.en",))


def _numbers(text: str) -> list[int]:
    """The numbers of a text in whatever digits, the least first."""
    return sorted(int(digits) for digits in _NUMBER.findall(text))


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _periods(policy: Policy) -> Iterator[Problem]:
    known = list(_known(policy))
    for clause, texts in policy.clauses.items():
        for count, unit in _PERIOD.findall(texts["en"]):
            if not any(same(Duration(**{f"{unit}s": int(count)}), period) for period in known):
                message = f"speaks of {count} {unit}s, but no period of this file is as long; correct either."
                yield Problem(WARNING, f"clauses.{clause}.en", message, _RESTS_ON)


def _known(policy: Policy) -> Iterator[Duration]:
    """All periods of the file."""
    for each in policy.rules:
        listed = each.listed if isinstance(each, BoundedWarranty) else each
        if isinstance(each, BoundedWarranty) and each.unstated_period is not None:
            yield each.unstated_period
        if isinstance(listed, WarrantyPeriod):
            yield listed.handover_period
        elif isinstance(listed, PaymentGrace):
            yield listed.period
    if policy.floor is not None:
        yield policy.floor.period
    for clock, values in policy.clocks.items():
        yield from (value for value in values.values() if isinstance(value, Duration))
        yield from (step.after for step in policy.reminders(clock))
