"""`arbitration move`: from SQLite to PostgreSQL, proved by hashes."""

import click
from flask import Flask
from sqlalchemy import insert, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from arbitration import clock
from arbitration.cli import common, copies
from arbitration.cli.preparing import migrate
from arbitration.config import with_driver
from arbitration.db import reading
from arbitration.models import InstallationValue
from arbitration.services import copying, heartbeat

PATIENCE = 30_000
STOP = """
CREATE TRIGGER moved_away BEFORE INSERT ON docket_entries
BEGIN SELECT RAISE(ABORT, 'this database was moved to another one'); END
"""
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
    more. Files of exhibits stay where they are.
    """
    app = common.application()
    settings = app.config["SETTINGS"]
    target = _target(app, to)
    try:
        migrate(target)
        with copies.connected(app, begin_mode="IMMEDIATE", patience=PATIENCE) as source:
            with copies.connected(target) as arriving:
                if not copying.is_empty(arriving):
                    raise common.UnusableError("The database to move to has rows already. Name an empty one.")
                tallies = copying.copy(source, arriving, copies.told_of)
            _close(source)
    except copying.DifferentError as error:
        raise common.UnusableError(f"The rows of {error.table} did not arrive as they were; none was kept.") from None
    except SQLAlchemyError as error:
        raise common.UnusableError(f"Nothing was moved: {getattr(error, 'orig', None) or error}") from None
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
            raise common.UnusableError("A scheduler runs, or died within the last minute. Stop it, and the servers.")
    return copies.on(settings, with_driver(to))


def _close(source: Connection) -> None:
    """Let the old database take nothing more: every act appends to the docket."""
    source.execute(insert(InstallationValue).values(name=common.MOVED, value=clock.now().isoformat()))
    source.execute(text(STOP))
