"""Whether the machine's clock can be believed: it may be set, by hand or by a mistake, while a process runs."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

log = logging.getLogger(__name__)
LEAP = timedelta(minutes=10)
WAIT = timedelta(hours=1)


def time_run() -> timedelta:
    """How long the machine has run, its sleep included where the system counts that: nobody can set this."""
    return timedelta(seconds=time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)))


class Leaps:
    """Notices when the clock leaps ahead, and does not believe it for an hour, or until it is set back.

    What comes an hour late does no harm, and what comes five hours early may decide a case by the silence of somebody
    who still had time (docs/decisions/0018-a-clock-that-leaps.md).
    """

    def __init__(self, now: datetime, run: Callable[[], timedelta] | None = None) -> None:
        self._run = run or time_run
        self._began = now - self._run()
        self._since: timedelta | None = None

    def believes(self, now: datetime) -> bool:
        """Whether ``now``, which the clock shows, may be acted on. Ask at every tick."""
        run = self._run()
        ahead = now - run - self._began
        if ahead <= LEAP:
            if ahead < -LEAP or self._since is not None:
                log.warning("the clock was set back to %s", f"{now:%Y-%m-%d %H:%M:%S} UTC")
            self._began, self._since = now - run, None
        elif self._since is None:
            self._since = run
            log.warning(
                "the clock leapt ahead by %s to %s: nothing runs out and nothing is tidied away for an hour, or until "
                "it is set back",
                timedelta(seconds=round(ahead.total_seconds())),
                f"{now:%Y-%m-%d %H:%M:%S} UTC",
            )
        elif run - self._since >= WAIT:
            log.warning("the clock is taken for right now: %s", f"{now:%Y-%m-%d %H:%M:%S} UTC")
            self._began, self._since = now - run, None
        return self._since is None
