"""What falls due happens once, in its order, whoever sweeps and whatever comes between."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.clock import now
from arbitration.models import DeadlineRow, Dispute, DocketEntry, Intent
from arbitration.scheduler.deadlines import run_due
from arbitration.services import deadline_claims, deadlines, messages
from arbitration.services.deadline_claims import carry_out, claim
from arbitration.services.disputes.finding import Case
from tests.clocks.conftest import Opened
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
HOUR = timedelta(hours=1)
THREE_DAYS = timedelta(hours=72)


class Recorder:
    """Handlers that note what they were called for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, UUID, datetime]] = []
        self.broken: set[UUID] = set()

    def handlers(self) -> dict[str, deadline_claims.Handler]:
        return {"escalated": self.note}

    def note(self, _session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
        assert row.state == "ran_out"
        self.calls.append((row.consequence, case.dispute.id, now))
        if case.dispute.id in self.broken:
            raise OSError("the disk is full")


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def reminders(work: Work) -> list[str]:
    with work() as session:
        found = session.scalars(select(Intent).where(Intent.kind == "reminder").order_by(Intent.created_at, Intent.id))
        return [intent.payload["step"] for intent in found]


def test_reminders_and_the_end_come_at_their_instants_and_once(
    app: Flask, work: Work, opened: Opened, recorder: Recorder
) -> None:
    dispute = opened(NOW)
    instants = [2 * HOUR, 24 * HOUR, 48 * HOUR, THREE_DAYS]
    for number, after in enumerate(instants):
        assert not run_due(app, NOW + after - timedelta(seconds=1), handlers=recorder.handlers())
        expected = {"reminded": 1} if number < 3 else {"ran out": 1}
        assert run_due(app, NOW + after, handlers=recorder.handlers()) == expected
        assert not run_due(app, NOW + after, handlers=recorder.handlers())
    assert reminders(work) == ["PT2H after", "PT24H after", "PT48H after"]
    assert recorder.calls == [("escalated", dispute, NOW + THREE_DAYS)]


def test_after_a_downtime_one_reminder_is_sent_and_the_others_are_on_record_as_passed_over(
    app: Flask, work: Work, opened: Opened, recorder: Recorder
) -> None:
    opened(NOW)
    run_due(app, NOW + 50 * HOUR, handlers=recorder.handlers())
    assert reminders(work) == ["PT48H after"]
    with work() as session:
        entry = session.scalars(select(DocketEntry).where(DocketEntry.kind == "deadline.reminded")).one()
    assert '"passed_over":["PT2H after","PT24H after"]' in entry.body
    opened(NOW)
    run_due(app, NOW + 90 * HOUR, handlers=recorder.handlers())
    assert reminders(work) == ["PT48H after"]
    assert [moment for _, _, moment in recorder.calls] == [NOW + 90 * HOUR] * 2


def test_an_answer_in_time_or_committed_before_the_sweep_wins(
    app: Flask, work: Work, opened: Opened, shop: Shop, recorder: Recorder
) -> None:
    opened(NOW)
    seller = shop.seller
    with work() as session:
        messages.post_message(session, seller, "PURCHASE00000001", "Here I am.", NOW + THREE_DAYS)
    assert not run_due(app, NOW + THREE_DAYS, handlers=recorder.handlers())
    assert recorder.calls == []


def test_what_can_not_be_done_does_not_stop_the_rest_and_is_tried_again(
    app: Flask, work: Work, opened: Opened, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = opened(NOW), opened(NOW + HOUR)
    recorder.broken = {first}
    done = run_due(app, NOW + 80 * HOUR, handlers=recorder.handlers())
    assert done == {"ran out": 1, "could not be done": 1}
    assert "could not be done" in caplog.text
    recorder.broken = set()
    assert not run_due(app, NOW + 80 * HOUR, handlers=recorder.handlers())
    let_leases_run_out(work)
    assert run_due(app, NOW + 80 * HOUR, handlers=recorder.handlers()) == {"ran out": 1}
    together, singly = [first], [first, second]  # the first try, with the other's, is undone as a whole
    assert [dispute for _, dispute, _ in recorder.calls] == [*together, *singly, first]


def let_leases_run_out(work: Work) -> None:
    with work() as session:
        for row in session.scalars(select(DeadlineRow).where(DeadlineRow.lease_until.is_not(None))):
            row.lease_until = NOW - timedelta(days=365)


def test_who_lost_the_lease_does_nothing(work: Work, opened: Opened, recorder: Recorder) -> None:
    opened(NOW)
    due, at = NOW + THREE_DAYS, now()
    with work() as session:
        (slow,) = claim(session, due, at, 10)
    with work() as session:
        assert claim(session, due, at, 10) == []
    with work() as session:
        (quick,) = claim(session, due, at + deadline_claims.LEASE, 10)
    for mine, outcome in ((slow, "lost"), (quick, "ran out"), (quick, "lost")):
        with work() as session:
            assert carry_out(session, mine, due, recorder.handlers()) == outcome
    assert len(recorder.calls) == 1


def test_what_is_due_later_in_a_dispute_waits_for_what_was_due_before(
    work: Work, opened: Opened, recorder: Recorder
) -> None:
    dispute = opened(NOW)
    with work() as session:
        row = session.scalars(select(DeadlineRow)).one()
        later = replace(deadlines.read(row), due_at=NOW + THREE_DAYS + HOUR, steps=())
        deadlines.start(session, session.get_one(Dispute, dispute), later)
    due, at = NOW + 80 * HOUR, now()
    with work() as session:
        first, second = claim(session, due, at, 10)
    for mine, outcome in ((second, "waiting"), (first, "ran out")):
        with work() as session:
            assert carry_out(session, mine, due, recorder.handlers()) == outcome
    with work() as session:
        (again,) = claim(session, due, at, 10)
        assert again.id == second.id
    assert [found for _, found, _ in recorder.calls] == [dispute]
