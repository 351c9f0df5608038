"""`arbitration move`: from SQLite to PostgreSQL, proved by hashes."""

import click
from flask import Flask
from sqlalchemy import insert, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.cli import common, copies
from arbitration.cli.preparing import migrate
from arbitration.config import with_driver
from arbitration.db import reading
from arbitration.models import InstallationValue
from arbitration.services import copying, heartbeat, installation
from arbitration.services.copying import Tally
from arbitration.sqlite import MOVED_AWAY

PATIENCE = 30_000
STOP = """
CREATE TRIGGER {table}_moved_away_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{why}'); END
"""
RUNS = "A scheduler runs, or died within the last minute. Stop it, and the servers."
ROWS = (
    "The database to move to has rows already, which are not those of this one. Name an empty one. (What a move that "
    "was cut off has left there is taken up by running it again, as long as nothing was started meanwhile.)"
)
NEXT = """
Next:
  1. Set database_url = "{to}" in {file} (with its password).
  2. arbitration verify       checks the docket where it is now
  3. Start servers and schedulers again. The old database takes nothing any more; keep it until you are content."""


@click.command("move")
@click.option("--to", required=True, metavar="URL", help="An empty database: postgresql://user:password@host/name")
def command(to: str) -> None:
    """Take all rows from the SQLite database into an empty PostgreSQL database.

    Stop servers and schedulers first. All rows arrive in one transaction, and only if what PostgreSQL gives back has
    the same hashes, table by table; else nothing is kept there. The old database stays as it is, but takes nothing
    more. Files of exhibits stay where they are. Cut off, it can be run again.
    """
    app = common.application()
    settings = app.config["SETTINGS"]
    target = _target(app, to)
    arrived = False
    try:
        with copies.connected(app, begin_mode="IMMEDIATE", patience=PATIENCE) as source:
            _require_alone(source)
            _prepare(target)
            with copies.connected(target) as arriving:
                tallies = _arrive(source, arriving)
                _close(source)
            arrived = True
    except copying.DifferentError as error:
        raise common.UnusableError(f"The rows of {error.table} did not arrive as they were; none was kept.") from None
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        if arrived:
            told = f"All rows have arrived, but this database could not be closed. Run this again first of all: {cause}"
            raise common.UnusableError(told) from None
        raise common.UnusableError(f"Nothing was moved: {cause}") from None
    rows = sum(tally.rows for tally in tallies.values())
    click.echo(f"Moved {rows} rows of {len(tallies)} tables; the hashes of all tables are the same in both databases.")
    click.echo(NEXT.format(to=make_url(to).render_as_string(hide_password=True), file=settings.settings_file))


def _target(app: Flask, to: str) -> Flask:
    settings = app.config["SETTINGS"]
    if settings.database_file is None:
        raise common.UnusableError("This installation is not on SQLite: there is nothing to move.")
    if not with_driver(to).startswith("postgresql+psycopg://"):
        raise common.UnusableError("--to must begin with postgresql://")
    with app.app_context(), reading() as session:
        if heartbeat.any_alive(session, clock.now()):
            raise common.UnusableError(RUNS)
    return copies.on(settings, with_driver(to))


def _require_alone(source: Connection) -> None:
    """See, with the database locked, that it was not moved by somebody else just now, and that no scheduler began."""
    with Session(source) as session:
        if installation.value(session, common.MOVED):
            raise common.UnusableError("This database was moved by another `arbitration move` just now.")
        if heartbeat.any_alive(session, clock.now()):
            raise common.UnusableError(RUNS)


def _prepare(target: Flask) -> None:
    """Make the tables there, unless somebody else's rows are in the way."""
    found, wanted = common.revisions(target)
    if found != wanted:
        with copies.connected(target) as there:
            if not copying.is_empty(there):
                raise common.UnusableError(ROWS)
        migrate(target)


def _arrive(source: Connection, arriving: Connection) -> dict[str, Tally]:
    """Take the rows over, unless a move that was cut off at its very end has done so."""
    if copying.is_empty(arriving):
        return copying.copy(source, arriving, copies.told_of)
    tallies = copying.tallies(source)
    if copying.tallies(arriving) != tallies:
        raise common.UnusableError(ROWS)
    click.echo("All rows are there already: a move was cut off before it could close this database.")
    return tallies


def _close(source: Connection) -> None:
    """Let the old database take nothing more, in no table: a server or a scheduler may have been forgotten."""
    source.execute(insert(InstallationValue).values(name=common.MOVED, value=clock.now().isoformat()))
    for table in copying.tables():
        for act in ("INSERT", "UPDATE", "DELETE"):
            source.execute(text(STOP.format(table=table.name, act=act, why=MOVED_AWAY)))
