"""One act, one transaction; two processes that write at once lose nothing."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from arbitration.config import Settings
from arbitration.db import db, reading, unit_of_work
from arbitration.models import Heartbeat, InstallationValue

Work = Callable[[], AbstractContextManager[Session]]

COUNT_UP = """
import sys
from pathlib import Path
from arbitration.app import create_app
from arbitration.config import Settings
from arbitration.db import unit_of_work
from arbitration.models import InstallationValue

instance, url, secret, times = sys.argv[1:]
app = create_app(Settings(Path(instance), secret_key=secret, database_url=url))
with app.app_context():
    for _ in range(int(times)):
        with unit_of_work() as session:
            row = session.get(InstallationValue, "count", with_for_update=True)
            row.value = str(int(row.value) + 1)
"""
TIMES = 150


def value_of(work: Work, name: str) -> str | None:
    with work() as session:
        row = session.get(InstallationValue, name)
        return row.value if row else None


def test_leaving_the_block_commits(work: Work) -> None:
    with work() as session:
        session.add(InstallationValue(name="kept", value="yes"))
    assert value_of(work, "kept") == "yes"


def test_an_error_undoes_everything(work: Work) -> None:
    with pytest.raises(LookupError), work() as session:
        session.add(InstallationValue(name="lost", value="yes"))
        session.flush()
        raise LookupError
    assert value_of(work, "lost") is None


def test_an_act_inside_an_act_is_a_mistake(app: Flask) -> None:
    with app.app_context(), unit_of_work(), pytest.raises(RuntimeError, match="an act inside an act"), unit_of_work():
        pass


def test_what_was_only_read_is_not_kept(app: Flask) -> None:
    with app.app_context():
        with reading() as session:
            session.add(InstallationValue(name="read", value="only"))
            session.flush()
        with reading() as session:
            assert session.get(InstallationValue, "read") is None


def test_two_processes_that_write_at_once_lose_no_update_and_meet_no_lock(work: Work, settings: Settings) -> None:
    with work() as session:
        session.add(InstallationValue(name="count", value="0"))
    command = (sys.executable, "-c", COUNT_UP, settings.instance, settings.database_url, settings.secret_key, TIMES)
    running = [
        subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE, text=True, cwd=Path.cwd())
        for _ in range(2)
    ]
    complaints = [process.communicate(timeout=60)[1] for process in running]
    assert [(process.returncode, said) for process, said in zip(running, complaints, strict=True)] == [(0, ""), (0, "")]
    assert value_of(work, "count") == str(2 * TIMES)


def test_sqlite_writes_are_on_the_disk_before_the_answer_goes_out(app: Flask) -> None:
    with app.app_context(), reading() as session:
        if session.get_bind().dialect.name != "sqlite":
            assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            return
        asked = ("journal_mode", "synchronous", "foreign_keys")
        said = [session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
        assert said == ["wal", 2, 1]


def test_an_instant_without_an_offset_is_refused(work: Work) -> None:
    with pytest.raises(Exception, match="an instant needs an offset"), work() as session:
        session.add(Heartbeat(name="x", at=datetime(2026, 1, 1), process="p", started_at=datetime.now(UTC)))  # noqa: DTZ001
        session.flush()


def test_an_instant_comes_back_as_it_was_in_utc(app: Flask, work: Work) -> None:
    there = datetime(2026, 1, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=3)))
    with work() as session:
        session.add(Heartbeat(name="x", at=there, process="p", started_at=there))
    with app.app_context():
        back = db.session.get_one(Heartbeat, ("x", "p")).at
        db.session.rollback()
    assert (back, back.tzinfo) == (there, UTC)
