"""How much time goes by, whatever the clock is set to: no time of day can be told from it."""

import time
from datetime import timedelta


def time_run() -> timedelta:
    """How long the machine has run, its sleep included where the system counts that."""
    return timedelta(seconds=time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)))
