"""`arbitration restore`: an installation from a backup, which sends nothing until an operator lets it."""

import sqlite3
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import delete, make_url
from sqlalchemy.exc import SQLAlchemyError

from arbitration import clock, config
from arbitration.cli import common, copies
from arbitration.cli.operating import OPERATOR
from arbitration.cli.preparing import migrate, prepare_folder
from arbitration.config import Settings
from arbitration.db import db, unit_of_work
from arbitration.models import BrowserSession, Heartbeat, SignInLink, StaffSetUp
from arbitration.services import backups, copying, holding
from arbitration.services.backups import DATABASE, EXHIBITS, RESTORING, SETTINGS, Manifest

NEXT = """
Nothing is sent until you let it: mails and refunds wait, also those that went out after the backup was made.
  1. arbitration verify, arbitration doctor     look it over
  2. arbitration serve, arbitration scheduler   people can read and act; what is sent waits
  3. arbitration hold --release                 lets everything go out"""

LOGS = ("-wal", "-journal")
"""What SQLite leaves beside a database when its last process is killed; whatever lies there is read as its log."""


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Make an installation of the backup in FOLDER.

    Into the instance folder (ARBITRATION_INSTANCE) and the database that its settings name, which must be empty:
    nothing that is there is overwritten. Without settings of its own it takes those of the backup. Everybody is signed
    out, and nothing is sent until `arbitration hold --release`.
    """
    folder = folder.absolute()
    try:
        manifest = backups.read_manifest(folder)
        backups.check(folder, manifest)
        settings = _settings(folder, manifest)
        with backups.held(settings.settings_file, wait=False):
            _require_empty(settings)
            for name in _copy_exhibits(folder, settings):
                click.echo(f"There is another file {name} already; it was left as it is.", err=True)
            rows = _restore_database(folder, settings)
    except BlockingIOError:
        raise common.UnusableError("Another restore is making an installation there just now.") from None
    except backups.BrokenBackupError as error:
        raise common.UnusableError(f"Can't restore: {error}.") from None
    except copying.DifferentError as error:
        raise common.UnusableError(
            f"The rows of {error.table} did not arrive as they were; nothing was kept."
        ) from None
    except OSError as error:
        raise common.UnusableError(f"Can't restore: {error.strerror} ({error.filename}).") from None
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise common.UnusableError(f"The database did not take it: {getattr(error, 'orig', None) or error}") from None
    where = _shown(settings.database_url)
    click.echo(f"Restored {rows} rows and {len(manifest.files)} files as of {manifest.taken_at} into {where}.")
    if (other := _database_of_file(settings)) != settings.database_url:
        click.echo(
            f"ARBITRATION_DATABASE_URL alone names this database; without it, commands take {_shown(other)}. "
            f"Set database_url in {settings.settings_file} before you start anything.",
            err=True,
        )
    for name in manifest.missing:
        click.echo(f"The file {name} of an exhibit was missing when the backup was made.", err=True)
    if not manifest.exhibits_copied:
        click.echo(f"The backup has no files of exhibits: put them back into {settings.exhibits_folder}.")
    click.echo(NEXT)


def _settings(folder: Path, manifest: Manifest) -> Settings:
    settings = common.settings()
    if not settings.settings_file.exists() and (folder / SETTINGS).exists() and not settings.secret_key:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        backups.copy_file(folder / SETTINGS, settings.settings_file)
    prepare_folder(common.settings())
    settings = common.settings()
    if faults := config.faults(settings):
        raise common.UnusableError("The settings are not safe to start with:\n" + "\n".join(faults))
    if backups.fingerprint(settings.secret_key) != manifest.secret:
        raise common.UnusableError(
            "ARBITRATION_SECRET_KEY is not that of the backup, so its seals could not be checked nor its replacements "
            "opened. Set the one it was made with."
        )
    return settings


def _require_empty(settings: Settings) -> None:
    file = settings.database_file
    if file is not None:
        there = [path for path in (file, *(Path(f"{file}{end}") for end in LOGS)) if path.exists()]
        if there:
            names = " and ".join(path.name for path in there)
            raise common.UnusableError(
                f"In {file.parent} there is {names} already. Move all of it away together (SQLite would write what "
                "is in a log into the database that is restored), or set another instance."
            )
        return
    app = common.application(migrated=False)
    if common.revisions(app)[0] is None:
        return
    with copies.connected(app) as connection:  # a restore that was cut off leaves tables without a row
        if copying.is_empty(connection):
            return
    raise common.UnusableError(
        f"The database {_shown(settings.database_url)} has rows already. Name an empty one, as database_url in "
        f"{settings.settings_file} or in ARBITRATION_DATABASE_URL."
    )


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def _database_of_file(settings: Settings) -> str:
    """The database that counts where the environment names none."""
    return config.load({"ARBITRATION_INSTANCE": str(settings.instance)}).database_url


def _copy_exhibits(folder: Path, settings: Settings) -> list[str]:
    """Copy the files of exhibits; gives those that lie there already and are others."""
    others = []
    for source in sorted(path for path in (folder / EXHIBITS).rglob("*") if path.is_file()):
        name = source.relative_to(folder / EXHIBITS)
        target = settings.exhibits_folder / name
        if not target.exists():
            part = target.with_name(f"{target.name}.part")
            part.unlink(missing_ok=True)
            backups.copy_file(source, part)
            part.rename(target)
        elif backups.sha256_of(target) != backups.sha256_of(source):
            others.append(str(name))
    return others


def _restore_database(folder: Path, settings: Settings) -> int:
    """Prepare a copy beside its place, held back before anything can see it; then put it there."""
    part = settings.instance / RESTORING
    _forget(part)
    try:
        backups.copy_file(folder / DATABASE, part)
        other = copies.on(settings, part)
        migrate(other)
        _hold_back(other)
        rows = _arrive(other, settings)
        if settings.database_file is not None:
            backups.settle(part)
            part.rename(settings.database_file)
            backups.flush(settings.database_file.parent)
        return rows
    finally:
        _forget(part)


def _hold_back(app: Flask) -> None:
    """Hold back what leaves, end what was open in browsers, links that may be used by now, and which processes ran."""
    with app.app_context():
        with unit_of_work() as session:
            for model in (BrowserSession, SignInLink, StaffSetUp, Heartbeat):
                session.execute(delete(model))
            if holding.current(session) is None:
                holding.begin(session, OPERATOR, clock.now(), holding.BY_RESTORE)
        db.session.remove()
        db.engine.dispose()


def _arrive(prepared: Flask, settings: Settings) -> int:
    """Count the rows; where the database is of another kind, take them there in one transaction."""
    with copies.connected(prepared) as source:
        if settings.database_file is not None:
            return sum(tally.rows for tally in copying.tallies(source).values())
        target = common.application(migrated=False)
        migrate(target)
        with copies.connected(target) as arriving:
            return sum(tally.rows for tally in copying.copy(source, arriving, copies.told_of).values())


def _forget(part: Path) -> None:
    for path in (part, Path(f"{part}-wal"), Path(f"{part}-shm")):
        path.unlink(missing_ok=True)
