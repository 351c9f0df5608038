"""Whether somebody notices that a scheduler died."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from arbitration.scheduler import clock as ticking
from arbitration.scheduler.clock import Clock
from arbitration.services import heartbeat
from arbitration.services.heartbeat import SCHEDULER
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]


def test_each_of_several_schedulers_shows_itself_and_one_that_died_is_seen_within_a_minute(work: Work) -> None:
    with work() as session:
        heartbeat.beat(session, SCHEDULER, "one:1", NOW)
        heartbeat.beat(session, SCHEDULER, "two:2", NOW)
        heartbeat.beat(session, SCHEDULER, "two:2", NOW + timedelta(seconds=50))
    later = NOW + timedelta(seconds=55)
    with work() as session:
        assert [(each.process, each.alive) for each in heartbeat.pulses(session, later)] == [
            ("two:2", True),
            ("one:1", False),
        ]
        assert heartbeat.any_alive(session, later)
        assert not heartbeat.any_alive(session, later + timedelta(minutes=1))


def test_one_that_ends_as_it_should_is_missed_by_nobody(app: Flask, work: Work) -> None:
    clock = Clock(app)
    clock.start()
    clock.tick()
    with work() as session:
        assert len(heartbeat.pulses(session, ticking.clock.now())) == 1
    clock.stop()
    with work() as session:
        assert not heartbeat.pulses(session, ticking.clock.now())


def test_a_dead_one_is_forgotten_after_a_day(work: Work) -> None:
    with work() as session:
        heartbeat.beat(session, SCHEDULER, "one:1", NOW)
        assert heartbeat.forget(session, NOW + timedelta(hours=23)) == 0
        assert heartbeat.forget(session, NOW + timedelta(hours=25)) == 1
