"""The machine's clock is set hours ahead by mistake: nobody's time is over because of that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.cli.checks import database
from arbitration.domain.actors import Actor, Role
from arbitration.models import BrowserSession, Dispute, Intent
from arbitration.scheduler import leaps
from arbitration.scheduler.clock import Clock
from arbitration.scheduler.leaps import Leaps
from arbitration.services import messages, outbox, sessions, tidying
from arbitration.services.operations.overview import health
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
    monkeypatch.setattr(leaps, "this_boot", lambda: "this one")
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


def restarted(app: Flask, machine: Machine) -> Clock:
    """Another scheduler in place of the one before, a few seconds later."""
    machine.goes_on(20 * SECOND)
    scheduler = Clock(app)
    scheduler.tick()
    return scheduler


def tell(app: Flask, work: Work) -> tuple[str, str, bool]:
    """What a monitoring, the doctor and the operators' page say of the clock."""
    with work() as session:
        page = health(session, Actor(role=Role.OPERATOR), clock.now())
        doctor = " ".join(each.told for each in database._clock(session, clock.now()))
    return app.test_client().get("/readyz").text, doctor, page.doubted is not None


def test_a_scheduler_that_starts_while_the_clock_is_ahead_does_not_believe_it_for_an_hour(
    app: Flask, scheduler: Clock, machine: Machine, work: Work
) -> None:
    machine.goes_on(MINUTE)
    scheduler.tick()
    machine.moment += 40 * DAY
    restarted(app, machine)
    assert stage(work) == "negotiation"
    ready, doctor, page = tell(app, work)
    assert "clock: the scheduler does not believe it yet" in ready
    assert ("does not believe it" in doctor, page) == (True, True)
    machine.goes_on(50 * MINUTE)
    second = restarted(app, machine)
    assert stage(work) == "negotiation"
    machine.goes_on(11 * MINUTE)
    second.tick()
    assert stage(work) == "arbitration"
    assert "does not believe" not in " ".join(map(str, tell(app, work)))


def test_it_believes_it_at_once_when_it_is_set_back(app: Flask, scheduler: Clock, machine: Machine, work: Work) -> None:
    machine.goes_on(MINUTE)
    scheduler.tick()
    machine.moment += 40 * DAY
    second = restarted(app, machine)
    machine.moment -= 40 * DAY
    machine.goes_on(71 * HOUR)
    second.tick()
    assert stage(work) == "negotiation"
    assert tell(app, work)[2] is False
    machine.goes_on(HOUR)
    second.tick()
    assert stage(work) == "arbitration"


@pytest.mark.parametrize("starts_anew", [False, True])
def test_where_no_scheduler_ran_for_a_week_what_fell_due_is_done_by_itself(
    app: Flask, scheduler: Clock, machine: Machine, work: Work, starts_anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the machine ran on, at once; after a start of the machine, from which nothing can be told, in an hour."""
    machine.goes_on(MINUTE)
    scheduler.tick()
    machine.goes_on(7 * DAY)
    if starts_anew:
        machine.run = MINUTE
        monkeypatch.setattr(leaps, "this_boot", lambda: "another")
    second = restarted(app, machine)
    assert stage(work) == ("negotiation" if starts_anew else "arbitration")
    machine.goes_on(61 * MINUTE)
    second.tick()
    assert stage(work) == "arbitration"


def test_a_machine_that_was_down_for_minutes_is_believed_at_once(
    app: Flask, scheduler: Clock, machine: Machine, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.goes_on(72 * HOUR - 10 * MINUTE)
    scheduler.tick()
    machine.moment += 25 * MINUTE
    machine.run = MINUTE
    monkeypatch.setattr(leaps, "this_boot", lambda: "another")
    restarted(app, machine)
    assert stage(work) == "arbitration"


def test_a_clock_that_is_behind_what_is_on_record_is_told_and_decides_nothing_too_early(
    app: Flask, scheduler: Clock, machine: Machine, work: Work
) -> None:
    machine.goes_on(MINUTE)
    scheduler.tick()
    assert "clock:" not in tell(app, work)[0]
    machine.moment -= 5 * HOUR
    second = restarted(app, machine)
    ready, doctor, _ = tell(app, work)
    assert ("clock: something happened later than now" in ready, "something happened at" in doctor) == (True, True)
    machine.moment += 5 * HOUR + 80 * HOUR
    second.tick()
    assert stage(work) == "negotiation"


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
