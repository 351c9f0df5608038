"""What a backup holds: a copy of the database, the settings, the files of exhibits, and a manifest with their hashes.

The database is copied first: files are written before their rows and never changed, so that all that the copy tells of
is there to be copied after it.
"""

import fcntl
import hashlib
import hmac
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Any

from arbitration.domain.files import ORIGINAL

MANIFEST, DATABASE, SETTINGS, EXHIBITS = "manifest.json", "database.sqlite3", "settings.toml", "exhibits"
RESTORING = "restoring.sqlite3"
"""The database on its way into its place, in the instance's folder."""
FORM = 1
CHUNK = 1024 * 1024


class BrokenBackupError(Exception):
    """A backup can't be read, or is not what it was when it was made; the message says what."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. ``files`` has the SHA-256 by path; ``missing`` names files that were gone."""

    taken_at: str
    version: str
    revision: str
    secret: str
    files: dict[str, str]
    missing: list[str] = field(default_factory=list)
    exhibits_copied: bool = True
    form: int = FORM


def fingerprint(secret_key: str) -> str:
    """What tells one secret from another without telling it."""
    return hmac.digest(secret_key.encode(), b"which secret a backup belongs to", "sha256").hex()[:16]


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, while others read and write it."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")
    flush(target)


def exhibits_of(database: Path) -> Iterator[tuple[str, str]]:
    """The files that a copy of the database tells of: the path within the exhibits' folder, and the SHA-256."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for place, sha256, parts in connection.execute("SELECT stored_as, sha256, parts FROM exhibits"):
            yield f"{place}/{ORIGINAL}", sha256
            yield from ((f"{place}/{part['name']}", part["sha256"]) for part in json.loads(parts))


def copy_file(source: Path, target: Path, earlier: Path | None = None) -> str:
    """Copy a file to the disk and give its SHA-256; where there is an ``earlier`` copy, that one is shared."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if earlier is not None and earlier.is_file() and earlier.stat().st_size == source.stat().st_size:
        with suppress(OSError):
            os.link(earlier, target)
            return sha256_of(target)
    try:
        return _copied(source, target)
    except OSError as error:
        if error.filename is None:  # neither of the two is missing or in the way: half a copy lies there
            target.unlink(missing_ok=True)
            error.filename = str(target)
        raise


def _copied(source: Path, target: Path) -> str:
    found = hashlib.sha256()
    with source.open("rb") as reading, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while chunk := reading.read(CHUNK):
            found.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return found.hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """See that a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest; a folder with one is whole."""
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), indent=1) + "\n", "utf-8")
    flush(path)
    flush(folder)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        BrokenBackupError: there is none, or it can't be read.
    """
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        if told.get("form") != FORM:
            raise BrokenBackupError(f"{folder} was made by another version of this program")
        return Manifest(**told)
    except (OSError, ValueError, TypeError) as error:
        raise BrokenBackupError(f"{folder} is no whole backup: {MANIFEST} can't be read ({error})") from None


def check(folder: Path, manifest: Manifest) -> None:
    """See that all files of a backup are what they were.

    Raises:
        BrokenBackupError: one is missing or was changed, or a path leads elsewhere.
    """
    for name, sha256 in manifest.files.items():
        path, named = folder / name, PurePath(name)
        if named.is_absolute() or ".." in named.parts:
            raise BrokenBackupError(f"{name} is no path within the backup")
        if not path.is_file():
            raise BrokenBackupError(f"{name} is missing")
        if sha256_of(path) != sha256:
            raise BrokenBackupError(f"{name} was changed after the backup was made")


def latest(into: Path) -> Path | None:
    """The newest whole backup in a folder of backups."""
    return max((path.parent for path in into.glob(f"arbitration-*Z/{MANIFEST}")), default=None)


@contextmanager
def begun(into: Path, folder: Path) -> Iterator[Path]:
    """A folder for a backup that is being made, held for as long as this process lives; its name ends in ``.part``.

    If the block raises, it is removed.
    """
    part = folder.with_name(f"{folder.name}.part")
    with ExitStack() as holding:
        with held(into):
            part.mkdir(mode=0o700)
            holding.enter_context(held(part))
        try:
            yield part
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def remove_cut_off(into: Path) -> list[str]:
    """Remove what processes that were killed have left of their backups; gives the names of these folders.

    Where folders can't be held, nobody can tell what is left from what is being made: nothing is removed.
    """
    gone = []
    with held(into) as can_hold:
        for part in sorted(into.glob("arbitration-*Z.part")) if can_hold else []:
            with suppress(BlockingIOError), held(part, wait=False):
                shutil.rmtree(part)
                gone.append(part.name)
    return gone


@contextmanager
def held(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold a file or folder until the block, or this process, ends; False where the file system knows no such thing.

    Raises:
        BlockingIOError: another process holds it, and there is no waiting.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield _hold(descriptor, wait=wait)
    finally:
        os.close(descriptor)


def _hold(descriptor: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True


def remove_older(into: Path, than: str) -> int:
    """Remove backups whose name sorts before ``than``; gives how many. The newest stays whatever its age."""
    newest, old = latest(into), [path for path in into.glob("arbitration-*Z") if path.name < than]
    gone = [path for path in old if path != newest]
    for path in gone:
        shutil.rmtree(path)
    return len(gone)


def settle(database: Path) -> None:
    """Have a SQLite file hold all by itself, without a log beside it, and on the disk."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    flush(database)
