"""A server over a SQLite file that was moved away, or replaced, says so instead of working where nobody looks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from arbitration.config import Settings
from arbitration.db import answer_many, db
from arbitration.web import health
from tests.support.databases import SqliteTemplate
from tests.support.processes import environment, started
from tests.support.shop import BUYER, Shop


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[str]:
    with sqlite_template.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def compiled_statements() -> dict[str, Engine]:
    """Those of no other test: a dialect comes with them, and who opens a file is told through it."""
    return {}


@pytest.fixture
def file(settings: Settings) -> Path:
    assert settings.database_file is not None
    return settings.database_file


def move(file: Path, to: Path) -> None:
    """Take a database away with what lies beside it."""
    to.mkdir(exist_ok=True)
    for path in file.parent.glob(f"{file.name}*"):
        path.rename(to / path.name)


@pytest.mark.parametrize("another", [False, True])
def test_nothing_is_acknowledged_where_nobody_would_find_it(
    another: bool,
    app: Flask,
    shop: Shop,
    file: Path,
    tmp_path: Path,
    sqlite_template: SqliteTemplate,
    signed_in: Callable[[str], FlaskClient],
) -> None:
    purchase, browser = shop.purchase(), signed_in(BUYER)
    with app.app_context():
        answer_many(db.engine)
    said = {"text": "Hello"}
    assert browser.post(f"/purchases/{purchase}/messages", data=said).status_code == 303
    move(file, tmp_path / "aside")
    if another:
        file.write_bytes(sqlite_template.path.read_bytes())
    answer = browser.post(f"/purchases/{purchase}/messages", data=said)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert browser.get(f"/purchases/{purchase}").status_code == 503
    assert browser.get("/healthz").status_code == 503
    with app.app_context():
        db.engine.dispose()  # as when a thread comes that has no connection yet
    told = browser.get("/readyz")
    assert (told.status_code, told.text) == (503, f"{health.REPLACED}\n")
    assert file.exists() == another, "an empty one was made, which nobody could tell from the real one"
    file.unlink(missing_ok=True)
    move(tmp_path / "aside" / file.name, file.parent)
    assert browser.post(f"/purchases/{purchase}/messages", data=said).status_code == 303


def test_a_scheduler_carries_nothing_out_there_and_logs_why(settings: Settings, file: Path, tmp_path: Path) -> None:
    with started(environment(settings), "scheduler") as scheduler:
        scheduler.until("The scheduler runs")
        move(file, tmp_path / "aside")
        scheduler.until(r"this tick failed, the next goes on: OperationalError \(FileReplacedError\)")
        assert scheduler.tell() == 0
    assert not file.exists()
