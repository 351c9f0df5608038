"""The header ``Retry-After`` (RFC 9110, 10.2.3): how long whoever answers 429 or 503 wants to be left alone."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

STATUSES = (429, 503)


def pause_in(header: str, now: datetime) -> timedelta | None:
    """How long to wait from ``now`` on, however long that is; None where it says nothing that can be understood."""
    header = header.strip()
    if re.fullmatch("[0-9]+", header):
        return timedelta(seconds=int(header.lstrip("0")[:9] or 0))  # nine digits are thirty years
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - now, timedelta(0))
