"""Writing a row at once, by a statement that is made once.

A flush of the session costs ten times as much as the statement that it sends. What every act writes goes this way; the
session knows the row afterwards as if it had just read it. Where the sweep does many consequences together, statements
wait for those of the others (``held_back``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnDefault, Insert, Table, insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.util import identity_key

from arbitration.db import Model
from arbitration.services import held_back
from arbitration.services.sending import send


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of a table: its columns, what they hold unless told otherwise, its key, and who is behind an id."""

    table: Table
    insert: Insert
    columns: tuple[str, ...]
    defaults: Mapping[str, Any]
    key: tuple[str, ...]
    relations: Mapping[str, tuple[str, ...]]


def add(session: Session, row: Model) -> None:
    """Insert a new row, with the defaults of its table."""
    session.flush()
    shape, said = _shape(type(row)), instance_dict(row)
    for name, usual in shape.defaults.items():
        said.setdefault(name, usual)
    _insert(session, shape.insert, [{name: said[name] for name in shape.columns if name in said}])
    for name in shape.columns:
        said.setdefault(name, None)
    make_transient_to_detached(row)
    session.add(row)


def write(session: Session, model: type[Model], *told: Mapping[str, Any]) -> None:
    """Insert rows that the session need not know: by name what each column holds, all of them the same columns."""
    session.flush()
    _insert(session, _shape(model).insert, told)


def _insert(session: Session, statement: Insert, told: Sequence[Mapping[str, Any]]) -> None:
    connection, held = session.connection(), held_back.of(session)  # asked for first: this sets a pending savepoint
    if held is not None:
        held.insert(statement, told)
    else:
        send(connection, statement, *told)


def change(session: Session, row: Model, **values: Any) -> None:
    """Change columns of a row that the session knows. Raises StaleDataError where it is there no more."""
    if not change_if(session, row, {}, **values):
        raise StaleDataError(f"no such row in {row.__tablename__}")


def change_if(session: Session, row: Model, still: Mapping[str, str], **values: Any) -> bool:
    """Change columns of a row as long as others ``still`` hold what is said; False, and nothing done, where they don't.

    ``still`` are words of ours, such as a stage, and ``values`` plain ones, no expressions.
    """
    session.flush()
    shape = _shape(type(row))
    if not _changed(session, row, shape, still, values):
        return False
    for name, value in values.items():
        set_committed_value(row, name, value)
        for relation in shape.relations.get(name, ()):
            session.expire(row, [relation])
    return True


def _changed(session: Session, row: Model, shape: _Shape, still: Mapping[str, str], values: Mapping[str, Any]) -> bool:
    place = {name: getattr(row, name) for name in shape.key}
    connection, held = session.connection(), held_back.of(session)
    if held is not None:
        return all(getattr(row, name) == told for name, told in still.items()) and held.change(
            shape.table, place, still, values
        )
    statement = held_back.change_of(shape.table, shape.key, *still.items())
    at = {f"at_{name}": value for name, value in place.items()}
    return bool(send(connection, statement, {**at, **values}).rowcount)


def forget(session: Session, model: type[Model], *key: Any) -> None:
    """Let the session read a row anew that was changed behind its back, if it knows it."""
    known = session.identity_map.get(identity_key(model, key))
    if known is not None:
        session.expire(known)


@cache
def _shape(model: type[Model]) -> _Shape:
    mapper, table = model.__mapper__, cast(Table, model.__table__)
    defaults = {column.key: cast(ColumnDefault, column.default).arg for column in table.columns if column.default}
    relations: dict[str, tuple[str, ...]] = {}
    for relation in mapper.relationships:
        for name in (column.key or "" for column in relation.local_columns):
            relations[name] = (*relations.get(name, ()), relation.key)
    key = tuple(column.key for column in table.primary_key)
    return _Shape(table, insert(table), tuple(column.key for column in table.columns), defaults, key, relations)
