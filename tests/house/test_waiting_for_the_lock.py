"""On SQLite an act that somebody waits for gets in between the transactions of a sweep or an import."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from arbitration import db, sqlite
from arbitration.config import Settings
from tests.support.databases import SqliteTemplate
from tests.support.processes import environment, started

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


def test_an_act_waits_no_longer_where_somebody_finds_no_thread_and_the_next_one_is_as_patient_as_ever(
    work: Work, somebody: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a second: whoever holds the lock for longer mostly holds it for much longer."""
    passed, asked = [1e6], [True]
    monkeypatch.setattr(sqlite, "monotonic", lambda: passed[0])
    monkeypatch.setattr(sqlite, "sleep", lambda seconds: passed.append(passed.pop() + seconds))
    monkeypatch.setattr(sqlite, "must_give_way", lambda: asked[0])
    for short_of_threads, waits in ((True, 0.5), (False, 5)):
        asked[0], began = short_of_threads, passed[0]
        with pytest.raises(OperationalError, match="locked"), work():
            pytest.fail("somebody else holds the lock")
        assert passed[0] - began == pytest.approx(waits, abs=0.1)
    somebody.execute("COMMIT")
    asked[0] = True
    with work() as session:
        assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == db.PATIENCE


@pytest.mark.parametrize("threads", ["1", "2"])
def test_pages_are_read_while_as_many_wait_for_the_lock_as_there_are_threads(
    settings: Settings, somebody: sqlite3.Connection, threads: str
) -> None:
    with started(environment(settings), "serve", "--port", "0", "--threads", threads) as server:
        address = server.until(r"Serving at (\S+)\.")[1]
        place = urlsplit(address)

        def ask(method: str, path: str, said: str = "") -> tuple[int, float]:
            began, asking = monotonic(), HTTPConnection(str(place.hostname), place.port, timeout=60)
            asking.request(method, path, said, {"Content-Type": "application/x-www-form-urlencoded"} if said else {})
            status = asking.getresponse().status
            asking.close()
            return status, monotonic() - began

        assert ask("GET", "/sign-in")[0] == 200
        with ThreadPoolExecutor(4) as people:
            acts = [people.submit(ask, "POST", "/sign-in", "email=a%40example.com") for _ in range(int(threads))]
            status, took = ask("GET", "/sign-in")
            assert (status, took < 4) == (200, True), took  # five seconds as long as the acts wait
            assert somebody.in_transaction
            assert {each.result()[0] for each in acts} == {503}


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
