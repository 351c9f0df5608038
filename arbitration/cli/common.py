"""What the commands share: the application made from the settings, and faults told in plain words.

Commands answer 0 for done, 1 for something found, 2 for bad use (unusable settings or files), 3 for partly done.
"""

import os

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from arbitration import config, logs
from arbitration.cli import memory
from arbitration.cli.waiting import wait_for_database
from arbitration.config import Settings

BAD_USE = 2
MOVED = "moved"
"""The value by which a database tells that another one counts instead."""


class UnusableError(click.ClickException):
    """The command can't start; the message says what is wrong and how to mend it. Exit status 2."""

    exit_code = BAD_USE


def settings(**overrides: object) -> Settings:
    """The settings in effect. What is written from here on can be read by this user alone.

    Raises:
        UnusableError: a setting is unknown or cannot be read.
    """
    os.umask(0o077)
    try:
        return config.load(None, **overrides)
    except config.UnsafeSettingsError as error:
        raise UnusableError(_listed(error)) from None


def application(*, migrated: bool = True, doors: bool = True, lasting: bool = False, **overrides: object) -> Flask:
    """The application for a command, made from the settings in effect and these that the command adds.

    ``migrated`` asks for a database that is there and up to date; without ``doors`` there are no pages and no API.
    ``lasting`` is for processes that run until they are told to stop: they log, and wait for PostgreSQL that is away.

    Raises:
        UnusableError: the settings are unsafe, or the database is missing, unreachable or not migrated.
    """
    try:
        with memory.loading("application"):
            from arbitration.app import create_app

            app = create_app(settings(**overrides), doors=doors)
    except config.UnsafeSettingsError as error:
        raise UnusableError(_listed(error)) from None
    if lasting:
        logs.set_up(form=app.config["SETTINGS"].log_format)
        wait_for_database(app)
    if migrated:
        require_migrated(app)
    return app


def require_migrated(app: Flask) -> None:
    """Raises UnusableError unless the database is there, was not moved, and has the tables that this version needs."""
    from arbitration.db import reading
    from arbitration.services import installation

    file = app.config["SETTINGS"].database_file
    if file is not None and not file.exists():
        raise UnusableError(f"There is no database at {file}. Run `arbitration init` first.")
    found, wanted = revisions(app)
    if found is None:
        raise UnusableError("The database is empty. Run `arbitration init` first.")
    if wanted is not None and found > wanted:
        raise UnusableError(newer(found))
    if found != wanted:
        raise UnusableError(
            f"The database is at revision {found}, this version needs {wanted}. "
            "Stop the servers, then run `arbitration init` to bring it up to date."
        )
    with app.app_context(), reading() as session:
        if installation.value(session, MOVED):
            raise UnusableError(
                "This database was moved by `arbitration move`, and another one counts now. "
                "Set ARBITRATION_DATABASE_URL to the one it was moved to."
            )


def require_no_demo(app: Flask) -> None:
    """Raises UnusableError if the database is a demo's."""
    from arbitration.db import reading
    from arbitration.services import installation

    with app.app_context(), reading() as session:
        if installation.is_demo(session):
            raise UnusableError(
                "This database was filled by `arbitration demo`: its people are invented, its links open every door. "
                "Run `arbitration demo` to serve it, or set another ARBITRATION_INSTANCE and run `arbitration init`."
            )


def make_ready_to_serve(app: Flask) -> None:
    """What a process does before it serves: it spares memory, for several of them share a machine, keeps to one file of
    SQLite, and to the clock of PostgreSQL."""
    from arbitration import clock
    from arbitration.db import answer_many, db
    from arbitration.postgresql import keep_to_its_clock

    memory.share_one_heap()
    memory.keep_large_blocks_apart()
    with app.app_context():
        answer_many(db.engine)
        keep_to_its_clock(db.engine, clock.keep_to)


def revisions(app: Flask) -> tuple[str | None, str | None]:
    """The revision that the database is at (None: it has no tables of ours) and the one that this version needs.

    Raises:
        UnusableError: the database can't be reached.
    """
    from sqlalchemy import inspect, text

    from arbitration.db import db, newest_revision

    try:
        with app.app_context(), db.engine.connect() as connection:
            found = None
            if inspect(connection).has_table("alembic_version"):
                found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found, newest_revision()
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise UnusableError(f"The database can't be reached: {str(cause).strip()}") from None


def newer(found: str | None) -> str:
    """What to do about a database that a later version has used: its tables can't be taken back."""
    return (
        f"The database is at revision {found}, which this version doesn't know: a newer one has used it. "
        "Install that version again, or restore a backup from before the update into an empty database."
    )


def _listed(error: config.UnsafeSettingsError) -> str:
    return "The settings are not safe to start with:\n" + "\n".join(f"  {fault}" for fault in error.faults)
