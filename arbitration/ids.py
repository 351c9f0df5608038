"""Identifiers: random enough not to be guessed, ordered in time so that indexes stay compact (RFC 9562, version 7)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new identifier for a row."""
    return uuid7()
