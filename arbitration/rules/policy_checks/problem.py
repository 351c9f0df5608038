"""What a check finds, and how periods compare."""

from datetime import UTC, datetime
from typing import NamedTuple

from arbitration.rules.durations import Duration

FAULT = "fault"
WARNING = "warning"
SEVERITIES = (FAULT, WARNING)

DAY = Duration(days=1)
MONTH = Duration(days=30)
_STARTS = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))
_NEVER = datetime.max.replace(tzinfo=UTC)


class Problem(NamedTuple):
    """One thing wrong: how badly, the path of the key, a sentence with what to do, and the other keys it rests on."""

    severity: str
    path: str
    message: str
    also: tuple[str, ...] = ()


def rule(name: str, key: str) -> str:
    """The path of a key of a rule."""
    return f'rules."{name}".{key}'


def longer(one: Duration, other: Duration) -> bool:
    """Whether the one period can end after the other: a month counts as the longest and as the shortest."""
    return any(_end(one, start) > _end(other, start) for start in _STARTS)


def no_shorter(one: Duration, other: Duration) -> bool:
    """Whether the one period can end with the other or after it."""
    return any(_end(one, start) >= _end(other, start) for start in _STARTS)


def same(one: Duration, other: Duration) -> bool:
    """Whether two periods always end together, however they are written."""
    return all(_end(one, start) == _end(other, start) for start in _STARTS)


def seconds(period: Duration) -> float:
    """How long a period is; a month counts as January."""
    return (_end(period, _STARTS[0]) - _STARTS[0]).total_seconds()


def _end(period: Duration, start: datetime) -> datetime:
    return period.after(start) or _NEVER
