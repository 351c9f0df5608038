"""What `backup`, `restore` and `move` share: an application on another database, and connections to both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.engine import Connection

from arbitration.app import create_app
from arbitration.config import SQLITE, Settings
from arbitration.db import db
from arbitration.services.copying import Tally


def on(settings: Settings, database: str | Path) -> Flask:
    """The application of an installation on another database: a SQLite file, or an address."""
    url = f"{SQLITE}{database}" if isinstance(database, Path) else database
    return create_app(replace(settings, database_url=url))


@contextmanager
def connected(app: Flask, **options: Any) -> Iterator[Connection]:
    """A connection of an application with a transaction, which is rolled back if the block raises."""
    with app.app_context():
        try:
            with db.engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        finally:
            db.session.remove()
            db.engine.dispose()


def told_of(name: str, tally: Tally) -> None:
    """A line about a table that has arrived."""
    if tally.rows:
        click.echo(f"  {name}: {tally.rows} ({tally.sha256[:16]})")
