"""Preparing an installation: its folder, its settings, its database. Each step can be done again at any time."""

import fcntl
import os
import secrets
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from arbitration.cli import common
from arbitration.config import Settings

HEADER = """\
# The settings of this installation; docs/settings.md describes each of them. The environment (ARBITRATION_SECRET_KEY
# and so on) goes before this file. Keep it to yourself: who has the secret can forge the seals of the docket.

"""
SECRET = 'secret_key = "{secret}"\n'
SUGGESTIONS = """
# The address people reach it at. Anything but this machine needs https.
# base_url = "https://disputes.example.com"

# The mail server. Unset, mails are written to the folder mail/ beside this file.
# smtp_url = "smtp://user:password@mail.example.com:587"
# mail_from = "disputes@example.com"

# What pages and mails call this place.
# site_name = "Arbitration"

# PostgreSQL instead of the SQLite file beside this one.
# database_url = "postgresql://user:password@localhost/arbitration"

# How many proxies stand in front, each adding X-Forwarded-For, -Proto and -Host.
# trusted_proxies = "1"
"""


def prepare_folder(settings: Settings) -> list[str]:
    """Make the instance's folder and its settings with a random secret, for this user alone; gives what was done."""
    done = []
    try:
        if not settings.instance.exists():
            settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
            done.append(f"made the folder {settings.instance}")
        with locked(settings.instance):
            done += _close_to_others(settings)
            done += _write_settings(settings)
    except OSError as error:
        raise common.UnusableError(f"Can't prepare {settings.instance}: {error.strerror} ({error.filename}).") from None
    return done


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time prepares a folder; the others wait."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _close_to_others(settings: Settings) -> list[str]:
    done = []
    for path in settings.private_files:
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(0o700 if path.is_dir() else 0o600)
            done.append(f"closed {path} to other people of this machine")
    return done


def _write_settings(settings: Settings) -> list[str]:
    file = settings.settings_file
    secret = "" if settings.secret_key else SECRET.format(secret=secrets.token_urlsafe(48))
    if file.exists():
        names = [name.lower().removeprefix("arbitration_") for name in tomllib.loads(file.read_text("utf-8"))]
        if not secret or "secret_key" in names:
            return []
        _replace(file, secret + file.read_text("utf-8"))
        return [f"added a secret to {file}"]
    _replace(file, HEADER + secret + SUGGESTIONS)
    return [f"wrote {file}" + (", with a secret of its own" if secret else "")]


def _replace(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    part.replace(file)


def migrate(app: Flask) -> tuple[str | None, str | None]:
    """Bring the database to the tables of this version; gives the revisions before and after.

    All of it is one transaction: cut off, it has changed nothing.

    Raises:
        UnusableError: the database can't be reached, or a newer version has used it.
    """
    from alembic import command
    from alembic.util import CommandError

    with locked(app.config["SETTINGS"].instance):
        before, wanted = common.revisions(app)
        if before == wanted:
            return before, wanted
        try:
            with app.app_context():
                command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
        except CommandError:
            raise common.UnusableError(common.newer(before)) from None
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error).strip()
            raise common.UnusableError(f"The database can't be brought up to date: {cause}") from None
    return before, wanted


def unmake(app: Flask) -> None:
    """Take all tables out of a database, and mails and exhibits out of the folder. For demos."""
    from alembic import command

    settings: Settings = app.config["SETTINGS"]
    with locked(settings.instance):
        if common.revisions(app)[0] is not None:
            with app.app_context():
                command.downgrade(app.extensions["migrate"].migrate.get_config(), "base")
        for mail in settings.mail_folder.glob("*.eml"):
            mail.unlink()
        shutil.rmtree(settings.exhibits_folder, ignore_errors=True)
