"""An installation moves from SQLite to PostgreSQL with every row, or not at all."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from arbitration.app import create_app
from arbitration.cli import common, copies
from arbitration.cli.preparing import migrate
from arbitration.clock import now
from arbitration.config import Settings, with_driver
from arbitration.scheduler.deliver import deliver_due
from arbitration.services import copying, heartbeat, messages
from arbitration.services.copying import Tally
from tests.support.databases import SqliteTemplate, settings_for
from tests.support.processes import call, environment
from tests.support.shop import BUYER, Shop

Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[str]:
    with sqlite_template.fresh(tmp_path) as url:
        yield url


@pytest.mark.usefixtures("exhibit")
def test_all_rows_arrive_and_the_old_database_takes_nothing_more(
    settings: Settings, empty_postgresql: str, work: Work, shop: Shop
) -> None:
    purchase, buyer = shop.purchase(external_id="P-2"), shop.buyer
    moved = call(environment(settings), "move", "--to", empty_postgresql)
    assert moved.returncode == 0, moved.stdout + moved.stderr
    assert "the hashes of all tables are the same" in moved.stdout
    there = environment(settings, ARBITRATION_DATABASE_URL=empty_postgresql)
    verified = call(there, "verify")
    assert verified.returncode == 0, verified.stdout
    assert "docket: the database refuses" in call(there, "doctor").stdout
    refused = call(environment(settings), "verify")
    assert refused.returncode == 2
    assert "moved" in refused.stderr
    with pytest.raises(IntegrityError, match="moved to another"), work() as session:
        messages.post_message(session, buyer, purchase, "Too late", now())
    again = call(environment(settings), "move", "--to", empty_postgresql)
    assert again.returncode == 2


def test_what_arrives_otherwise_is_not_kept(
    settings: Settings, empty_postgresql: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.purchase()
    with monkeypatch.context() as patch:
        patch.setattr(copying, "tallies", lambda _: {"people": Tally(0, "0")})
        moved = call(environment(settings), "move", "--to", empty_postgresql)
    assert moved.returncode == 2
    assert "people did not arrive" in moved.stderr
    with copies.connected(create_app(settings_for(settings.instance, empty_postgresql))) as there:
        assert copying.is_empty(there)
    assert call(environment(settings), "verify").returncode == 0
    assert call(environment(settings), "move", "--to", empty_postgresql).returncode == 0


def test_it_waits_for_nobody_while_schedulers_run(settings: Settings, work: Work) -> None:
    with work() as session:
        heartbeat.beat(session, heartbeat.SCHEDULER, "here:1", now() - timedelta(seconds=5))
    moved = call(environment(settings), "move", "--to", "postgresql://nobody@localhost/none")
    assert moved.returncode == 2
    assert "A scheduler runs" in moved.stderr


def test_a_scheduler_that_began_while_the_move_waited_for_the_database_stops_it(
    settings: Settings, empty_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = iter([False, True])
    monkeypatch.setattr(heartbeat, "any_alive", lambda *_: next(seen))
    moved = call(environment(settings), "move", "--to", empty_postgresql)
    assert (moved.returncode, "A scheduler runs" in moved.stderr) == (2, True)
    assert call(environment(settings), "verify").returncode == 0


def test_a_move_that_was_cut_off_at_its_very_end_is_finished_by_running_it_again(
    settings: Settings, empty_postgresql: str, shop: Shop
) -> None:
    """Killed between the two commits: all rows are there, and the old database still takes more."""
    shop.purchase()
    target = copies.on(settings, with_driver(empty_postgresql))
    migrate(target)
    with copies.connected(create_app(settings)) as source, copies.connected(target) as arriving:
        copying.copy(source, arriving, lambda *_: None)
    moved = call(environment(settings), "move", "--to", empty_postgresql)
    assert moved.returncode == 0, moved.stderr
    assert "All rows are there already" in moved.stdout
    assert "moved" in call(environment(settings), "verify").stderr


def test_what_happened_here_after_the_move_was_cut_off_is_not_left_behind(
    settings: Settings, empty_postgresql: str, shop: Shop
) -> None:
    target = copies.on(settings, with_driver(empty_postgresql))
    migrate(target)
    with copies.connected(create_app(settings)) as source, copies.connected(target) as arriving:
        copying.copy(source, arriving, lambda *_: None)
    shop.purchase()
    moved = call(environment(settings), "move", "--to", empty_postgresql)
    assert (moved.returncode, "Name an empty one" in moved.stderr) == (2, True)
    assert call(environment(settings), "verify").returncode == 0


def test_somebody_elses_database_stays_as_it_was_even_at_an_older_revision(
    settings: Settings, empty_postgresql: str
) -> None:
    other = copies.on(settings, with_driver(empty_postgresql))
    migrate(other)
    with other.app_context():
        flask_migrate.downgrade(revision="0017")
    with copies.connected(other) as there:
        there.execute(text("INSERT INTO installation_values (name, value) VALUES ('whose', 'not ours')"))
    moved = call(environment(settings), "move", "--to", empty_postgresql)
    assert (moved.returncode, "has rows already" in moved.stderr) == (2, True)
    assert common.revisions(other)[0] == "0017"


def test_a_server_and_a_scheduler_that_were_forgotten_take_and_send_nothing_more(
    app: Flask, settings: Settings, empty_postgresql: str, work: Work, shop: Shop
) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "Before the move", now() - timedelta(minutes=5))
    assert call(environment(settings), "move", "--to", empty_postgresql).returncode == 0
    server = app.test_client()
    assert server.get("/sign-in").status_code == 200
    asked = server.post("/sign-in", data={"email": BUYER})
    assert (asked.status_code, asked.headers["Retry-After"]) == (503, "30")
    with pytest.raises(IntegrityError, match="moved to another"):
        deliver_due(app, now())
    assert list(settings.mail_folder.glob("*.eml")) == []


def test_one_row_changed_changes_the_hash_and_their_order_does_not(settings: Settings, shop: Shop) -> None:
    shop.purchase()
    shop.purchase(external_id="P-2")
    app = create_app(settings)
    with copies.connected(app) as connection:
        before = copying.tallies(connection)["purchases"]
    with closing(sqlite3.connect(settings.database_file)) as raw:
        raw.execute("UPDATE purchases SET rowid = rowid + 1000 WHERE rowid = 1")
        raw.commit()
    with copies.connected(app) as connection:
        assert copying.tallies(connection)["purchases"] == before
    with closing(sqlite3.connect(settings.database_file)) as raw:
        raw.execute("UPDATE purchases SET quantity = quantity + 1 WHERE external_id = 'P-2'")
        raw.commit()
    with copies.connected(app) as connection:
        after = copying.tallies(connection)["purchases"]
    assert after.rows == before.rows
    assert after != before
