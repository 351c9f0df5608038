"""What can't be carried out keeps nobody else waiting, is tried less and less often, and is told to the operator."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.cli import main
from arbitration.config import Settings
from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import ForbiddenError
from arbitration.models import DeadlineRow, Dispute, DocketEntry
from arbitration.scheduler import deadlines as sweeping
from arbitration.scheduler.deadlines import run_due
from arbitration.services import deadline_lists, deadlines, measuring
from arbitration.services.disputes.finding import Case
from arbitration.services.operations import deadline_retries
from tests.clocks.conftest import Opened
from tests.clocks.test_sweeping import HOUR, THREE_DAYS, Recorder
from tests.clocks.test_sweeping import recorder as recorder
from tests.moments import NOW
from tests.support.processes import environment

Work = Callable[[], AbstractContextManager[Session]]
DUE = NOW + 80 * HOUR


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    return 2


def also_due_later(work: Work, dispute: UUID) -> None:
    """A second deadline of a dispute, due an hour after its first."""
    with work() as session:
        row = session.scalars(select(DeadlineRow).where(DeadlineRow.dispute_id == dispute)).one()
        later = replace(deadlines.read(row), due_at=NOW + THREE_DAYS + HOUR, steps=())
        deadlines.start(session, session.get_one(Dispute, dispute), later)


def test_a_whole_batch_that_can_not_be_done_keeps_nobody_else_waiting(
    app: Flask, opened: Opened, recorder: Recorder, few_at_a_time: int
) -> None:
    recorder.broken = {opened(NOW) for _ in range(few_at_a_time)}
    waiting = opened(NOW + HOUR)
    assert run_due(app, DUE, handlers=recorder.handlers()) == {"ran out": 1, "could not be done": few_at_a_time}
    assert recorder.calls[-1][1] == waiting


def test_nor_does_what_has_to_wait_behind_it(
    app: Flask, work: Work, opened: Opened, recorder: Recorder, few_at_a_time: int
) -> None:
    recorder.broken = {opened(NOW) for _ in range(few_at_a_time)}
    for dispute in recorder.broken:
        also_due_later(work, dispute)
    waiting = opened(NOW + 2 * HOUR)
    assert run_due(app, DUE, handlers=recorder.handlers()) == {"ran out": 1, "could not be done": few_at_a_time}
    assert recorder.calls[-1][1] == waiting
    assert {dispute for _, dispute, _ in recorder.calls} == {*recorder.broken, waiting}


def test_it_is_tried_again_after_half_a_minute_then_less_and_less_often_and_once_mended_it_is_done(
    app: Flask, work: Work, opened: Opened, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute = opened(NOW)
    also_due_later(work, dispute)
    recorder.broken, started, tried = {dispute}, clock.now(), []
    for seconds in range(0, 40 * 60, 10):
        monkeypatch.setattr(clock, "now", lambda: started + timedelta(seconds=seconds))  # noqa: B023
        if run_due(app, DUE, handlers=recorder.handlers()):
            tried.append(seconds)
    assert [later - earlier for earlier, later in pairwise(tried)] == [30, 60, 120, 240, *[480] * 4]
    recorder.broken = set()
    monkeypatch.setattr(clock, "now", lambda: started + timedelta(hours=1))
    assert run_due(app, DUE, handlers=recorder.handlers()) == {"ran out": 2}
    with work() as session:
        assert set(session.execute(select(DeadlineRow.failures, DeadlineRow.trouble))) == {(0, None)}


def test_what_kills_every_scheduler_that_tries_it_keeps_the_rest_waiting_for_minutes_only(
    app: Flask, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly, other = opened(NOW), opened(NOW + HOUR)

    class KilledError(BaseException):
        pass

    def kills(_session: Session, case: Case, _row: DeadlineRow, _now: datetime) -> None:
        if case.dispute.id == deadly:
            raise KilledError
        done.append(case.dispute.id)

    done: list[UUID] = []
    for minute in range(60):
        monkeypatch.setattr(clock, "now", lambda: NOW + minute * timedelta(minutes=1))  # noqa: B023
        with suppress(KilledError):
            run_due(app, DUE, handlers={"escalated": kills})
    assert done == [other]


def test_the_operator_is_told_how_often_and_of_which_fault(
    app: Flask, work: Work, opened: Opened, recorder: Recorder
) -> None:
    dispute = opened(NOW)
    recorder.broken = {dispute}
    run_due(app, DUE, handlers=recorder.handlers())
    with work() as session:
        (row,) = session.scalars(select(DeadlineRow))
        assert (row.failures, row.trouble) == (1, "OSError")
        assert deadline_lists.troubled(session) == (1, "OSError")
        session.execute(update(DeadlineRow).values(state="met"))
        assert deadline_lists.troubled(session) == (0, None)


def test_and_finds_it_in_the_list_in_the_doctors_findings_and_in_the_numbers(
    app: Flask, work: Work, opened: Opened, recorder: Recorder, settings: Settings
) -> None:
    recorder.broken = {opened(NOW)}
    opened(NOW + HOUR)
    run_due(app, DUE, handlers=recorder.handlers())
    env = environment(settings)
    listed = CliRunner().invoke(main, ["deadlines", "list"], env=env).stdout.splitlines()
    assert [line.endswith("FAILED 1 times (OSError)") for line in listed] == [True]
    findings = json.loads(CliRunner().invoke(main, ["doctor", "--json"], env=env).stdout)["findings"]
    told = next(finding for finding in findings if finding["what"] == "deadlines")
    assert told["level"] == "fail"
    assert told["told"].startswith("1 could not be carried out when last tried (OSError)")
    with work() as session:
        gauge = next(gauge for gauge in measuring.gauges(session, DUE) if gauge.name == "deadlines")
    assert dict(gauge.samples)["failing"] == 1


def test_once_it_is_mended_an_operator_has_it_tried_at_once(
    app: Flask, work: Work, opened: Opened, recorder: Recorder, signed_in: Callable[..., FlaskClient]
) -> None:
    broken = [opened(NOW), opened(NOW + HOUR)]
    also_due_later(work, broken[0])
    recorder.broken = {*broken}
    assert run_due(app, DUE, handlers=recorder.handlers()) == {"could not be done": 2}
    client = signed_in("olga@market.example.org", Role.OPERATOR)
    page = client.get("/operations/deadlines?show=stuck").text
    with work() as session:
        first, second = session.scalars(select(DeadlineRow.id).where(DeadlineRow.failures > 0).order_by("due_at"))
    assert f"/operations/deadlines/{first}/retry" in page
    recorder.broken = {broken[1]}
    assert client.post(f"/operations/deadlines/{first}/retry").status_code == 303
    assert run_due(app, DUE, handlers=recorder.handlers()) == {"ran out": 2}
    assert client.post(f"/operations/deadlines/{first}/retry").status_code == 409
    recorder.broken = set()
    assert run_due(app, DUE, handlers=recorder.handlers()) == {}
    assert client.post("/operations/deadlines/retry").status_code == 303
    assert run_due(app, DUE, handlers=recorder.handlers()) == {"ran out": 1}
    assert client.post(f"/operations/deadlines/{uuid4()}/retry").status_code == 404
    with work() as session:
        kept = session.scalars(select(DocketEntry.body).where(DocketEntry.kind == "deadlines.retried")).all()
        assert [str(each) in body for each, body in zip((first, second), kept, strict=True)] == [True, True]


def test_nobody_but_an_operator_has_deadlines_tried(work: Work, opened: Opened) -> None:
    opened(NOW)
    with work() as session:
        row = session.scalars(select(DeadlineRow)).one()
        for actor in (Actor(row.buyer_id), Actor(None, Role.ARBITER), Actor(None, Role.GATEWAY)):
            with pytest.raises(ForbiddenError):
                deadline_retries.retry(session, actor, row.id, NOW)
            with pytest.raises(ForbiddenError):
                deadline_retries.retry_all(session, actor, NOW)
