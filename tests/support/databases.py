"""Databases for tests: migrated once, then copied for each test."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy.orm import Session

from arbitration.app import create_app
from arbitration.config import Settings
from arbitration.db import db, unit_of_work
from arbitration.services import policies

SECRET = "for-tests-only-" + "0123456789abcdefghijklmnopqrstuvwxyz"

PREPARED = datetime(2025, 1, 1, tzinfo=UTC)
"""When templates are made: long ago, whatever the clock of the first test that needs one shows."""


def settings_for(instance: Path, database_url: str, **changes: object) -> Settings:
    """The settings of an installation for a test."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance.chmod(0o700)
    stated = {"base_url": "http://localhost", "secret_key": SECRET} | changes
    return Settings(instance=instance, database_url=database_url, **stated)


def prepare(instance: Path, database_url: str) -> None:
    """Migrate an empty database and install the agreement."""
    app = create_app(settings_for(instance, database_url))
    with app.app_context():
        flask_migrate.upgrade()
        with unit_of_work() as session:
            policies.install_builtin(session, PREPARED)
        db.engine.dispose()


@contextmanager
def unit_of(app: Flask) -> Iterator[Session]:
    """One act on an application's database: committed when the block ends."""
    with app.app_context(), unit_of_work() as session:
        yield session


class SqliteTemplate:
    """A migrated SQLite file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / "template.sqlite3"
        mask = os.umask(0o077)
        try:
            prepare(folder / "instance", f"sqlite:///{self.path}")
        finally:
            os.umask(mask)
        with sqlite3.connect(self.path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """The address of a database of the test's own."""
        path = folder / "arbitration.sqlite3"
        shutil.copy(self.path, path)
        path.chmod(0o600)
        yield f"sqlite:///{path}"


class PostgresqlTemplate:
    """A migrated PostgreSQL database, copied for each test."""

    def __init__(self, maintenance_url: str, folder: Path) -> None:
        self.maintenance_url = maintenance_url
        self.maintenance = psycopg.connect(maintenance_url.replace("+psycopg", ""), autocommit=True)
        self.name = f"template_{uuid4().hex}"
        self.execute("CREATE DATABASE {}", self.name)
        prepare(folder / "instance", self.url(self.name))

    def url(self, name: str) -> str:
        """The address of a database of this server."""
        return self.maintenance_url.replace("/postgres?", f"/{name}?")

    @contextmanager
    def fresh(self, _folder: Path) -> Iterator[str]:
        """The address of a database of the test's own; dropped afterwards."""
        name = f"test_{uuid4().hex}"
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, self.name)
        try:
            yield self.url(name)
        finally:
            self.execute("DROP DATABASE {} WITH (FORCE)", name)

    def execute(self, statement: str, *names: str) -> None:
        self.maintenance.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
