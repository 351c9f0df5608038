"""Reading tables of any size in the order of a key, a page at a time."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE = 1000


def paged(
    session: Session, query: Select[*tuple[Any, ...]], keys: Sequence[InstrumentedAttribute[Any]], size: int = PAGE
) -> Iterator[Row[Any]]:
    """The rows of a query in the order of ``keys``, which it selects first and which no two rows share."""
    query = query.order_by(*keys).limit(size)
    rows = session.execute(query).all()
    while rows:
        yield from rows
        if len(rows) < size:
            return
        last = tuple(rows[-1][: len(keys)])
        rows = session.execute(query.where(tuple_(*keys) > last)).all()


class Grouped:
    """A stream of rows whose first column is an id, taken id by id in their order."""

    def __init__(self, rows: Iterator[Row[Any]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    @property
    def id(self) -> UUID | None:
        """The id that comes next; None at the end."""
        return None if self._next is None else self._next[0]

    def take(self, id_: UUID) -> Iterator[Row[Any]]:
        """The rows of an id, if it is the one that comes next."""
        while self._next is not None and self._next[0] == id_:
            row = self._next
            self._next = next(self._rows, None)
            yield row
