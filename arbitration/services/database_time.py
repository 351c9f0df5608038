"""The clock of the database's machine, where it has one of its own."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


def of(session: Session) -> datetime | None:
    """What PostgreSQL's clock shows; None for SQLite, which asks this machine's."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    shown: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return shown
