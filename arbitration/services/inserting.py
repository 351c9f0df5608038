"""Inserting what may be there already: of two acts that insert the same row at once, neither fails."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from arbitration.db import Model


def insert(session: Session, model: type[Model]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT in the database's own dialect, to which ``on_conflict_do_nothing`` or ``_do_update`` is added."""
    return (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(model)
