"""Inserting what may be there already: of two acts that insert the same row at once, neither fails."""

from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from arbitration.db import Model

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert(session: Session, model: type[Model]) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT in the database's own dialect, to which ``on_conflict_do_nothing`` or ``_do_update`` is added."""
    return insert_for(dialect_of(session), model)


def dialect_of(session: Session) -> str:
    """The name of the session's kind of database."""
    return session.get_bind().dialect.name


def insert_for(dialect: str, model: type[Model]) -> "sqlite.Insert | postgresql.Insert":
    """``insert`` for a kind of database by its name: for statements that are made once."""
    if dialect == "sqlite":
        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(model)
