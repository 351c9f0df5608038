"""Lists for operators: a page at a time by where the last one ended, counted no further than it is worth."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from arbitration.domain.actors import Actor
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.services import cursors

PAGE = 25
LARGEST_PAGE = 500
MOST_COUNTED = 1000
T = TypeVar("T")
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, and the cursor that goes on after it."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: ``number``, or more than that."""

    number: int
    more: bool = False

    @classmethod
    def of(cls, found: int, most: int = MOST_COUNTED) -> "Count":
        """What was counted by a query that goes no further than one more than ``most``."""
        return cls(min(found, most), found > most)


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: columns of its first entity that together tell every row from the others."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    newest_first: bool = False

    @property
    def kinds(self) -> list[type]:
        """What the columns hold."""
        return [column.type.python_type for column in self.columns]


def require(actor: Actor, action: str) -> None:
    """Raises ForbiddenError where the actor may not do it."""
    if not may(actor, action):
        raise ForbiddenError


def page(
    session: Session, query: Query, order: Order, cursor: str | None, limit: int = PAGE
) -> tuple[Sequence[Any], str | None]:
    """The rows of a query after the cursor, and the cursor that goes on after them.

    Raises:
        InvalidError: the cursor is none of ours.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    if cursor:
        query = query.where(_after(order, cursors.read(cursor, order.kinds)))
    sorting = [column.desc() if order.newest_first else column for column in order.columns]
    rows = session.execute(query.order_by(*sorting).limit(limit + 1)).all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1][0]
    return rows[:limit], cursors.write(*(getattr(last, column.key) for column in order.columns))


def walk(session: Session, query: Query, order: Order) -> Iterator[Any]:
    """All rows of a query in order, a page in memory at a time; for those who only read."""
    return walk_pages(session, lambda cursor: Page(*page(session, query, order, cursor, LARGEST_PAGE)))


def walk_pages(session: Session, read: Callable[[str], Any]) -> Iterator[Any]:
    """The items of all pages: ``read`` gives the page after a cursor; the first one's cursor is empty."""
    cursor: str | None = ""
    while cursor is not None:
        part = read(cursor)
        yield from part.items
        cursor = part.next
        session.rollback()  # so that a slow reader keeps no snapshot of the database
        session.expunge_all()


def count(session: Session, query: Query, most: int = MOST_COUNTED) -> Count:
    """How many rows a query has, counted no further than ``most``."""
    return Count.of(session.scalar(bounded(query, most)) or 0, most)


def bounded(query: Query, most: int = MOST_COUNTED) -> Query:
    """A query that counts the rows of another up to one more than ``most``."""
    some = query.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).limit(most + 1).subquery()
    return select(func.count()).select_from(some)


def _after(order: Order, parts: list[Any]) -> Any:
    place = tuple_(*(literal(part, column.type) for part, column in zip(parts, order.columns, strict=True)))
    return tuple_(*order.columns) < place if order.newest_first else tuple_(*order.columns) > place
