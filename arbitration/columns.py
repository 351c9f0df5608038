"""Column types: instants, and ids. On SQLite both are kept as texts, and a page reads hundreds of them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Dialect, TypeDecorator, Uuid, literal_column
from sqlalchemy.orm import InstrumentedAttribute


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses a value without an offset; stores and returns UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What it holds: lists read by it where they go on. The base class knows nothing of it."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """As the two steps of the base class would, in one."""
        return _instant_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class Id(Uuid[UUID]):
    """An id. The same ones are read again and again: of people, shops, and purchases in a list."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        """As the base class, which makes each anew."""
        return _id_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]


def word(told: str) -> ColumnElement[str]:
    """A word of ours (a stage, a state) written out in a statement.

    Only so do partial indexes serve whose condition has it. And where such a condition is compared with a parameter,
    SQLite looks at what is given and plans the statement anew each time, which costs more than running it.
    """
    assert told.replace("_", "").isalpha(), told
    return literal_column(f"'{told}'")


def is_one_of(column: ColumnElement[str] | InstrumentedAttribute[str], told: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column holds one of these words of ours, which are written out.

    As parameters they would be put into the statement anew each time it is asked, which takes longer the longer it is.
    """
    return column.in_([word(each) for each in told])


def _instant_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


@lru_cache(4096)
def _id_of(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
