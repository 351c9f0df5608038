"""Taking all rows from one database to another of whatever kind, and proving by hashes that they are the same there.

The hash of a table is the sum of its rows' SHA-256, so that the order in which a database gives them does not matter.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, inspect, select
from sqlalchemy.engine import Connection

from arbitration.db import db

BATCH = 1_000
_MODULUS = 2**256


class DifferentError(Exception):
    """What arrived is not what was sent; ``table`` says where."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a table has, and the hash of all of them."""

    rows: int
    sha256: str


class _Sum:
    def __init__(self) -> None:
        self.rows = self.total = 0

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            text = json.dumps(row, default=_plain, sort_keys=True, ensure_ascii=False)
            self.total = (self.total + int.from_bytes(hashlib.sha256(text.encode()).digest())) % _MODULUS
            self.rows += 1

    def tally(self) -> Tally:
        return Tally(self.rows, f"{self.total:064x}")


def tables() -> list[Table]:
    """All tables, those that are referred to before those that refer to them."""
    return list(db.metadata.sorted_tables)


def is_empty(connection: Connection) -> bool:
    """Whether no table of ours has a row; those that are not there (yet) have none."""
    there = set(inspect(connection).get_table_names())
    return all(connection.execute(select(table).limit(1)).first() is None for table in tables() if table.name in there)


def tallies(connection: Connection) -> dict[str, Tally]:
    """The tally of each table."""
    found = {}
    for table in tables():
        total = _Sum()
        for rows in _batches(connection, table):
            total.add(rows)
        found[table.name] = total.tally()
    return found


def copy(source: Connection, target: Connection, told: Callable[[str, Tally], object]) -> dict[str, Tally]:
    """Copy all rows into a migrated, empty database; gives the tallies of both, which are the same.

    ``told`` hears of each table that has arrived. The caller's transactions hold it all: a fault leaves nothing.

    Raises:
        DifferentError: the target holds something else than was sent.
    """
    sent = {}
    for table in tables():
        total = _Sum()
        for rows in _batches(source, table):
            total.add(rows)
            target.execute(insert(table), rows)
        sent[table.name] = total.tally()
    for name, tally in tallies(target).items():
        if tally != sent[name]:
            raise DifferentError(name)
        told(name, tally)
    return sent


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*table.primary_key)
    found = connection.execute(query, execution_options={"stream_results": True})
    own = [(key.parent.name, key.column.name) for key in table.foreign_keys if key.column.table is table]
    if own:
        yield from _referred_first([dict(row) for row in found.mappings()], own)
        return
    for rows in found.mappings().partitions(BATCH):
        yield [dict(row) for row in rows]


def _referred_first(rows: list[dict[str, Any]], own: list[tuple[str, str]]) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table that refers to itself, in rounds: those first that refer to nothing still to come."""
    while rows:
        to_come = {(to, row[to]) for row in rows for _, to in own}
        ready = [row for row in rows if not any((to, row[at]) in to_come for at, to in own)]
        if not ready:
            raise ValueError("rows that refer to each other in a circle")
        yield ready
        left = {id(row) for row in ready}
        rows = [row for row in rows if id(row) not in left]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"no way to write down {type(value).__name__}")
