"""Writes that are held back for a moment, so that those of many consequences go to the database together.

What a consequence writes takes a dozen statements, and most of its time goes into sending each. While ``held_back``
lasts, rows that are added and changed by ``services/rows.py`` are only noted; all additions to a table become one
statement, all changes to a row one change. Nobody needs to know: whatever else is asked of the same connection (a read,
a savepoint, a flush) is asked after all that was noted has been sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Insert, Table, Update, bindparam, event, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from arbitration.columns import word
from arbitration.models import DeadlineRow, Dispute
from arbitration.services.sending import send

KEY = "held_back"


@dataclass(slots=True)
class _Change:
    table: Table
    place: Mapping[str, Any]
    still: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)


class HeldBack:
    """What is noted and not sent, and what is known of the cases that are worked on, so that it need not be asked.

    ``heads`` are the ends of chains of the docket (length and hash), by chain.
    """

    def __init__(self, connection: Connection) -> None:
        self.heads: dict[UUID, tuple[int, str]] = {}
        self._disputes: dict[UUID, Dispute] = {}
        self._owed: dict[UUID, Sequence[DeadlineRow]] = {}
        self._inserts: dict[tuple[Insert, tuple[str, ...]], list[Mapping[str, Any]]] = {}
        self._changes: dict[tuple[str, tuple[Any, ...]], _Change] = {}
        self._connection = connection
        event.listen(connection, "before_cursor_execute", self._before)

    def insert(self, statement: Insert, told: Sequence[Mapping[str, Any]]) -> None:
        """Note rows to be inserted."""
        for row in told:
            self._inserts.setdefault((statement, tuple(row)), []).append(row)

    def change(
        self, table: Table, place: Mapping[str, Any], still: Mapping[str, str], values: Mapping[str, Any]
    ) -> bool:
        """Note a change of the row at a ``place`` (its key), to be made as long as other columns ``still`` hold what is
        said: False where one that was changed before, and not sent, does not. Of the others ``send`` finds out."""
        key = table.name, tuple(place.values())
        noted = self._changes.get(key) or _Change(table, place, {})
        if any(noted.values.get(name, told) != told for name, told in still.items()):
            return False
        self._changes[key] = noted
        noted.still |= {name: told for name, told in still.items() if name not in noted.values}
        noted.values |= values
        return True

    def send(self) -> None:
        """Write all that was noted. Raises StaleDataError where a row that was to be changed is there no more, or did
        not hold what it should: then nothing of the transaction may stay."""
        inserts, self._inserts = self._inserts, {}
        changes, self._changes = self._changes, {}
        for (statement, _), rows in inserts.items():
            send(self._connection, statement, *rows)
        alike: dict[tuple[Any, ...], list[_Change]] = {}
        for each in changes.values():
            form = each.table.name, tuple(each.still.items()), tuple(sorted(each.values))
            alike.setdefault(form, []).append(each)
        for group in alike.values():
            self._send_changes(group)

    def _send_changes(self, group: Sequence[_Change]) -> None:
        first = group[0]
        statement = change_of(first.table, tuple(first.place), *first.still.items())
        told = [{f"at_{name}": value for name, value in each.place.items()} | each.values for each in group]
        if send(self._connection, statement, *told).rowcount != len(group):
            raise StaleDataError(f"not all rows of {first.table.name} were as they should be")

    def _before(self, *_: Any) -> None:
        if self._inserts or self._changes:
            self.send()

    def knows(self, dispute: Dispute, owed: Sequence[DeadlineRow]) -> None:
        """Note a dispute that is not closed, the only one of its purchase, and all its open deadlines."""
        self._disputes[dispute.purchase_id] = dispute
        self._owed[dispute.id] = owed

    def running(self, purchase_id: UUID) -> Dispute | None:
        """The dispute of a purchase, if it is known here; it may be closed by now."""
        return self._disputes.get(purchase_id)

    def owed(self, dispute_id: UUID) -> Sequence[DeadlineRow] | None:
        """The deadlines of a dispute that may be open, if they are known here."""
        return self._owed.get(dispute_id)

    def forget_owed(self, dispute_id: UUID) -> None:
        """Let the deadlines of a dispute be asked for again: others may be open now."""
        self._owed.pop(dispute_id, None)


@contextmanager
def held_back(session: Session) -> Iterator[HeldBack]:
    """While it lasts, rows that are added and changed are held back; at its end they are sent. Raises as ``send``."""
    held = HeldBack(session.connection())
    session.info[KEY] = held
    try:
        yield held
        session.flush()
        held.send()
    finally:
        del session.info[KEY]


def of(session: Session) -> HeldBack | None:
    """What is held back of a session, if anything may be."""
    return session.info.get(KEY)


@cache
def change_of(table: Table, key: tuple[str, ...], *still: tuple[str, str]) -> Update:
    """The statement that changes the row of a table at a key (``at_`` and the column's name), as long as some columns
    still hold words of ours."""
    held = (table.c[name] == word(told) for name, told in still)
    return update(table).where(*(table.c[name] == bindparam(f"at_{name}") for name in key), *held)
