"""The one place that reads the clock. Everything else takes the moment as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def going_on_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows ``moment`` now and goes on from there: for long work on a given moment."""
    started = monotonic()
    return lambda: moment + timedelta(seconds=monotonic() - started)
