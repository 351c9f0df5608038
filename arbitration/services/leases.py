"""Leases: whoever takes a row holds it until an instant, so that one that dies holds it no longer than that."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

TOO_FAR = timedelta(minutes=10)
"""Leases last a minute at most. One that ends much later was written while the clock was wrong, and holds nothing."""


def is_free(lease_until: InstrumentedAttribute[datetime | None], real_time: datetime) -> ColumnElement[bool]:
    """Whether nobody holds a row by now: leases count by the machine's clock, whatever moment a sweep is for."""
    return or_(lease_until.is_(None), lease_until <= real_time, lease_until > real_time + TOO_FAR)
