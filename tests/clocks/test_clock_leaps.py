"""The machine's clock is set hours ahead by mistake: nobody's time is over because of that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.models import BrowserSession, Dispute, Intent
from arbitration.scheduler import leaps
from arbitration.scheduler.clock import Clock
from arbitration.scheduler.leaps import Leaps
from arbitration.services import messages, outbox, sessions, tidying
from tests.clocks.conftest import Opened
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Machine:
    """A clock that can be set, and a machine that runs on whatever it shows."""

    def __init__(self, moment: datetime) -> None:
        self.moment, self.run = moment, timedelta(hours=7)

    def goes_on(self, by: timedelta) -> None:
        self.moment += by
        self.run += by


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(NOW)
    monkeypatch.setattr(clock, "now", lambda: machine.moment)
    monkeypatch.setattr(leaps, "time_run", lambda: machine.run)
    return machine


def stage(work: Work) -> str:
    with work() as session:
        return session.scalars(select(Dispute.stage)).one()


@pytest.fixture
def scheduler(app: Flask, machine: Machine, opened: Opened) -> Clock:
    opened(machine.moment)
    scheduler = Clock(app)
    scheduler.tick()
    return scheduler


def test_a_clock_that_leaps_ahead_decides_nothing_by_silence_and_signs_nobody_out(
    scheduler: Clock, machine: Machine, work: Work, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    person = shop.seller.person_id
    with work() as session:
        sessions.open_session(session, person, NOW, "Tests")
    machine.moment += 40 * DAY
    for _ in range(3):
        machine.goes_on(2 * SECOND)
        scheduler.tick()
    assert stage(work) == "negotiation"
    with work() as session:
        assert session.query(BrowserSession).count() == 1
    assert caplog.text.count("leapt ahead by 40 days") == 1
    machine.moment -= 40 * DAY
    machine.goes_on(71 * HOUR)
    scheduler.tick()
    assert stage(work) == "negotiation"
    machine.goes_on(HOUR)
    scheduler.tick()
    assert stage(work) == "arbitration"


def test_a_clock_that_stays_ahead_is_believed_after_an_hour(scheduler: Clock, machine: Machine, work: Work) -> None:
    machine.moment += 80 * HOUR
    for minutes, expected in ((1, "negotiation"), (58, "negotiation"), (2, "arbitration")):
        machine.goes_on(minutes * MINUTE)
        scheduler.tick()
        assert stage(work) == expected, minutes


def test_a_process_that_was_held_up_for_a_day_does_what_fell_due_at_once(
    scheduler: Clock, machine: Machine, work: Work
) -> None:
    machine.goes_on(73 * HOUR)
    scheduler.tick()
    assert stage(work) == "arbitration"


@pytest.mark.parametrize(
    ("sets", "believed"),
    [
        ([9 * MINUTE, 9 * MINUTE, 9 * MINUTE], [True, True, True]),
        ([-5 * HOUR, timedelta(0)], [True, True]),
        ([-5 * HOUR, 5 * HOUR], [True, False]),
        ([5 * HOUR, -2 * HOUR, -3 * HOUR], [False, False, True]),
        ([11 * MINUTE, 30 * DAY, HOUR], [False, False, False]),
    ],
    ids=["little by little", "back", "back and ahead again", "ahead, and back in two steps", "further and further"],
)
def test_what_is_believed_of_a_clock_that_is_set(sets: list[timedelta], believed: list[bool]) -> None:
    machine = Machine(NOW)
    watching = Leaps(machine.moment, lambda: machine.run)
    told = []
    for by in sets:
        machine.moment += by
        machine.goes_on(2 * SECOND)
        told.append(watching.believes(machine.moment))
    assert told == believed


def test_a_mail_that_was_queued_while_the_clock_was_ahead_does_not_wait_for_that_day(work: Work, shop: Shop) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "Hello", NOW + 30 * DAY)
        messages.post_message(session, buyer, purchase, "Hello again", NOW)
        tidying.tidy(session, NOW)
    with work() as session:
        due = set(session.scalars(select(Intent.due_at).where(Intent.kind == "new_message")))
        assert due == {NOW, NOW + MINUTE}
        assert outbox.take(session, NOW)
