"""The database: whether it answers, is up to date, guards the docket, holds the agreement, and what else it tells.

Looked at through a connection of its own, so that it can be told about even where the settings let nothing start.
"""

import hashlib
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime, timedelta

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from arbitration.assets import PACKAGE
from arbitration.cli.checks import delivery, marketplace
from arbitration.cli.checks.finding import Finding, fail, ok, warn
from arbitration.config import Settings
from arbitration.db import engine_options
from arbitration.models import DocketEntry, PolicyVersion
from arbitration.services import clock_record, database_time, installation

OLDEST_POSTGRESQL = 140000
A_LITTLE = timedelta(minutes=1)
GUARDED = {"docket": ("docket_entries",), "books": ("ledger_entries", "ledger_lines")}
"""The tables to which entries are only ever added."""
TRIGGERS = {"sqlite": ("no_update", "no_replace", "no_delete"), "postgresql": ("no_change", "no_truncate")}


def check(settings: Settings, now: datetime) -> Iterator[Finding]:
    """All about the database; stops at what makes the rest unknowable."""
    file = settings.database_file
    if file is not None and not file.exists():
        yield fail("database", f"there is none at {file}", "run `arbitration init`")
        return
    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    try:
        with engine.connect() as connection:
            yield from _kind(connection)
            current = yield from _revision(connection)
            if current:
                yield from _guards(connection)
                with closing(Session(connection, info={"refund_terms": settings.refund_terms})) as session:
                    yield from _contents(session, now)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield fail(
            "database", f"it doesn't answer: {cause}", "see that it runs and that ARBITRATION_DATABASE_URL is right"
        )
    finally:
        engine.dispose()


def _kind(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name == "postgresql":
        number = int(connection.scalar(text("SHOW server_version_num")) or 0)
        told = f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"
        old = number < OLDEST_POSTGRESQL
        yield warn("database", told, "move to PostgreSQL 14 or later") if old else ok("database", told)
        if (encoding := connection.scalar(text("SHOW server_encoding"))) != "UTF8":
            yield fail("database", f"its encoding is {encoding}", "create it anew with the encoding UTF8")
        return
    journal = connection.scalar(text("PRAGMA journal_mode"))
    keys = connection.scalar(text("PRAGMA foreign_keys"))
    yield ok("database", f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}, journal {journal}")
    if journal != "wal" or keys != 1:
        yield fail(
            "database", "it has no write-ahead log or no foreign keys", "put it on a local disk, not a network's"
        )
    if (sound := connection.scalar(text("PRAGMA quick_check(1)"))) != "ok":
        yield fail("database", f"the file is damaged: {sound}", "restore the latest backup")


def _revision(connection: Connection) -> Generator[Finding, None, bool]:
    found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory(str(PACKAGE / "migrations")).get_current_head()
    if found == wanted:
        yield ok("tables", f"up to date (revision {found})")
        return True
    if found and wanted and found > wanted:
        mend = "install that version again, or restore a backup from before the update into an empty database"
        yield fail("tables", f"at revision {found}, of a version newer than this one", mend)
        return False
    told = f"at revision {found}, this version needs {wanted}" if found else "the database is empty"
    yield fail("tables", told, "stop the servers and run `arbitration init`")
    return False


def _guards(connection: Connection) -> Iterator[Finding]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    )
    found = set(connection.scalars(text(query)))
    for what, tables in GUARDED.items():
        wanted = {f"{table}_{name}" for table in tables for name in TRIGGERS[connection.dialect.name]}
        if missing := wanted - found:
            told = f"the database would let it be changed: {', '.join(sorted(missing))} missing"
            yield fail(what, told, "find out who removed them, run `arbitration verify`, and restore a backup")
        else:
            yield ok(what, "the database refuses to change or delete its entries")


def _contents(session: Session, now: datetime) -> Iterator[Finding]:
    yield from _agreement(session)
    yield from _clock(session, now)
    demo = installation.is_demo(session)
    if demo:
        yield ok("demo", "filled by `arbitration demo`; `arbitration serve` refuses it")
    counting = database_time.of(session) or now  # servers and schedulers go by it
    yield from delivery.scheduler(session, counting, demo)
    yield from delivery.outbox_of(session, counting)
    yield from delivery.deadlines_of(session, counting)
    yield from marketplace.left_behind(session)


def _agreement(session: Session) -> Iterator[Finding]:
    installed = list(session.scalars(select(PolicyVersion).order_by(PolicyVersion.in_force_from)))
    if not installed:
        yield fail("agreement", "none is installed, so no purchase can come in", "run `arbitration init`")
    for version in installed:
        what = f"agreement “{version.name}”, version {version.version}"
        if hashlib.sha256(version.text.encode()).hexdigest() == version.sha256:
            yield ok(what, f"in force from {version.in_force_from:%Y-%m-%d}, as it was installed")
        else:
            yield fail(what, "its text was changed after it was installed", "restore it from a backup")


def _clock(session: Session, now: datetime) -> Iterator[Finding]:
    last = session.scalar(select(func.max(DocketEntry.at)))
    apart = abs((database_time.of(session) or now) - now)
    if apart > A_LITTLE:
        told = f"the database's machine and this one tell times that are {apart.total_seconds():.0f} seconds apart"
        yield fail("clock", told, "set the clocks of both by a time server")
    if (since := clock_record.doubted_since(session)) is not None:
        told = f"the scheduler does not believe it: it leapt to {since:%Y-%m-%d %H:%M} UTC, or the machine was down"
        yield warn("clock", told, "see that it is right; nothing runs out for an hour, or until it is set back")
    if last is not None and last > now + A_LITTLE:
        told = f"this machine says {now:%Y-%m-%d %H:%M} UTC, but something happened at {last:%Y-%m-%d %H:%M}"
        yield fail("clock", told, "set the machine's clock by a time server")
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")
