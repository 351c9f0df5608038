"""Telling an operator at the console how somebody sets up an account: the one time that the link is shown."""

from collections.abc import Iterator

from flask import current_app

from arbitration.domain.staff import SET_UP_LASTS
from arbitration.mail.links import to_set_up


def set_up_lines(token: str) -> Iterator[str]:
    """What to print: the link, and how long it works."""
    hours = int(SET_UP_LASTS.total_seconds()) // 3600
    yield f"To be opened once, within {hours} hours, by nobody else; it is not shown again:"
    yield f"  {to_set_up(current_app.config['SETTINGS'].base_url, token)}"
