"""The doctor names what is wrong and how to mend it, also where nothing works any more."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.orm import Session

from arbitration.cli import main
from arbitration.cli.checks import machine
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import Entry
from arbitration.models import Intent, PolicyVersion
from arbitration.services import docket, heartbeat, holding, installation, outbox
from tests.support.processes import environment, run
from tests.support.smtp import post_office

Work = Callable[[], AbstractContextManager[Session]]


def doctor(env: dict[str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """What it ends with, and what it finds wrong, by subject."""
    done = CliRunner().invoke(main, ["doctor", "--json"], env=env)
    told = json.loads(done.stdout)
    assert told["clean"] is (done.exit_code == 0)
    assert all(finding["mend"] for finding in told["findings"] if finding["level"] != "ok")
    troubles = [finding for finding in told["findings"] if finding["level"] != "ok"]
    return done.exit_code, {finding["what"]: finding for finding in troubles if finding["what"] != "languages"}


@pytest.fixture
def env(settings: Settings, work: Work) -> dict[str, str]:
    """An installation whose scheduler has just shown itself."""
    with work() as session:
        heartbeat.beat(session, "scheduler", "here:1", now())
    return environment(settings)


def test_a_sound_installation_is_clean(env: dict[str, str]) -> None:
    assert doctor(env) == (0, {})
    told = CliRunner().invoke(main, ["doctor"], env=env)
    assert told.exit_code == 0
    assert "fail" not in told.output


def test_every_disk_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exhibits and what is being uploaded may have disks of their own, which are full first."""
    own, usage = Path("/dev/shm"), shutil.disk_usage
    other = tmp_path if tmp_path.stat().st_dev != own.stat().st_dev else Path("/proc")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(own)._replace(free=0 if folder == other else 2**40))
    found = list(machine.disk(own, own / "exhibits" / "not yet there", other))
    assert [(finding.level, str(other) in finding.told) for finding in found] == [("ok", False), ("fail", True)]


def test_a_dead_scheduler_is_found(env: dict[str, str], work: Work) -> None:
    with work() as session:
        heartbeat.beat(session, "scheduler", "here:1", now() - timedelta(seconds=70))
    code, found = doctor(env)
    assert code == 1
    assert "arbitration scheduler" in found["scheduler"]["mend"]


def test_one_of_several_schedulers_that_died_is_found(env: dict[str, str], work: Work) -> None:
    with work() as session:
        heartbeat.beat(session, "scheduler", "there:2", now() - timedelta(seconds=70))
    code, found = doctor(env)
    assert (code, "there:2" in found["scheduler"]["told"]) == (0, True)
    assert "if it was started again" in found["scheduler"]["mend"]  # by systemd, say, as another process


def test_it_says_that_everything_is_held_back(env: dict[str, str], work: Work) -> None:
    with work() as session:
        holding.begin(session, Actor(role=Role.OPERATOR), now())
    code, found = doctor(env)
    assert (code, "held back" in found["outbox"]["told"]) == (0, True)


def test_mails_that_wait_too_long_or_fail_are_found(env: dict[str, str], work: Work) -> None:
    with work() as session:
        for _ in range(2):
            outbox.queue(session, "sign_in_link", now() - timedelta(minutes=6), address="a@example.com")
    assert doctor(env)[1]["outbox"]["level"] == "fail"
    with work() as session:
        ids = list(session.scalars(select(Intent.id)))
        session.execute(update(Intent).where(Intent.id == ids[0]).values(error="the server is full"))
        given_up = {"state": "failed", "settled_at": now(), "error": "nobody lives there"}
        session.execute(update(Intent).where(Intent.id == ids[1]).values(given_up))
    told = CliRunner().invoke(main, ["doctor"], env=env).output
    assert doctor(env)[0] == 0
    assert "waiting mails have failed before: the server is full" in told
    assert "given up in the last week: nobody lives there" in told


def test_guards_of_the_docket_that_were_removed_are_found(env: dict[str, str], settings: Settings) -> None:
    engine = create_engine(settings.database_url)
    table = " ON docket_entries" if engine.dialect.name == "postgresql" else ""
    name = "docket_entries_no_change" if table else "docket_entries_no_update"
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}{table}"))
    engine.dispose()
    code, found = doctor(env)
    assert code == 1
    assert name in found["docket"]["told"]


def test_an_agreement_that_was_edited_or_is_missing_is_found(env: dict[str, str], work: Work) -> None:
    with work() as session:
        session.execute(update(PolicyVersion).values(text=PolicyVersion.text + "#"))
    [(what, finding)] = doctor(env)[1].items()
    assert what.startswith("agreement")
    assert "changed" in finding["told"]
    with work() as session:
        session.query(PolicyVersion).delete()
    assert "arbitration init" in doctor(env)[1]["agreement"]["mend"]


def test_tables_of_another_version_are_found(env: dict[str, str], work: Work) -> None:
    with work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    code, found = doctor(env)
    assert code == 1
    assert "arbitration init" in found["tables"]["mend"]


def test_a_clock_that_went_back_is_found(env: dict[str, str], work: Work) -> None:
    with work() as session:
        docket.append_to_installation(session, Entry("test", now() + timedelta(days=400), None, {}))
    assert doctor(env)[1]["clock"]["level"] == "fail"


def test_a_demo_is_named_and_clean(env: dict[str, str], work: Work) -> None:
    with work() as session:
        installation.mark_demo(session)
    assert doctor(env)[0] == 0
    assert "arbitration demo" in CliRunner().invoke(main, ["doctor"], env=env).output


@pytest.mark.parametrize("answers", [True, False])
def test_it_asks_the_mail_server(unprepared: dict[str, str], answers: bool) -> None:
    with post_office() as office:
        env = unprepared | {"ARBITRATION_SMTP_URL": office.url}
        if answers:
            assert "mail" not in doctor(env)[1]
    if not answers:
        assert "ARBITRATION_SMTP_URL" in doctor(env)[1]["mail"]["mend"]


def test_where_there_is_nothing_it_says_how_to_begin(tmp_path: Path) -> None:
    done = run(environment(ARBITRATION_INSTANCE=str(tmp_path / "none")), "doctor")
    assert done.returncode == 1
    assert "fail  ARBITRATION_SECRET_KEY: is not set\n      → `arbitration init` makes one" in done.stdout
    assert not (tmp_path / "none").exists()


def _unreadable_settings(instance: Path) -> None:
    (instance / "settings.toml").write_text("this is = not [ toml")


def _unknown_setting(instance: Path) -> None:
    (instance / "settings.toml").write_text('base_ulr = "x"')


def _readable_by_others(instance: Path) -> None:
    instance.chmod(0o755)


def _settings_that_are_a_folder(instance: Path) -> None:
    (instance / "settings.toml").mkdir()


def _garbage_for_a_database(instance: Path) -> None:
    (instance / "arbitration.sqlite3").write_bytes(b"garbage" * 1000)


def _an_empty_file_for_a_database(instance: Path) -> None:
    (instance / "arbitration.sqlite3").touch(mode=0o600)


def _a_folder_for_a_database(instance: Path) -> None:
    (instance / "arbitration.sqlite3").mkdir(mode=0o700)


def _a_file_for_a_mail_folder(instance: Path) -> None:
    (instance / "mail").touch(mode=0o600)


def _somebody_elses_database(instance: Path) -> None:
    with closing(sqlite3.connect(instance / "arbitration.sqlite3")) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


@pytest.mark.parametrize(
    "broken",
    [
        _unreadable_settings,
        _unknown_setting,
        _readable_by_others,
        _settings_that_are_a_folder,
        _garbage_for_a_database,
        _an_empty_file_for_a_database,
        _a_folder_for_a_database,
        _a_file_for_a_mail_folder,
        _somebody_elses_database,
    ],
)
def test_whatever_is_broken_it_tells_instead_of_falling_over(
    unprepared: dict[str, str], tmp_path: Path, broken: Callable[[Path], None]
) -> None:
    broken(tmp_path / "instance")
    done = CliRunner().invoke(main, ["doctor"], env=unprepared)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "fail" in done.output


def test_a_database_that_does_not_answer_is_told(unprepared: dict[str, str]) -> None:
    env = unprepared | {"ARBITRATION_DATABASE_URL": "postgresql://nobody:hidden@127.0.0.1:1/none"}
    code, found = doctor(env)
    assert code == 1
    assert "hidden" not in found["database"]["told"]


def test_bad_use_ends_with_2() -> None:
    assert CliRunner().invoke(main, ["doctor", "--jsno"]).exit_code == 2
