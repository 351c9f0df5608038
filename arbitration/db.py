"""The database: connections, and the one place that commits.

An act runs inside ``unit_of_work()``: leaving it commits, an exception rolls everything back. On SQLite it takes the
write lock at once (``BEGIN IMMEDIATE``), since a transaction that reads first and writes later loses updates there; on
PostgreSQL the acts lock the rows they decide about (``with_for_update``).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import current_app, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, BigInteger, MetaData, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry

from arbitration.columns import Id, UtcDateTime
from arbitration.postgresql import never_wait_longer
from arbitration.sqlite import PATIENCE, OneFile

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    registry = registry(
        metadata=metadata,
        type_annotation_map={datetime: UtcDateTime(), UUID: Id(), dict[str, Any]: JSON(), list[Any]: JSON()},
    )


class OneDatabase(FlaskSession):
    """A session that asks once which database it is for: Flask-SQLAlchemy looks it up with every statement."""

    _found: Engine | Connection | None = None

    def get_bind(self, *asked: Any, **named: Any) -> Engine | Connection:
        """The engine; an installation has one."""
        self._found = self._found or super().get_bind(*asked, **named)
        return self._found


db = SQLAlchemy(model_class=Base, session_options={"class_": OneDatabase, "expire_on_commit": False})
Money = BigInteger()
BRIEFLY, UNHURRIED = 250, 30_000
"""Milliseconds to wait for a busy database: for what may as well stay unwritten, such as that somebody looked at a
page, and for work that nobody sits waiting for."""


if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


@contextmanager
def unit_of_work(patience: int = PATIENCE) -> Iterator[Session]:
    """One act, one transaction: commits when the block is left, rolls back when it raises.

    What was read before is let go first, so that the act decides on what is true now. ``patience`` says how many
    milliseconds it may wait for SQLite's write lock; PostgreSQL's locks of rows are waited for as long as it takes, but
    no longer than ``BRIEFLY`` where that is what it says, nor than ``PATIENCE`` each in servers (``answer_many``).
    """
    session: Session = db.session()
    if session.info.get("in_unit_of_work"):
        raise RuntimeError("an act inside an act: each has a transaction of its own")
    session.rollback()
    session.expire_all()
    session.info["in_unit_of_work"] = True
    session.info["seal_key"] = current_app.config["SECRET_KEY"]
    session.info["refund_terms"] = current_app.config["REFUND_TERMS"]
    try:
        begun = session.connection(execution_options={"begin_mode": "IMMEDIATE", "patience": patience})
        if patience < PATIENCE and begun.dialect.name != "sqlite":
            begun.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_unit_of_work"] = False


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads, in a snapshot; nothing done with it is kept.

    The snapshot ends with the block, or with the request where that only reads: its blocks share one, unless an act
    comes between them.
    """
    session: Session = db.session()
    session.info["seal_key"] = current_app.config["SECRET_KEY"]
    session.info["refund_terms"] = current_app.config["REFUND_TERMS"]
    try:
        yield session
    finally:
        session.info.pop("gathered", None)
        if not session.info.get("in_unit_of_work") and not _only_reads():
            session.rollback()


def _only_reads() -> bool:
    """Whether this is a request that asks for something, after which the session is given back by Flask-SQLAlchemy."""
    return has_request_context() and request.method in ("GET", "HEAD")


MERGED_SELDOM = "wal_autocheckpoint=4000"
"""SQLite takes its log over into the file each 16 MB of it, not each 4 MB: an act writes the same few pages as the ones
before, and waits a tenth less."""


def engine_options(url: str) -> dict[str, Any]:
    """How to connect: SQLite waits for a lock up to five seconds and leaves the beginning of transactions to us.

    Of SQLite's connections the one that was given back last is used next: it still holds what was read and written a
    moment ago, while the others have to read anew what it wrote. Faults name statements without their values, which
    are people's words and addresses.
    """
    if url.startswith("sqlite"):
        waiting = {"timeout": PATIENCE / 1_000, "isolation_level": None}
        return {"hide_parameters": True, "pool_use_lifo": True, "connect_args": waiting}
    return {"hide_parameters": True, "pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}


def named_fault(error: BaseException) -> str:
    """A fault's name, of a database's the cause too; never its sentence, which can hold what people wrote."""
    cause = getattr(error, "orig", None)
    told = getattr(cause, "sqlite_errorname", None) or type(cause).__name__
    return type(error).__name__ + (f" ({told})" if cause is not None and told != type(error).__name__ else "")


def tell_postgresql() -> None:
    """Give PostgreSQL the conditions of indexes too, which the tables state for SQLite (``sqlite_where``) alone.

    Only migrations ask for them, and stating them loads all that SQLAlchemy knows of PostgreSQL.
    """
    for table in db.metadata.tables.values():
        for index in table.indexes:
            index.dialect_kwargs["postgresql_where"] = index.dialect_options["sqlite"]["where"]


@cache
def newest_revision() -> str:
    """The revision that this version needs, told without loading what carries migrations out."""
    return max(path.name[:4] for path in Path(__file__).with_name("migrations").glob("versions/[0-9]*.py"))


def answer_many(engine: Engine) -> None:
    """Make the connections from now on fit for processes that answer many small questions, on a few threads.

    On PostgreSQL none waits longer than ``PATIENCE`` for a lock: somebody else's open transaction would hold one thread
    after the other, until nobody could read any more.
    """
    keep_to_one_file(engine)
    event.listen(engine, "connect", _for_many)


def _for_many(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        never_wait_longer(connection, PATIENCE)


def keep_to_one_file(engine: Engine) -> None:
    """Let a process that lives long find out when SQLite's file is moved away or replaced, as a restore does.

    It would go on with the one that it has open: what people are told is stored there would be lost, and what falls due
    would be done in both.
    """
    engine.dispose()
    if engine.dialect.name == "sqlite" and engine.url.database:
        file = OneFile(engine.url.database)
        event.listen(engine, "do_connect", file.connect)
        event.listen(engine, "connect", file.connected)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "trusted_schema=OFF", MERGED_SELDOM):
        connection.execute(f"PRAGMA {pragma}")
