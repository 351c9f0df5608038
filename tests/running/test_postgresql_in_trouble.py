"""What somebody else does to the database on PostgreSQL passes: acts are told to come again, and reading goes on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from arbitration import db as database
from arbitration.db import answer_many, db, named_fault, reading
from arbitration.door.trouble import is_storage_trouble
from tests.support.databases import PostgresqlTemplate
from tests.support.shop import BUYER, Shop

Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def database_url(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[str]:
    with postgresql_template.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def somebody(database_url: str) -> Iterator[psycopg.Connection]:
    """Another program on the same database."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        yield connection


def test_rows_that_somebody_has_locked_hold_a_server_s_threads_for_moments_only(
    app: Flask,
    shop: Shop,
    signed_in: Callable[[str], FlaskClient],
    somebody: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    purchase, browser = shop.purchase(), signed_in(BUYER)
    monkeypatch.setattr(database, "PATIENCE", 50)
    with app.app_context():
        answer_many(db.engine)
    somebody.execute("SELECT * FROM purchases FOR UPDATE")
    page = browser.post(f"/purchases/{purchase}/messages", data={"text": "Hello"})
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert browser.get(f"/purchases/{purchase}").status_code == 200
    somebody.rollback()
    assert browser.post(f"/purchases/{purchase}/messages", data={"text": "Hello"}).status_code == 303


def test_a_transaction_that_the_server_ended_since_it_lay_idle_is_no_mistake_of_ours(
    app: Flask, somebody: psycopg.Connection
) -> None:
    with app.app_context(), reading() as session:
        session.connection().exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10ms'")
        number = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        somebody.autocommit = True
        lives = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
        assert any(somebody.execute(lives, (number,)).fetchone() is None for _ in count())
        with pytest.raises(DBAPIError) as ended:
            session.connection().exec_driver_sql("SELECT 1")
        assert is_storage_trouble(ended.value)
        assert named_fault(ended.value) == "InternalError (IdleInTransactionSessionTimeout)"
