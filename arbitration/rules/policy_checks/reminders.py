"""Reminders that come with the deadline or after it, at one moment, out of order, or not at all."""

from collections.abc import Iterator
from datetime import time
from math import ceil

from arbitration.rules.durations import Duration
from arbitration.rules.policy import Policy, Step
from arbitration.rules.policy_checks.problem import FAULT, WARNING, Problem, longer, no_shorter, same, seconds

_DAY = 24 * 3600.0
_CLOCKS = {"seller_answer": "ends", "buyer_answer": "ends", "remedy": "within"}
_MAY_BE_SILENT = "remedy"
_FROM, _TO = "clocks.working_day.from", "clocks.working_day.to"


def problems(policy: Policy) -> list[Problem]:
    found = [*_working_day(policy), *_of_requests(policy)]
    for clock in _CLOCKS:
        found += [*_ladder(policy, clock), *_before_the_end(policy, clock)]
    return found


def _working_day(policy: Policy) -> Iterator[Problem]:
    if _hours(policy) <= 0:
        message = "is not later than `from`, so the seller's day closes before it opens; let it end after it begins."
        yield Problem(FAULT, _TO, message, (_FROM,))


def _ladder(policy: Policy, clock: str) -> Iterator[Problem]:
    steps = policy.reminders(clock)
    path = f"clocks.{clock}.reminders"
    if not steps and clock != _MAY_BE_SILENT:
        yield Problem(WARNING, path, "is empty, so the deadline comes without a word; remind at least once before it.")
    for number in range(1, len(steps)):
        earlier, later = steps[number - 1], steps[number]
        here = f"{path}[{number}]"
        if same(earlier.after, later.after):
            message = f"falls due at the same moment as the one before it ({later.after}); leave one out or move it."
            yield Problem(FAULT, here, message, (f"{path}[{number - 1}]",))
        elif longer(earlier.after, later.after):
            message = f"falls due before the one above it ({later.after}, {earlier.after}), never sent then; sort them."
            yield Problem(FAULT, here, message, (f"{path}[{number - 1}]",))


def _before_the_end(policy: Policy, clock: str) -> Iterator[Problem]:
    ends = policy.period(clock, _CLOCKS[clock])
    for number, step in enumerate(policy.reminders(clock)):
        path, also = f"clocks.{clock}.reminders[{number}].after", (f"clocks.{clock}.{_CLOCKS[clock]}",)
        if no_shorter(step.after, ends):
            message = f"is {step.after}, but the deadline is {ends}: the reminder comes too late. Let it come before."
            yield Problem(FAULT, path, message, also)
        elif _slowest(policy, step) >= seconds(ends):
            message = (
                f"is {step.after} of the seller's day, which can end after the deadline ({ends}); make it shorter."
            )
            yield Problem(WARNING, path, message, (*also, _FROM, _TO))
        if step.counted_in == "working" and clock == "buyer_answer":
            message = "counts the seller's day against the buyer; count all hours (`plain`)."
            yield Problem(WARNING, f"clocks.{clock}.reminders[{number}].counted_in", message)


def _of_requests(policy: Policy) -> Iterator[Problem]:
    before = policy.period("exhibit_request", "reminder_before_end")
    least = policy.period("exhibit_request", "reminder_if_longer_than")
    ruling = policy.period("ruling", "within")
    path, other = "clocks.exhibit_request.reminder_before_end", "clocks.exhibit_request.reminder_if_longer_than"
    if no_shorter(before, least):
        message = (
            f"is {before}, but requests of little more than {least} are reminded of: the reminder could come before "
        )
        yield Problem(
            FAULT, path, f"{message}the request, or with it. Make it shorter than `reminder_if_longer_than`.", (other,)
        )
    if no_shorter(least, ruling):
        message = f"is {least}, as long as the whole time for a ruling ({ruling}): no request is ever reminded of."
        yield Problem(WARNING, other, f"{message} Make it shorter.", ("clocks.ruling.within",))


def _slowest(policy: Policy, step: Step) -> float:
    """The seconds until a reminder falls due at the latest: counted from the moment that the seller's day ends."""
    hours = _hours(policy)
    if step.counted_in != "working" or hours <= 0:
        return seconds(step.after)
    days = ceil(seconds(step.after) / hours)
    return days * (_DAY - hours) + seconds(step.after)


def _hours(policy: Policy) -> float:
    """The length of the seller's day in seconds; not above nought where it closes before it opens."""
    day = policy.clocks["working_day"]
    opens, closes = day["from"], day["to"]
    assert isinstance(opens, time)
    assert isinstance(closes, time)
    end = Duration(days=1) if closes == time.max else Duration(hours=closes.hour, minutes=closes.minute)
    return seconds(end) - seconds(Duration(hours=opens.hour, minutes=opens.minute))
