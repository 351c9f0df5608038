"""Whether the machine's clock can be believed: it may be set, by hand or by a mistake, before a process starts or while
it runs."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from arbitration.elapsed import time_run
from arbitration.services.clock_record import ClockRecord, Doubt, Run

log = logging.getLogger(__name__)
LEAP = timedelta(minutes=10)
FAR = timedelta(minutes=30)
"""How long a machine may have been down before its clock is not believed at once: less than an hour, by which a clock
is wrong that was set to the local time."""
WAIT = timedelta(hours=1)
BOOT = Path("/proc/sys/kernel/random/boot_id")


def this_boot() -> str:
    """What tells this start of the machine from all others; empty where the system has no name for it."""
    try:
        return BOOT.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


class Leaps:
    """Notices when the clock leaps ahead, and does not believe it for an hour, or until it is set back.

    What comes an hour late does no harm, and what comes five hours early may decide a case by the silence of somebody
    who still had time (docs/decisions/0018-a-clock-that-leaps.md). ``before`` is what the last scheduler left: while
    the machine runs on, the clock must have gone as far as the machine has run; since a machine was started anew, no
    further than ``FAR``.
    """

    def __init__(
        self,
        now: datetime,
        run: Callable[[], timedelta] | None = None,
        before: ClockRecord | None = None,
        boot: str = "",
    ) -> None:
        self._run, self._boot = run or time_run, boot
        self._began, self._most = now - self._run(), LEAP
        self._doubt: Doubt | None = None
        self._record = ClockRecord(now, self._ran())
        if before is None:
            return
        self._record, ran_on = before, bool(boot) and before.run.boot == boot
        self._began = before.at - (before.run.lasted if ran_on else self._run())
        self._most = LEAP if ran_on else FAR
        if before.doubt is not None and boot and before.doubt.run.boot == boot:
            self._doubt = before.doubt

    def believes(self, now: datetime) -> bool:
        """Whether ``now``, which the clock shows, may be acted on. Ask at every tick."""
        run = self._run()
        ahead = now - run - self._began
        if ahead <= self._most:
            if ahead < -LEAP or self._doubt is not None:
                log.warning("the clock was set back to %s", f"{now:%Y-%m-%d %H:%M:%S} UTC")
            self._believe(now)
        elif self._doubt is None:
            self._doubt = Doubt(now, self._ran())
            log.warning(
                "the clock leapt ahead by %s to %s, or the machine was down for so long: nothing runs out and nothing "
                "is tidied away for an hour, or until it is set back",
                timedelta(seconds=round(ahead.total_seconds())),
                f"{now:%Y-%m-%d %H:%M:%S} UTC",
            )
        elif run - self._doubt.run.lasted >= WAIT:
            log.warning("the clock is taken for right now: %s", f"{now:%Y-%m-%d %H:%M:%S} UTC")
            self._believe(now)
        return self._doubt is None

    def record(self, now: datetime) -> ClockRecord:
        """What to leave to the next scheduler."""
        self.believes(now)
        return ClockRecord(self._record.at, self._record.run, self._doubt)

    def _believe(self, now: datetime) -> None:
        self._began, self._most, self._doubt = now - self._run(), LEAP, None
        self._record = ClockRecord(now, self._ran())

    def _ran(self) -> Run:
        return Run(self._boot, self._run())
