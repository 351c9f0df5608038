"""What falls due at the same time is done in few transactions: each thing once, whatever happens to the others."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Connection, event, select, update
from sqlalchemy.orm import Session

from arbitration.cli import main
from arbitration.clock import now
from arbitration.db import db, unit_of_work
from arbitration.models import DeadlineRow, Dispute, DocketEntry, Intent, Message, Purchase
from arbitration.scheduler import deadlines as sweeping
from arbitration.scheduler.deadlines import run_due
from arbitration.services import deadline_claims, deadlines, heartbeat
from arbitration.services.deadline_claims import BUSY, RAN_OUT, Claim, carry_out, claim
from arbitration.services.deadline_groups import Held, hold
from arbitration.services.disputes.consequences import HANDLERS
from arbitration.services.disputes.finding import Case
from arbitration.services.held_back import HeldBack, held_back
from tests.clocks.conftest import Opened
from tests.clocks.test_sweeping import THREE_DAYS, let_leases_run_out
from tests.moments import NOW
from tests.support.processes import environment

Work = Callable[[], AbstractContextManager[Session]]
DUE = NOW + THREE_DAYS


@pytest.fixture
def commits(app: Flask) -> Iterator[list[object]]:
    """One for each transaction that was committed."""
    with app.app_context():
        engine, seen = db.engine, []
    listener = lambda connection: seen.append(connection)  # noqa: E731
    event.listen(engine, "commit", listener)
    yield seen
    event.remove(engine, "commit", listener)


def stages(work: Work) -> list[str]:
    with work() as session:
        return sorted(session.scalars(select(Dispute.stage)))


def escalations(work: Work) -> int:
    with work() as session:
        return len(session.scalars(select(DocketEntry).where(DocketEntry.kind == "dispute.escalated")).all())


def test_several_consequences_share_a_durable_commit(
    app: Flask, work: Work, opened: Opened, commits: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        opened(NOW)
    monkeypatch.setattr(sweeping, "TOGETHER", 60)
    commits.clear()
    assert run_due(app, DUE) == {"ran out": 4}
    assert len(commits) == 3  # claimed, done, and nothing more to claim
    assert stages(work) == ["arbitration"] * 4


def test_a_transaction_ends_once_its_time_is_over(
    app: Flask, work: Work, opened: Opened, commits: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        opened(NOW)
    monkeypatch.setattr(sweeping, "TOGETHER", 0)
    commits.clear()
    assert run_due(app, DUE) == {"ran out": 3}
    assert len(commits) == 2 + 3
    assert stages(work) == ["arbitration"] * 3


def test_a_consequence_that_fails_half_way_undoes_nothing_but_itself(app: Flask, work: Work, opened: Opened) -> None:
    disputes = [opened(NOW) for _ in range(3)]

    def fails_at_the_end(session: Session, case: Case, row: DeadlineRow, at: datetime) -> None:
        HANDLERS["escalated"](session, case, row, at)
        if case.dispute.id == disputes[1]:
            raise OSError("the disk is full")

    assert run_due(app, DUE, handlers={"escalated": fails_at_the_end}) == {"ran out": 2, "could not be done": 1}
    assert (stages(work), escalations(work)) == (["arbitration", "arbitration", "negotiation"], 2)
    let_leases_run_out(work)
    assert run_due(app, DUE) == {"ran out": 1}
    assert (stages(work), escalations(work)) == (["arbitration"] * 3, 3)


def test_a_commit_that_fails_leaves_all_to_be_done_again(
    app: Flask, work: Work, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        opened(NOW)
    monkeypatch.setattr(sweeping, "TOGETHER", 60)
    with app.app_context():
        engine, commits = db.engine, []

    def pulled_at_the_second(connection: Connection) -> None:
        commits.append(connection)
        if len(commits) == 2:
            raise OSError("the cable was pulled")

    event.listen(engine, "commit", pulled_at_the_second)
    assert run_due(app, DUE) == {"could not be done": 3}
    event.remove(engine, "commit", pulled_at_the_second)
    assert (stages(work), escalations(work)) == (["negotiation"] * 3, 0)
    let_leases_run_out(work)
    assert run_due(app, DUE) == {"ran out": 3}
    assert (stages(work), escalations(work)) == (["arbitration"] * 3, 3)


def test_a_purchase_on_which_somebody_acts_is_waited_for_only_by_who_holds_no_other(
    app: Flask, work: Work, opened: Opened, backend: str
) -> None:
    opened(NOW)
    with work() as session:
        (mine,) = claim(session, DUE, now(), 10)
    if backend == "postgresql":  # SQLite lets nobody write beside another
        with app.app_context(), db.engine.connect() as somebody:
            somebody.execute(update(Purchase).values(last_position=Purchase.last_position))
            with work() as session:
                assert carry_out(session, mine, DUE, HANDLERS, wait=False) == BUSY
    with work() as session:
        assert carry_out(session, mine, DUE, HANDLERS, wait=False) == RAN_OUT


def test_what_is_busy_is_done_in_a_transaction_of_its_own(
    app: Flask, work: Work, opened: Opened, commits: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        opened(NOW)
    waited: list[bool] = []

    def third_is_busy(session: Session, held: HeldBack, claims: Sequence[Claim], at: datetime) -> list[Held]:
        return [each for each in hold(session, held, claims, at) if each.claim != claims[2]]

    def singly(*given: Any, wait: bool) -> str:
        waited.append(wait)
        return carry_out(*given, wait=wait)

    monkeypatch.setattr(sweeping, "hold", third_is_busy)
    monkeypatch.setattr(deadline_claims, "carry_out", singly)
    monkeypatch.setattr(sweeping, "TOGETHER", 60)
    commits.clear()
    assert run_due(app, DUE) == {"ran out": 4}
    assert waited == [True]
    assert len(commits) == 2 + 2
    assert stages(work) == ["arbitration"] * 4


def test_who_acts_on_a_purchase_is_not_waited_for_by_those_who_hold_others(
    app: Flask, work: Work, opened: Opened, backend: str
) -> None:
    if backend != "postgresql":  # SQLite lets nobody write beside another
        return
    for _ in range(3):
        opened(NOW)
    with work() as session:
        claims = claim(session, DUE, now(), 10)
    with app.app_context(), db.engine.connect() as somebody:
        busy = update(Purchase).where(Purchase.id == claims[1].purchase_id)
        somebody.execute(busy.values(last_position=Purchase.last_position))
        with work() as session, held_back(session) as held:
            assert [each.claim for each in hold(session, held, claims, DUE)] == [claims[0], claims[2]]


def test_a_claim_that_was_lost_or_has_something_before_it_is_not_done_with_the_others(
    work: Work, opened: Opened
) -> None:
    disputes = [opened(NOW) for _ in range(3)]
    with work() as session:
        claims = claim(session, DUE, now(), 10)
        row = session.scalars(select(DeadlineRow).where(DeadlineRow.dispute_id == disputes[1])).one()
        deadlines.start(
            session, session.get_one(Dispute, disputes[1]), replace(deadlines.read(row), due_at=NOW, steps=())
        )
    lost = replace(claims[0], fence=claims[0].fence - 1)
    with work() as session, held_back(session) as held:
        assert [each.claim for each in hold(session, held, [lost, *claims[1:]], DUE)] == [claims[2]]


def test_ten_consequences_take_hardly_more_statements_than_one(
    app: Flask, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "TOGETHER", 60)
    for _ in range(10):
        opened(NOW)
    with app.app_context():
        engine, said = db.engine, []
    listener = lambda _c, _u, statement, *_: said.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    assert run_due(app, DUE) == {"ran out": 10}
    event.remove(engine, "before_cursor_execute", listener)
    assert len([each for each in said if not each.startswith(("BEGIN", "PRAGMA"))]) <= 4 + 12, "\n".join(said)


def test_what_is_written_together_is_what_each_would_have_written(
    app: Flask, work: Work, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = [opened(NOW) for _ in range(2)]
    assert run_due(app, DUE) == {"ran out": 2}
    monkeypatch.setattr(sweeping, "apart", lambda *_: [])
    singly = [opened(NOW) for _ in range(2)]
    assert run_due(app, DUE) == {"ran out": 2}
    with work() as session:
        told = [written(session, dispute) for dispute in (*together, *singly)]
    assert told[0] == told[1] == told[2] == told[3]
    assert CliRunner().invoke(main, ["verify"], env=environment(app.config["SETTINGS"])).exit_code == 0


def written(session: Session, dispute_id: UUID) -> list[Any]:
    """What is known of a dispute after it was taken to arbitration, but for ids, moments and hashes."""
    dispute = session.get_one(Dispute, dispute_id)
    purchase = session.get_one(Purchase, dispute.purchase_id)
    return [
        (dispute.stage, dispute.seller_silent, dispute.next_due_at, dispute.called_at == dispute.stage_since),
        (purchase.last_position, purchase.buyer_unread, purchase.seller_unread),
        [
            (row.kind, row.state, row.passed, row.lease_until)
            for row in session.scalars(select(DeadlineRow).where(DeadlineRow.dispute_id == dispute_id))
        ],
        [
            (row.position, row.kind, row.author_role, row.versions, row.reports_problem)
            for row in session.scalars(
                select(Message).where(Message.purchase_id == purchase.id).order_by(Message.position)
            )
        ],
        session.scalars(
            select(DocketEntry.kind).where(DocketEntry.chain_id == purchase.id).order_by(DocketEntry.sequence)
        ).all(),
        sorted(
            (intent.kind, intent.payload.get("position", 0), intent.attempts, intent.state)
            for intent in session.scalars(select(Intent))
            if intent.payload.get("purchase") == purchase.external_id
        ),
    ]


def test_a_scheduler_that_shows_its_life_in_a_long_sweep_holds_up_neither_itself_nor_anybody(
    app: Flask, work: Work, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes its sign of life on a connection of its own: within a transaction it would wait for itself."""
    for _ in range(3):
        opened(NOW)
    monkeypatch.setattr(sweeping, "TOGETHER", 60)

    def alive() -> bool:
        with app.app_context(), unit_of_work(patience=0) as session:
            heartbeat.beat(session, heartbeat.SCHEDULER, "here:1", now())
        return False

    assert run_due(app, DUE, alive) == {"ran out": 3}
    assert stages(work) == ["arbitration"] * 3
