"""The shop's books: what was sold to whom, which refunds were asked for, and what was really paid out.

A payout is the money itself: once it stands in ``payouts`` the buyer has it. One key is paid out once, since the
database refuses a second row.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, buyer TEXT NOT NULL, good TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    content TEXT NOT NULL, paid_at TEXT NOT NULL, reported TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS refunds (
    key TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'refused')), reason TEXT NOT NULL DEFAULT '',
    pays_at REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS payouts (
    key TEXT PRIMARY KEY REFERENCES refunds (key), order_id TEXT NOT NULL, amount INTEGER NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, method TEXT NOT NULL, key TEXT NOT NULL, fault TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def prepare(database: Path) -> None:
    """Make the tables, if they are not there."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(SCHEMA)


@contextmanager
def transaction(database: Path) -> Iterator[sqlite3.Connection]:
    """One act: all of it or nothing, and one act at a time."""
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def written(amount: int) -> str:
    """An amount in cents as it is written: 12.50."""
    return f"{amount // 100}.{amount % 100:02}"


def cents(text: str) -> int:
    """The cents of an amount such as 12.50; ValueError for anything else."""
    whole, point, part = text.partition(".")
    if not (whole.isdecimal() and point and part.isdecimal() and len(part) == 2 and text.isascii()):
        raise ValueError(text)
    return int(whole) * 100 + int(part)
