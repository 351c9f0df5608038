"""Identifiers: random enough not to be guessed, ordered in time so that indexes stay compact (RFC 9562, version 7)."""

from uuid import UUID

import uuid_utils
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new identifier for a row."""
    return uuid7()


def new_id_text() -> str:
    """A new identifier as text, for where thousands are made at once."""
    return str(uuid_utils.uuid7())
