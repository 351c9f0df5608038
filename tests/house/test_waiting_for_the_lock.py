"""On SQLite an act that somebody waits for gets in between the transactions of a sweep or an import."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from arbitration import db, sqlite
from tests.support.databases import SqliteTemplate

Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[str]:
    """On SQLite whatever the suite runs on: PostgreSQL lets several write at once."""
    with sqlite_template.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def somebody(database_url: str) -> Iterator[sqlite3.Connection]:
    """A connection that holds the write lock."""
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def test_an_act_begins_within_moments_of_the_lock_being_free(
    work: Work, somebody: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def let_go_at_the_hundredth(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 100:
            somebody.execute("COMMIT")

    monkeypatch.setattr(sqlite, "sleep", let_go_at_the_hundredth)
    with work() as session:
        assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == db.PATIENCE
    assert len(waited) == 100
    assert max(waited) < 0.01


def test_an_act_gives_up_when_its_time_is_over(app: Flask, somebody: sqlite3.Connection) -> None:
    with app.app_context(), pytest.raises(OperationalError, match="locked"), db.unit_of_work(patience=20):
        pytest.fail("somebody else holds the lock")
    somebody.execute("COMMIT")
    with app.app_context(), db.unit_of_work(patience=20) as session:
        assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == 20


def test_once_somebody_has_waited_in_vain_others_soon_give_their_thread_back(
    work: Work, somebody: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    monkeypatch.setattr(sqlite, "monotonic", lambda: passed[0])
    monkeypatch.setattr(sqlite, "sleep", lambda seconds: passed.append(passed.pop() + seconds))

    def waited() -> float:
        began = passed[0]
        with pytest.raises(OperationalError, match="locked"), work():
            pytest.fail("somebody else holds the lock")
        return passed[0] - began

    assert waited() == pytest.approx(5, abs=0.1)
    assert [waited(), waited()] == pytest.approx([0.5, 0.5], abs=0.1)
    somebody.execute("COMMIT")
    with work() as session:
        assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == db.PATIENCE
    somebody.execute("BEGIN IMMEDIATE")
    assert waited() == pytest.approx(5, abs=0.1)


def test_who_reads_after_an_act_takes_nobody_s_lock(app: Flask, database_url: str) -> None:
    with app.app_context():
        with db.unit_of_work():
            pass
        with db.reading() as session:
            session.connection()
            with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
                other.execute("PRAGMA busy_timeout=0")
                other.execute("BEGIN IMMEDIATE")
                assert other.in_transaction


def test_no_statement_pays_for_how_transactions_begin(app: Flask) -> None:
    with app.app_context():
        assert not db.db.engine._has_events
