"""A backup made while people act becomes an installation that is whole, and that sends nothing until it is let go."""

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from arbitration.clock import now
from arbitration.config import Settings
from arbitration.domain.actors import Role
from arbitration.services import backups, messages, staff
from tests.support.processes import call, environment
from tests.support.shop import BUYER, OPERATOR, Shop

Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def back_up(settings: Settings, into: Path, *options: str, code: int = 0) -> Path:
    done = call(environment(settings), "backup", "--into", str(into), *options)
    assert done.returncode == code, done.stdout + done.stderr
    return max(into.iterdir())


def elsewhere(settings: Settings, tmp_path: Path, **stated: str) -> dict[str, str]:
    """The environment of a new installation."""
    place = tmp_path / "restored"
    said = {"ARBITRATION_INSTANCE": str(place), "ARBITRATION_DATABASE_URL": f"sqlite:///{place}/arbitration.sqlite3"}
    return environment(settings, **(said | stated))


def sent(env: Mapping[str, str]) -> int:
    done = call(env, "sweep", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout).get("sent", 0)


def test_what_is_restored_is_whole_and_sends_nothing_until_it_is_let_go(
    settings: Settings, exhibit: Path, into: Path, tmp_path: Path
) -> None:
    folder = back_up(settings, into)
    assert (folder / "exhibits" / exhibit.parent.name / "original").read_bytes() == exhibit.read_bytes()
    env = elsewhere(settings, tmp_path)
    restored = call(env, "restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    assert "Nothing is sent until you let it" in restored.stdout
    checked = call(env, "verify")
    assert checked.returncode == 0, checked.stdout
    assert sent(env) == 0
    assert call(env, "hold", "--release").returncode == 0
    assert sent(env) > 0
    assert call(env, "verify").returncode == 0


@pytest.mark.usefixtures("exhibit")
def test_either_kind_of_database_is_restored_as_the_other(
    settings: Settings, into: Path, tmp_path: Path, empty_postgresql: str
) -> None:
    folder = back_up(settings, into)
    env = elsewhere(settings, tmp_path, ARBITRATION_DATABASE_URL=empty_postgresql)
    restored = call(env, "restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    assert call(env, "verify").returncode == 0
    assert sent(env) == 0
    again = call(env, "restore", str(folder))
    assert again.returncode == 2
    assert "has rows already" in again.stderr


@pytest.mark.usefixtures("exhibit")
def test_a_restore_that_was_killed_on_its_way_to_postgresql_is_run_again(
    settings: Settings, into: Path, tmp_path: Path, empty_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = back_up(settings, into)
    env = elsewhere(settings, tmp_path, ARBITRATION_DATABASE_URL=empty_postgresql)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("arbitration.services.copying.copy", killed)
        assert call(env, "restore", str(folder)).returncode != 0
    assert call(env, "restore", str(folder)).returncode == 0
    assert call(env, "verify").returncode == 0


def test_a_backup_made_while_people_write_shows_one_moment(
    settings: Settings, work: Work, shop: Shop, into: Path, tmp_path: Path
) -> None:
    purchase, buyer, stop = shop.purchase(), shop.buyer, threading.Event()
    written = []

    def write() -> None:
        while not stop.is_set() and len(written) < 500:
            with work() as session:
                messages.post_message(session, buyer, purchase, f"Message {len(written)}", now())
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 3:
        pass
    before = len(written)
    folder = back_up(settings, into)
    after = len(written) + 1
    stop.set()
    writer.join()
    with closing(sqlite3.connect(folder / "database.sqlite3")) as copy:
        (found,) = copy.execute("SELECT count(*) FROM messages").fetchone()
    assert before <= found <= after
    env = elsewhere(settings, tmp_path)
    assert call(env, "restore", str(folder)).returncode == 0
    assert call(env, "verify").returncode == 0


@pytest.mark.usefixtures("exhibit")
def test_nothing_that_is_there_is_overwritten(settings: Settings, into: Path, tmp_path: Path) -> None:
    folder = back_up(settings, into)
    env = elsewhere(settings, tmp_path)
    assert call(env, "restore", str(folder)).returncode == 0
    again = call(env, "restore", str(folder))
    assert again.returncode == 2
    assert "already" in again.stderr


@pytest.mark.usefixtures("exhibit")
def test_what_a_killed_server_left_beside_its_database_is_not_written_into_the_one_that_is_restored(
    settings: Settings, into: Path, tmp_path: Path
) -> None:
    """SQLite takes a log that lies beside a database for that database's own, whichever it was written for."""
    folder = back_up(settings, into)
    env = elsewhere(settings, tmp_path)
    (tmp_path / "restored").mkdir(mode=0o700)
    for end in ("-wal", "-journal"):
        log = tmp_path / "restored" / f"arbitration.sqlite3{end}"
        log.write_bytes(b"of another database")
        refused = call(env, "restore", str(folder))
        assert refused.returncode == 2
        assert f"there is {log.name} already. Move all of it away together" in refused.stderr
        assert log.read_bytes() == b"of another database"
        log.unlink()
    assert call(env, "restore", str(folder)).returncode == 0


def test_a_backup_that_was_changed_is_refused_whole(
    settings: Settings, exhibit: Path, into: Path, tmp_path: Path
) -> None:
    folder = back_up(settings, into)
    (folder / "exhibits" / exhibit.parent.name / "original").write_bytes(b"something else")
    env = elsewhere(settings, tmp_path)
    refused = call(env, "restore", str(folder))
    assert refused.returncode == 2
    assert "was changed after the backup was made" in refused.stderr
    assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize("name", ["/etc/hostname", "exhibits/../../elsewhere"])
def test_a_backup_that_names_files_elsewhere_is_refused(name: str, settings: Settings, into: Path) -> None:
    folder = back_up(settings, into)
    manifest = backups.read_manifest(folder)
    manifest.files[name] = "0" * 64
    with pytest.raises(backups.BrokenBackupError, match="no path within the backup"):
        backups.check(folder, manifest)


def test_another_secret_is_told_before_anything_is_restored(settings: Settings, into: Path, tmp_path: Path) -> None:
    folder = back_up(settings, into)
    env = elsewhere(settings, tmp_path, ARBITRATION_SECRET_KEY="another-secret-0123456789abcdefghijkl")
    refused = call(env, "restore", str(folder))
    assert refused.returncode == 2
    assert "is not that of the backup" in refused.stderr
    assert not (tmp_path / "restored" / "arbitration.sqlite3").exists()


def test_a_file_that_is_gone_is_told_and_the_rest_is_backed_up(settings: Settings, exhibit: Path, into: Path) -> None:
    exhibit.unlink()
    folder = back_up(settings, into, code=3)
    told = json.loads((folder / "manifest.json").read_text())
    assert told["missing"] == [f"{exhibit.parent.name}/original"]


def test_a_cut_off_backup_is_no_backup(settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "manifest.json")

    with monkeypatch.context() as patch:
        patch.setattr("arbitration.services.backups.write_manifest", full)
        done = call(environment(settings), "backup", "--into", str(into))
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert list(into.iterdir()) == []


def test_a_backup_without_room_for_the_database_says_that_it_is_the_backup(
    settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads that the database can't be read looks at PostgreSQL, where the disk of backups is full."""

    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("arbitration.services.copying.copy", full)
        patch.setattr("arbitration.services.backups.copy_sqlite", full)
        done = call(environment(settings), "backup", "--into", str(into))
    assert done.returncode == 2
    assert "disk is full" in done.stderr
    assert ("Can't write the backup" in done.stderr) is (settings.database_file is None)
    assert list(into.iterdir()) == []


def test_what_a_killed_backup_has_left_is_taken_away_by_the_next_one(settings: Settings, into: Path) -> None:
    left = into / "arbitration-20261101T030000Z.part"
    (left / "exhibits").mkdir(parents=True)
    (left / "database.sqlite3").write_bytes(b"half of it")
    done = call(environment(settings), "backup", "--into", str(into))
    assert done.returncode == 0
    assert f"Removed {left.name}" in done.stderr
    assert [path.name for path in into.iterdir() if path.name.endswith(".part")] == []


def test_a_backup_that_is_being_made_is_left_alone_by_another_one(settings: Settings, into: Path) -> None:
    into.mkdir()
    with backups.begun(into, into / "arbitration-20261101T030000Z") as part:
        (part / "database.sqlite3").write_bytes(b"half of it")
        assert call(environment(settings), "backup", "--into", str(into)).returncode == 0
        assert (part / "database.sqlite3").exists()


def test_a_restore_without_room_leaves_nothing_and_is_run_again(
    settings: Settings, shop: Shop, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.purchase()
    folder, env, copy_file = back_up(settings, into), elsewhere(settings, tmp_path), backups.copy_file

    def full(source: Path, target: Path, earlier: Path | None = None) -> str:
        if source.name != "database.sqlite3":
            return copy_file(source, target, earlier)
        target.write_bytes(source.read_bytes()[:5000])
        raise OSError(28, "No space left on device", str(target))

    with monkeypatch.context() as patch:
        patch.setattr("arbitration.services.backups.copy_file", full)
        done = call(env, "restore", str(folder))
    assert (done.returncode, "No space left on device" in done.stderr) == (2, True)
    assert list((tmp_path / "restored").glob("*.sqlite3*")) == []
    assert call(env, "restore", str(folder)).returncode == 0


def test_a_copy_for_which_there_is_no_room_leaves_no_half_and_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "source", tmp_path / "copies" / "target"
    source.write_bytes(b"evidence")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(backups.os, "fsync", full)
        with pytest.raises(OSError, match="No space left") as told:
            backups.copy_file(source, target)
    assert told.value.filename == str(target)
    assert not target.exists()
    backups.copy_file(source, target)
    with pytest.raises(FileExistsError):
        backups.copy_file(source, target)
    assert target.read_bytes() == b"evidence"


def test_two_restores_into_one_place_do_not_mix(settings: Settings, shop: Shop, into: Path, tmp_path: Path) -> None:
    shop.purchase()
    folder, env = back_up(settings, into), elsewhere(settings, tmp_path)
    assert call(env, "restore", str(folder)).returncode == 0
    restored = tmp_path / "restored"
    (restored / "arbitration.sqlite3").unlink()
    with backups.held(restored / "settings.toml"):
        done = call(env, "restore", str(folder))
    assert (done.returncode, "Another restore" in done.stderr) == (2, True)
    assert not (restored / "arbitration.sqlite3").exists()


def test_the_doctor_tells_what_a_killed_restore_has_left(settings: Settings) -> None:
    (settings.instance / "restoring.sqlite3").write_bytes(b"half of it")
    told = call(environment(settings), "doctor").stdout
    assert "restoring.sqlite3 was left by a restore that was cut off" in told


def test_a_database_that_dies_meanwhile_is_told_in_a_line_and_leaves_no_half_of_a_backup(
    settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise OperationalError("SELECT", None, Exception("server closed the connection unexpectedly\nand so on"))

    with monkeypatch.context() as patch:
        patch.setattr("arbitration.cli.backup._copy_database", dies)
        done = call(environment(settings), "backup", "--into", str(into))
    assert done.returncode == 2
    assert "nothing was kept: server closed the connection unexpectedly." in done.stderr
    assert list(into.iterdir()) == []


def test_everybody_is_signed_out_by_a_restore_and_links_that_may_be_used_by_now_open_nothing(
    settings: Settings, shop: Shop, work: Work, into: Path, tmp_path: Path, signed_in: Callable[[str], object]
) -> None:
    shop.purchase()
    signed_in(BUYER)
    with work() as session:
        staff.add(session, OPERATOR, Role.ARBITER, "vera@arbiters.example", "Vera", None, now())
    folder = back_up(settings, into)
    env = elsewhere(settings, tmp_path)
    assert call(env, "restore", str(folder)).returncode == 0
    with closing(sqlite3.connect(tmp_path / "restored" / "arbitration.sqlite3")) as found:
        for table in ("browser_sessions", "sign_in_links", "staff_set_ups"):
            assert found.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        assert found.execute("SELECT count(*) FROM installation_values WHERE name = 'hold' AND value <> ''").fetchone()
