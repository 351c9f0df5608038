"""The one place that reads the clock. Everything else takes the moment as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

_apart = timedelta(0)
A_LITTLE = timedelta(seconds=1)


def now() -> datetime:
    """The present moment, in UTC."""
    return machine_time() + _apart if _apart else machine_time()


def machine_time() -> datetime:
    """What this machine's clock shows, whichever counts: for waking up, by what else goes by it."""
    return datetime.now(UTC)


def keep_to(shown: datetime) -> timedelta:
    """Go by another clock, which shows this moment just now, from now on; gives how far it is ahead of the machine's,
    nothing where that is less than a second."""
    global _apart
    apart = shown - machine_time()
    _apart = apart if abs(apart) >= A_LITTLE else timedelta(0)
    return _apart


def going_on_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows ``moment`` now and goes on from there: for long work on a given moment."""
    started = monotonic()
    return lambda: moment + timedelta(seconds=monotonic() - started)
