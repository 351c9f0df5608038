"""SQLite, as this system begins transactions on it.

SQLAlchemy leaves the beginning to Python's driver, which begins too late and never for reading. Here each transaction
begins with a ``BEGIN`` of ours, in the mode and with the patience that the connection's options tell. That is a dialect
rather than an event of the engine's, since an event of any kind costs each statement some time.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect

from arbitration.meanwhile import must_give_way, others_may_go_on

PATIENCE = 5_000
MOVED_AWAY = "this database was moved to another one"
"""What the triggers of a database say that `arbitration move` has closed."""
OFTEN = 0.004  # seconds between two tries of an act for the write lock
IN_VAIN, LITTLE_HOPE = 30.0, 500
"""For so many seconds after an act has waited its whole time in vain, others wait so many milliseconds: each holds a
thread of a server meanwhile, and those who only read would find none. Where somebody finds none, it waits no longer."""
_BEGINS, _FILE = "begins", "file"


class FileReplacedError(sqlite3.OperationalError):
    """The database's file was moved away, and perhaps another put in its place: what is done there nobody would see."""


class OneFile:
    """The file, which is there, that a process begins with. Listen with it where an engine connects: its transactions
    begin in that file or not at all, and none is made where there is none."""

    def __init__(self, path: str) -> None:
        self._path = os.path.abspath(path)
        self._began_with = _identity(self._path)

    def connect(
        self, dialect: Dialect, _record: Any, arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> DBAPIConnection | None:
        """A connection to the same file, which is never made: between the look and the opening it can be moved away."""
        if arguments[0] != self._path:
            return None
        self.require()
        try:
            return dialect.connect(f"{Path(self._path).as_uri()}?mode=rw", *arguments[1:], **named, uri=True)
        except sqlite3.OperationalError:
            self.require()
            raise

    def connected(self, _connection: sqlite3.Connection, record: Any) -> None:
        """Have each transaction of a connection look where its file is."""
        record.info[_FILE] = self

    def require(self) -> None:
        """Raise FileReplacedError where the file is not in its place any more."""
        if _identity(self._path) != self._began_with:
            raise FileReplacedError(f"{self._path} is not the file that this process began with: start it again")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


class _Compiler(SQLiteCompiler):
    """Writes hints of statements (``with_hint(table, "INDEXED BY …", "sqlite")``) behind the table."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:  # noqa: ARG002
        return text


class ArbitrationSQLite(SQLiteDialect_pysqlite):
    """SQLite by Python's own driver.

    Options of a connection: ``begin_mode`` (``IMMEDIATE`` takes the write lock at once; left away: ``DEFERRED``) and
    ``patience``, in milliseconds to wait for it. They hold for the next transaction.
    """

    supports_statement_cache = True
    statement_compiler = _Compiler
    _in_vain_until = 0.0

    def set_connection_execution_options(self, connection: Connection, opts: Mapping[str, Any]) -> None:
        """Note how the next transaction begins."""
        super().set_connection_execution_options(connection, opts)
        if "begin_mode" in opts or "patience" in opts:
            connection.connection.info[_BEGINS] = opts.get("begin_mode", "DEFERRED"), opts.get("patience", PATIENCE)

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction. Raises what the driver raises if the lock is not to be had in time.

        Raises FileReplacedError where the process keeps to ``OneFile``, and that is gone.
        """
        info, cursor = dbapi_connection.info, dbapi_connection.cursor()
        if _FILE in info:
            info[_FILE].require()
        mode, patience = info.pop(_BEGINS, ("DEFERRED", PATIENCE))
        if info.get("patience", PATIENCE) != patience:
            cursor.execute(f"PRAGMA busy_timeout={patience}")
            info["patience"] = patience
        if mode == "IMMEDIATE" and patience <= PATIENCE:
            self._begin_act(cursor, patience)
        else:
            cursor.execute(f"BEGIN {mode}")

    def _begin_act(self, cursor: Any, patience: int) -> None:
        """Begin an act for which somebody waits, unless nobody gets the lock in these moments."""
        begun = monotonic()
        wait = min(patience, LITTLE_HOPE) if begun < self._in_vain_until else patience
        try:
            self._begin_soon(cursor, patience, begun + wait / 1_000)
        except sqlite3.OperationalError as error:
            if patience == PATIENCE and _is_busy(error) and monotonic() - begun >= wait / 1_000:
                self._in_vain_until = monotonic() + IN_VAIN
            raise
        self._in_vain_until = 0.0

    def _begin_soon(self, cursor: Any, patience: int, end: float) -> None:
        """Begin an act, trying often until a moment; the connection's own patience comes back afterwards.

        SQLite itself would soon try ten times a second only, and seldom in one of the moments that a sweep or an import
        leaves between its transactions.
        """
        patient_until = monotonic() + LITTLE_HOPE / 1_000
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    cursor.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    now = monotonic()
                    if not _is_busy(error) or now >= end or (now >= patient_until and must_give_way()):
                        raise
                others_may_go_on()
                sleep(OFTEN)
        finally:
            cursor.execute(f"PRAGMA busy_timeout={patience}")


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


registry.register("sqlite", __name__, ArbitrationSQLite.__name__)
