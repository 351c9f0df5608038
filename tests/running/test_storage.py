"""While nothing can be stored pages are read, acts are told to come again, and afterwards all goes on by itself."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from arbitration import db as database
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.db import db
from arbitration.scheduler.clock import Clock
from arbitration.services import messages, tokens
from tests.moments import NOW
from tests.support.databases import SqliteTemplate
from tests.support.shop import BUYER, Shop

Work = Callable[[], AbstractContextManager[Session]]
Trouble = Callable[[], AbstractContextManager[None]]
WHY = {"full": "FULL", "read_only": "READONLY", "locked": "BUSY"}


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[str]:
    with sqlite_template.fresh(tmp_path) as url:
        yield url


@contextmanager
def on_connections(app: Flask, begin: str, end: str) -> Iterator[None]:
    """Every connection of the application is told something now, and something else afterwards."""
    with app.app_context():
        engine = db.engine
        engine.dispose()

    def tell(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(begin)

    event.listen(engine, "connect", tell)
    try:
        yield
    finally:
        event.remove(engine, "connect", tell)
        for connection in _pooled(app):
            connection.execute(end)


def _pooled(app: Flask) -> list[sqlite3.Connection]:
    with app.app_context(), db.engine.connect() as connection:
        return [connection.connection.driver_connection]


@pytest.fixture
def full(app: Flask) -> Trouble:
    """The file may not grow any more, as on a full disk."""
    return lambda: on_connections(app, "PRAGMA max_page_count=1", "PRAGMA max_page_count=1000000")


@pytest.fixture
def read_only(app: Flask) -> Trouble:
    return lambda: on_connections(app, "PRAGMA query_only=ON", "PRAGMA query_only=OFF")


@pytest.fixture
def locked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Trouble:
    """Another program holds the file and does not let go."""
    monkeypatch.setattr(database.unit_of_work.__wrapped__, "__defaults__", (20,))

    @contextmanager
    def lock() -> Iterator[None]:
        with closing(sqlite3.connect(settings.database_file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    return lock


@pytest.mark.parametrize("kind", ["full", "read_only", "locked"])
def test_reading_goes_on_acts_are_put_off_and_all_recovers_without_a_restart(
    kind: str,
    request: pytest.FixtureRequest,
    shop: Shop,
    work: Work,
    signed_in: Callable[[str], FlaskClient],
    caplog: pytest.LogCaptureFixture,
) -> None:
    purchase, seller = shop.purchase(), shop.seller
    with work() as session:
        messages.post_message(session, seller, purchase, "Hello", NOW)
        token = tokens.new_token(session, "buyer", BUYER, now())
    browser, trouble = signed_in(BUYER), request.getfixturevalue(kind)
    said = {"text": "My answer " * 300}
    api = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    with trouble():
        assert "Hello" in browser.get(f"/purchases/{purchase}").text
        assert browser.get("/purchases").status_code == 200
        page = browser.post(f"/purchases/{purchase}/messages", data=said)
        assert page.status_code == 503
        assert page.headers["Retry-After"] == "30"
        problem = browser.post(f"/api/purchases/{purchase}/messages", json=said, headers=api)
        assert problem.status_code == 503
        assert problem.json["type"].endswith("#unavailable")
        assert problem.json["request_id"]
        assert browser.get("/healthz").status_code == 200
        assert f"OperationalError (SQLITE_{WHY[kind]})" in caplog.text, "an operator would not learn why"
    assert browser.post(f"/purchases/{purchase}/messages", data=said).status_code == 303
    answered = browser.post(f"/api/purchases/{purchase}/messages", json=said, headers=api)
    assert answered.status_code == 201, answered.text


@pytest.mark.parametrize("kind", ["read_only", "locked"])
def test_the_scheduler_shows_no_life_meanwhile_and_goes_on_afterwards(
    kind: str, request: pytest.FixtureRequest, app: Flask, client: FlaskClient
) -> None:
    ticking, trouble = Clock(app), request.getfixturevalue(kind)
    with trouble():
        ticking.tick()
        assert client.get("/readyz").status_code == 503
    ticking.tick()
    assert client.get("/readyz").status_code == 200
