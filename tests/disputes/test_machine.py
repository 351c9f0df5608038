"""Buyer, seller, arbiters, operators and the clock do whatever comes to mind, and the one table holds.

What is listed as available is what the services accept: each act that a viewer is offered is tried, and some that he is
not, each undone. The dispute moves as the table says, and at every moment some things are true of every dispute.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import integers, sampled_from
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.app import create_app
from arbitration.db import db, reading, unit_of_work
from arbitration.domain.actors import Actor, Role
from arbitration.domain.available import ALWAYS
from arbitration.domain.refusals import ConflictError, ForbiddenError, NotFoundError
from arbitration.domain.remedies import NOTHING_LEFT
from arbitration.domain.stages import ACTS, CLOCK, Outcome, Stage
from arbitration.models import (
    DeadlineRow,
    Dispute,
    LedgerLine,
    Message,
    Offer,
    Person,
    Purchase,
    Remedy,
    Ruling,
)
from arbitration.scheduler.deadlines import run_due
from arbitration.services import imports, objections
from arbitration.services.disputes.finding import last_dispute_of
from arbitration.services.disputes.showing import show
from arbitration.services.readings import keep as keep_readings
from arbitration.services.readings import read, waiting
from arbitration.services.refunds import books
from arbitration.services.staff import demo_staff
from arbitration.services.verification import verify
from tests.disputes.attempts import ATTEMPTS, Attempt, post_message, report_conduct
from tests.moments import NOW
from tests.support.databases import SECRET, SqliteTemplate, settings_for
from tests.support.shop import BUYER, OPERATOR, ROW, SELLER

STAFF = {
    "helen": ("helen@arbiters.example.org", Role.ARBITER),
    "ivan": ("ivan@arbiters.example.org", Role.ARBITER),
    "nora": ("nora@example.net", Role.ARBITER),  # the seller's mail domain: a conflict of interest
    "olga": ("olga@market.example.org", Role.OPERATOR),
    "oleg": ("oleg@market.example.org", Role.OPERATOR),
}
VIEWERS = ("buyer", "seller", *STAFF, "gateway")
WHO = ("buyer", "seller", "arbiter", "turn", "turn")
NOT_OFFERED = 5
"""So many acts that a viewer is not offered are tried after each step."""
REFUSED = (ForbiddenError, ConflictError, NotFoundError)
MOVED_BY_CLOCK = {
    (start, end) for act in ACTS.values() if act.who == CLOCK for start in act.at for end in act.leads_to(start)
}


class UndoneError(Exception):
    """Takes back what was tried."""


class World:
    """An installation with one purchase, copied anew for every run of the machine. Refunds above 10 need two people."""

    def __init__(self, folder: Path, template: SqliteTemplate) -> None:
        self.beginning, self.path = folder / "beginning.sqlite3", folder / "now.sqlite3"
        shutil.copy(template.path, self.path)
        stated = settings_for(folder / "instance", f"sqlite:///{self.path}", refund_approval_above="10.00 USD")
        self.app: Flask = create_app(stated)
        self.actors = self._peopled()
        self._let_go()
        shutil.copy(self.path, self.beginning)

    def anew(self) -> None:
        self._let_go()
        shutil.copy(self.beginning, self.path)

    @contextmanager
    def act(self) -> Iterator[Session]:
        with self.app.app_context(), unit_of_work() as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Session]:
        with self.app.app_context(), reading() as session:
            yield session

    def _peopled(self) -> dict[str, Actor]:
        with self.act() as session:
            imports.take_in(session, OPERATOR, [ROW], NOW)
            staff = {
                name: Actor(demo_staff(session, email, name.title(), "en", role, NOW).id, role)
                for name, (email, role) in STAFF.items()
            }
            keep_readings(session, read(waiting(session, 10)), NOW)
            found = dict(session.execute(select(Person.email, Person.id)).all())
            buyer, seller = Actor(found[BUYER]), Actor(found[SELLER])
            purchase = session.scalars(select(Purchase)).one()
            for actor in (buyer, seller):
                post_message(Attempt(session, actor, purchase, None, NOW, 1))  # type: ignore[arg-type]
            report_conduct(Attempt(session, seller, purchase, None, NOW, 1))  # type: ignore[arg-type]
            objections.object_to_reading(session, buyer, ROW["external_id"], "video_required", "It says so.", NOW)
        return {"buyer": buyer, "seller": seller, "gateway": Actor(None, Role.GATEWAY), **staff}

    def _let_go(self) -> None:
        with self.app.app_context():
            db.session.remove()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)


class Machine(RuleBasedStateMachine):
    """The model: at which stage the dispute stands and with which outcome, by the table and what was done."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.anew()
        self.now: datetime = NOW
        self.stage, self.outcome = Stage.CLOSED, None
        self.step = 0

    @initialize(fast=sampled_from(("talking", "agreed", "called", "taken", "ruled", "appealed")), pick=integers(0, 2))
    def a_dispute_is_opened(self, fast: str, pick: int) -> None:
        self.now += timedelta(hours=1)
        self._do("buyer", "openDispute", 0)
        if fast in ("talking", "agreed"):
            if fast == "agreed":
                self._do("seller", "makeOffer", pick)
                self._do("buyer", "answerOffer", 0)
            return
        self.now += timedelta(hours=30)
        self._do("seller", "escalateDispute", 0)
        for until, viewer, act in (
            ("called", "helen", "takeDispute"),
            ("taken", "helen", "issueRuling"),
            ("ruled", "buyer", "appealRuling"),
        ):
            if fast == until:
                return
            self._do(viewer, act, 2 if act == "issueRuling" else 0)

    @rule(
        who=sampled_from(("buyer", "seller", "arbiter", "turn", "turn")), number=integers(0, 23), pick=integers(0, 11)
    )
    def somebody_acts(self, who: str, number: int, pick: int) -> None:
        who = self._turn() if who == "turn" else who
        viewer = {"arbiter": self._arbiter(pick), "operator": ("olga", "oleg", "gateway")[pick % 3]}.get(who, who)
        offered = self._offered(viewer)
        moving = [name for name in offered if name not in ALWAYS]
        names = moving if number % 6 and moving else offered
        if self.stage == Stage.CLOSED and who == "buyer":
            names = [*names, "openDispute"]
        if names:
            self._do(viewer, names[number % len(names)], pick)

    @rule(hours=sampled_from((1, 20, 30, 50, 80, 170)), swept=sampled_from((True, True, False)))
    def time_passes(self, hours: int, swept: bool) -> None:
        until = self.now + timedelta(hours=hours)
        while swept and (due := self._next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            assert run_due(self.world.app, self.now).total()
            self._moved_by_clock()
        self.now = until

    @invariant()
    def what_is_offered_is_what_is_accepted(self) -> None:
        viewer = VIEWERS[self.step % len(VIEWERS)] if self.step % 2 else self._arbiter(0)
        self.step += 1
        offered = self._offered(viewer)
        others = [name for name in ATTEMPTS if name not in offered and name in ACTS and name != "openDispute"]
        first = self.step * NOT_OFFERED % len(others)
        offered = [name for name in offered if name not in ALWAYS or name == ALWAYS[self.step % len(ALWAYS)]]
        tried = [*offered, *(others + others)[first : first + NOT_OFFERED]]
        with self.world.act() as session:
            for name in tried:
                refused = self._refused(session, viewer, name)
                assert (refused is None) == (name in offered), (viewer, name, self.stage, offered, refused)

    @invariant()
    def some_things_are_always_true(self) -> None:
        with self.world.look() as session:
            assert session.scalar(select(func.count()).where(Dispute.stage != "closed")) <= 1
            assert session.scalar(select(func.count()).where(Remedy.state.in_(("owed", "sent")))) <= 1
            sums = select(func.sum(LedgerLine.amount)).group_by(LedgerLine.entry_id)
            assert all(total == 0 for total in session.scalars(sums))
            unsigned = select(Message.author_role).where(Message.author_id.is_(None)).distinct()
            assert set(session.scalars(unsigned)) <= {"system", "gateway"}
            for dispute in session.scalars(select(Dispute)):
                self._true_of(session, dispute)

    def teardown(self) -> None:
        with self.world.look() as session:
            assert [str(each) for each in verify(session, SECRET)] == []

    def _do(self, viewer: str, name: str, pick: int) -> None:
        """Somebody does something, and the model goes on by the table."""
        with self.world.act() as session:
            attempt = self._attempt(session, viewer, pick)
            before = attempt.dispute and (attempt.dispute.id, attempt.dispute.stage)
            try:
                with session.begin_nested():
                    ATTEMPTS[name](attempt)
            except ConflictError as refused:
                if name != "openDispute" and refused.msgid != NOTHING_LEFT:
                    raise
                return
            dispute = last_dispute_of(session, attempt.purchase.id)
            assert dispute is not None
            expected = {Stage(before[1])} if before else set()
            if name in ACTS:
                ends = ACTS[name].leads_to(self.stage) if name != "openDispute" else ACTS[name].to
                expected = ends | (expected if name == "answerOffer" and pick % 3 else set()) or expected
            assert dispute.stage in expected, (name, self.stage, dispute.stage)
            self.stage, self.outcome = Stage(dispute.stage), dispute.outcome

    def _turn(self) -> str:
        """Whom the dispute waits for."""
        with self.world.look() as session:
            dispute = last_dispute_of(session, session.scalars(select(Purchase.id)).one())
            return (dispute and show(session, self.world.actors["buyer"], dispute.id, self.now).turn) or "buyer"

    def _arbiter(self, pick: int) -> str:
        """The case's arbiter, or one who could be."""
        with self.world.look() as session:
            dispute = last_dispute_of(session, session.scalars(select(Purchase.id)).one())
            has_it = dispute.arbiter_id if dispute else None
        names = [name for name, actor in self.world.actors.items() if has_it and actor.person_id == has_it]
        return names[0] if names else ("helen", "ivan")[pick % 2]

    def _moved_by_clock(self) -> None:
        with self.world.look() as session:
            dispute = last_dispute_of(session, session.scalars(select(Purchase.id)).one())
            assert dispute is not None
            assert dispute.stage == self.stage or (self.stage, dispute.stage) in MOVED_BY_CLOCK
            assert dispute.outcome in (self.outcome, Outcome.LAPSED, Outcome.DISMISSED)
            self.stage, self.outcome = Stage(dispute.stage), dispute.outcome

    def _true_of(self, session: Session, dispute: Dispute) -> None:
        of = dispute.id
        running = {row.kind for row in session.scalars(select(DeadlineRow).filter_by(dispute_id=of, state="open"))}
        owed = session.scalars(select(Remedy).where(Remedy.dispute_id == of, Remedy.state.in_(("owed", "sent")))).all()
        in_force = session.scalars(select(Ruling).where(Ruling.dispute_id == of, Ruling.superseded_at.is_(None))).all()
        assert len(in_force) <= 1
        assert (dispute.stage == Stage.CLOSED) == (dispute.outcome is not None) == (dispute.closed_at is not None)
        assert bool(owed) == (dispute.stage == Stage.ENFORCEMENT)
        if dispute.stage == Stage.CLOSED:
            assert not running
            assert not session.scalars(select(Offer).filter_by(dispute_id=of, state="open")).all()
            assert books.held(session, of) == 0
        elif dispute.stage == Stage.RULED:
            assert "appeal" in running
        elif dispute.stage == Stage.ENFORCEMENT:
            assert running & {"remedy", "refund"} or self._settled(session, dispute, "refund", "ran_out")
        elif dispute.stage != Stage.NEGOTIATION and dispute.arbiter_id is not None:
            assert "ruling" in running or self._settled(session, dispute, "ruling", "ran_out")
        elif dispute.stage == Stage.NEGOTIATION and "seller_answer" not in running:
            assert session.scalars(
                select(DeadlineRow).filter_by(dispute_id=of, kind="seller_answer", state="met")
            ).all()

    def _settled(self, session: Session, dispute: Dispute, kind: str, state: str) -> bool:
        query = select(DeadlineRow.id).filter_by(dispute_id=dispute.id, kind=kind, state=state)
        return session.scalars(query).first() is not None

    def _offered(self, viewer: str) -> list[str]:
        with self.world.look() as session:
            dispute = last_dispute_of(session, session.scalars(select(Purchase.id)).one())
            if dispute is None:
                return []
            try:
                return [each.name for each in show(session, self.world.actors[viewer], dispute.id, self.now).actions]
            except REFUSED:
                return []

    def _refused(self, session: Session, viewer: str, name: str) -> Exception | None:
        """What the services say to an act, which is undone."""
        attempt = self._attempt(session, viewer, 1)
        try:
            with session.begin_nested():
                ATTEMPTS[name](attempt)
                raise UndoneError
        except UndoneError:
            return None
        except REFUSED as refused:
            return refused
        finally:
            session.expire_all()

    def _attempt(self, session: Session, viewer: str, pick: int) -> Attempt:
        purchase = session.scalars(select(Purchase)).one()
        dispute = last_dispute_of(session, purchase.id)
        return Attempt(session, self.world.actors[viewer], purchase, dispute, self.now, pick)  # type: ignore[arg-type]

    def _next_due(self) -> datetime | None:
        with self.world.look() as session:
            return session.scalar(select(func.min(DeadlineRow.next_at)).where(DeadlineRow.state == "open"))


def test_whatever_people_and_the_clock_do_the_table_holds(
    sqlite_template: SqliteTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Machine, "world", World(tmp_path, sqlite_template), raising=False)
    few = settings(
        max_examples=10,
        stateful_step_count=25,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=few)
