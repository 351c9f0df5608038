"""Reading and writing thousands of rows at once, as text in the form that the database itself keeps.

What SQLAlchemy does for each value (an object for each id and instant, and back) costs many times what the database
does with it. So ids come as text with hyphens and instants as the docket writes them, and are turned here into what
a column holds. Both ways stay inside the session's own transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

import orjson
from sqlalchemy import ARRAY, ColumnElement, String, Table, Uuid, any_, bindparam, func, select, type_coerce
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from arbitration.db import Model

Column = ColumnElement[Any]
ROOM = ("cache_size=-12000", "wal_autocheckpoint=24000", "journal_size_limit=4000000")


class Forms:
    """How SQLite keeps ids and instants: text, without hyphens, and without letters."""

    @staticmethod
    def id(text: str) -> str:
        """An id as the column holds it."""
        return text.replace("-", "")

    @staticmethod
    def instant(text: str) -> str:
        """An instant as the column holds it."""
        return f"{text[:10]} {text[11:26]}"

    @staticmethod
    def told_id(kept: str) -> str:
        """An id with its hyphens."""
        return f"{kept[:8]}-{kept[8:12]}-{kept[12:16]}-{kept[16:20]}-{kept[20:]}"

    @staticmethod
    def told_instant(kept: str) -> str:
        """An instant as the docket writes it."""
        return f"{kept[:10]}T{kept[11:]}Z"

    @staticmethod
    def many(values: Collection[str]) -> Any:
        """Many values as the one parameter of ``among``: a statement stays the same however many they are."""
        return orjson.dumps(list(values)).decode()

    @staticmethod
    def among(column: Column, name: str) -> ColumnElement[bool]:
        """Whether a column of text holds one of those that the parameter ``name`` tells."""
        return column.in_(select(func.json_each(bindparam(name, type_=String)).table_valued("value").c.value))

    @classmethod
    def among_ids(cls, column: Column, name: str) -> ColumnElement[bool]:
        """``among`` for a column of ids, which are told as columns hold them."""
        return cls.among(type_coerce(column, String), name)

    @staticmethod
    def id_column(column: Column) -> ColumnElement[str]:
        """A column of ids, read as text in this form."""
        return type_coerce(column, String)

    @staticmethod
    def instant_column(column: Column) -> ColumnElement[str]:
        """A column of instants, read as text in this form."""
        return type_coerce(column, String)


class PostgresqlForms(Forms):
    """PostgreSQL has types of its own and reads and writes both as they are told."""

    id = instant = told_id = told_instant = staticmethod(lambda text: text)  # type: ignore[assignment]

    @staticmethod
    def many(values: Collection[str]) -> Any:
        """Many values as the one parameter of ``among``."""
        return list(values)

    @staticmethod
    def among(column: Column, name: str) -> ColumnElement[bool]:
        """Whether a column of text holds one of those that the parameter ``name`` tells."""
        return column == any_(bindparam(name, type_=ARRAY(String)))

    @classmethod
    def among_ids(cls, column: Column, name: str) -> ColumnElement[bool]:
        """``among`` for a column of ids."""
        return column == any_(sql_cast(bindparam(name, type_=ARRAY(String)), ARRAY(Uuid)))

    @staticmethod
    def id_column(column: Column) -> ColumnElement[str]:
        """A column of ids, read as text with hyphens."""
        return sql_cast(column, String)

    @staticmethod
    def instant_column(column: Column) -> ColumnElement[str]:
        """A column of instants, read as the docket writes them."""
        return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')


_SQLITE, _POSTGRESQL = Forms(), PostgresqlForms()


def forms(session: Session) -> Forms:
    """How the session's database keeps ids and instants, the same object each time."""
    return _SQLITE if _dialect(session) == "sqlite" else _POSTGRESQL


def insert_rows(session: Session, model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values as the columns hold them."""
    rows = rows if isinstance(rows, list) else list(rows)
    if not rows:
        return
    table = cast(Table, model.__table__)
    names = ", ".join(table.c[name].name for name in columns)
    connection = session.connection()
    if _dialect(session) == "sqlite":
        places = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)
        return
    driver = cast(Any, connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def make_room(session: Session) -> None:
    """Let SQLite keep in memory what a large batch touches, and copy its log into the database file less often."""
    if _dialect(session) == "sqlite":
        for setting in ROOM:
            session.connection().exec_driver_sql(f"PRAGMA {setting}")


def others_mark(session: Session) -> object | None:
    """What stays the same on SQLite as long as nobody else writes to the database; None on others, which can't tell."""
    if _dialect(session) != "sqlite":
        return None
    connection = session.connection()
    version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
    return connection.connection.driver_connection, version


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
