"""The metronome: a tick every two seconds. What is due stands in the database: a missed tick loses nothing."""

import logging
import os
import socket
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from arbitration import clock
from arbitration.db import named_fault, reading, unit_of_work
from arbitration.scheduler import leaps
from arbitration.scheduler.leaps import Leaps
from arbitration.scheduler.sweep import sweep
from arbitration.services import clock_record, database_time, heartbeat

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=2)
BEATS = timedelta(seconds=10)
NAME = heartbeat.SCHEDULER
MOST_READINGS = 500
MAIL_SECONDS = 10.0
"""For how long a tick begins to send mails: what falls due waits for the next, and a mail server may be slow."""


class Metronome(BackgroundScheduler):  # type: ignore[misc]
    """Ticks on when the machine's clock leaps.

    The library would wait until the old time comes round, or count all the ticks that were missed one by one: those of
    a machine that slept for a month took minutes of its processor.
    """

    def _process_jobs(self) -> Any:
        self._tick_now_after_a_leap()
        wait = super()._process_jobs()
        self._tick_now_after_a_leap()
        return wait

    def _tick_now_after_a_leap(self) -> None:
        job, now = self.get_job(NAME), clock.machine_time()
        if job is not None and abs(job.next_run_time - now) > 2 * EVERY:
            job.modify(next_run_time=now)  # also wakes the loop


class Clock:
    """Sweeps at every tick, and shows every ten seconds that it is alive."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._process = f"{socket.gethostname()[:80]}:{os.getpid()}"
        self._started_at = clock.now()
        self._last_beat = self._started_at - BEATS
        self._leaps: Leaps | None = None
        self._apart = timedelta(0)
        self._shown = False
        self._ticking = Lock()
        self._stopping = Event()
        self._scheduler = Metronome(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )

    def start(self) -> None:
        """Begin to tick, on a thread of its own. Block signals first, so that they reach the main thread."""
        trigger = IntervalTrigger(seconds=int(EVERY.total_seconds()), timezone="UTC")
        self._scheduler.add_job(self.tick, trigger, id=NAME, next_run_time=clock.machine_time())
        self._scheduler.start()

    def stop(self) -> None:
        """Stop after the mail that is under way."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        if not self._shown:
            return
        try:
            with self._app.app_context(), unit_of_work() as session:
                heartbeat.farewell(session, NAME, self._process)
        except SQLAlchemyError as error:
            log.warning("could not say that it ends: %s", named_fault(error))

    def tick(self) -> None:
        """Do what is due. A fault is logged, and the next tick tries again."""
        with self._ticking:
            try:
                self._beat()
                now = clock.now()
                self._leaps = self._leaps or self._watch(now)
                believed = self._leaps.believes(now)
                done = sweep(self._app, now, self._told_to_stop, MOST_READINGS, believed, MAIL_SECONDS)
                if done:
                    log.info("swept: %s", ", ".join(f"{count} {what}" for what, count in sorted(done.items())))
            except SQLAlchemyError as error:
                log.warning("this tick failed, the next goes on: %s", named_fault(error))
            except Exception:
                log.exception("this tick failed; the next goes on")

    def _watch(self, now: datetime) -> Leaps:
        """Hold the clock against what the last scheduler left, from the first tick on."""
        with self._app.app_context(), reading() as session:
            before = clock_record.read(session)
        watching = Leaps(now, before=before, boot=leaps.this_boot())
        with self._app.app_context(), unit_of_work() as session:
            clock_record.keep(session, watching.record(now))
        return watching

    def _told_to_stop(self) -> bool:
        """Asked between two pieces of work, so that a long row of them does not look like a death."""
        self._beat()
        return self._stopping.is_set()

    def _beat(self) -> None:
        if abs(clock.now() - self._last_beat) < BEATS:
            return
        with self._app.app_context(), unit_of_work() as session:
            self._agree(database_time.of(session))
            heartbeat.beat(session, NAME, self._process, clock.now(), self._started_at)
            if self._leaps is not None:
                clock_record.keep(session, self._leaps.record(clock.now()))
        self._last_beat, self._shown = clock.now(), True

    def _agree(self, shown: datetime | None) -> None:
        """Go by the database's clock, so that schedulers on several machines do the same at the same time."""
        apart = clock.keep_to(shown) if shown is not None else timedelta(0)
        if abs(apart - self._apart) >= clock.A_LITTLE:
            seconds = round(apart.total_seconds(), 1)
            log.warning("this machine's clock is %s seconds behind the database's, which counts", seconds)
            self._apart = apart
