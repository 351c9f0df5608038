"""`arbitration backup`: a copy of everything, made while everything runs."""

import errno
import sqlite3
import sys
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from arbitration import __version__, clock
from arbitration.cli import common
from arbitration.services import backups
from arbitration.services.backups import DATABASE, EXHIBITS, SETTINGS, Manifest

PARTLY = 3


@click.command("backup")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder of all backups."
)
@click.option("--keep-days", type=click.IntRange(1), help="Remove backups older than this, but never the last.")
@click.option("--without-exhibits", is_flag=True, help="List the exhibits' files, but don't copy them.")
def command(into: Path, keep_days: int | None, without_exhibits: bool) -> None:
    """Copy database, settings and exhibits into a new folder.

    Servers and schedulers go on meanwhile; the copy shows one moment. A PostgreSQL database is copied into a SQLite
    file, from which either kind can be restored. Files of exhibits that an earlier backup there has are shared with it.
    The copy has the secret key: keep it as safe as the installation.

    Ends with 0 when all is copied, 3 if files of exhibits were missing.
    """
    app = common.application()
    now = clock.now()
    folder = into / _name(now)
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in backups.remove_cut_off(into):
            click.echo(f"Removed {name}, which was left by a backup that was cut off.", err=True)
        with backups.begun(into, folder) as part:
            manifest = _fill(app, part, now, backups.latest(into), copied=not without_exhibits)
            part.rename(folder)
            backups.flush(into)
        removed = backups.remove_older(into, _name(now - timedelta(days=keep_days))) if keep_days else 0
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = getattr(error, "orig", None) or error
        told = str(cause).strip().splitlines()[0]
        if app.config["SETTINGS"].database_file is None and isinstance(cause, sqlite3.Error):
            raise common.UnusableError(f"Can't write the backup: {told} ({folder}).") from None
        raise common.UnusableError(f"The database could not be read to its end, so nothing was kept: {told}.") from None
    except OSError as error:
        raise common.UnusableError(f"Can't write the backup: {error.strerror} ({error.filename}).") from None
    click.echo(f"Backed up to {folder}: {len(manifest.files)} files.")
    if removed:
        click.echo(f"Removed {removed} older.")
    if manifest.missing:
        click.echo(f"{len(manifest.missing)} files of exhibits are missing, or are not what was filed:", err=True)
        click.echo("\n".join(f"  {name}" for name in manifest.missing), err=True)
        sys.exit(PARTLY)


def _name(moment: datetime) -> str:
    return f"arbitration-{moment:%Y%m%dT%H%M%SZ}"


def _fill(app: Flask, part: Path, now: datetime, earlier: Path | None, *, copied: bool) -> Manifest:
    settings, files, missing = app.config["SETTINGS"], {}, []
    _copy_database(app, part / DATABASE)
    files[DATABASE] = backups.sha256_of(part / DATABASE)
    if settings.settings_file.exists():
        files[SETTINGS] = backups.copy_file(settings.settings_file, part / SETTINGS)
    for name, sha256 in backups.exhibits_of(part / DATABASE):
        source, path = settings.exhibits_folder / name, f"{EXHIBITS}/{name}"
        try:
            before = earlier / path if earlier else None
            found = backups.copy_file(source, part / path, before) if copied else backups.sha256_of(source)
        except FileNotFoundError:
            found = ""
        if found != sha256:
            missing.append(name)
        if found and copied:
            files[path] = found
    _, revision = common.revisions(app)
    secret = backups.fingerprint(settings.secret_key)
    manifest = Manifest(now.isoformat(), __version__, revision or "", secret, files, missing, copied)
    backups.write_manifest(part, manifest)
    return manifest


def _copy_database(app: Flask, target: Path) -> None:
    settings = app.config["SETTINGS"]
    if settings.database_file is not None:
        backups.copy_sqlite(settings.database_file, target)
        return
    from arbitration.cli import copies
    from arbitration.cli.preparing import migrate
    from arbitration.services import copying

    other = copies.on(settings, target)
    try:
        migrate(other)
    except common.UnusableError as error:
        raise OSError(errno.EIO, error.message, str(target)) from None
    one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with copies.connected(app, **one_moment) as source, copies.connected(other) as arriving:
        copying.copy(source, arriving, lambda *_: None)
    backups.settle(target)
