"""Sending what writes, for statements that are made once.

To execute a statement SQLAlchemy asks anew which parameters it has, of which types, and in which order: for one row
that takes longer than all the database does. Here it is asked once, and the driver gets text and values at once.
Errors, and whoever listens to the connection, are as usual.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, UpdateBase
from sqlalchemy.sql.compiler import SQLCompiler

Row = Mapping[str, Any]
"""What a statement is given, by the names of its columns or parameters."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement for the driver: its text, the values that it gives itself, and by name, in order, how each value
    becomes one of the driver's (None: it is one)."""

    text: str
    own: Row
    places: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    by_place: bool

    def given(self, row: Row) -> Any:
        """The values of a row, as the driver takes them."""
        told = {**self.own, **row}
        if self.by_place:
            return tuple([told[name] if bound is None else bound(told[name]) for name, bound in self.places])
        return {name: told[name] if bound is None else bound(told[name]) for name, bound in self.places}


def send(connection: Connection, statement: UpdateBase, *rows: Row) -> CursorResult[Any]:
    """Execute a statement for one row, or for several that tell the same columns.

    It has no RETURNING and no lists as parameters; defaults of columns are plain values.
    """
    made = _made(statement, tuple(rows[0]), connection.dialect)
    if len(rows) == 1:
        return connection.exec_driver_sql(made.text, made.given(rows[0]))
    return connection.exec_driver_sql(made.text, [made.given(row) for row in rows])


@lru_cache(1_000)
def _made(statement: UpdateBase, names: tuple[str, ...], dialect: Dialect) -> _Made:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    own = {name: value for name, value in compiled.params.items() if name not in names}
    own |= {column.key: column.default.arg for column in compiled.insert_prefetch}  # type: ignore[union-attr]
    order = compiled.positiontup if compiled.positional else list(compiled.params)
    places = tuple((name, _binding(compiled, name, dialect)) for name in order or ())
    return _Made(compiled.string, own, places, compiled.positional)


def _binding(compiled: SQLCompiler, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    return compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
