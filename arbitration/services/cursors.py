"""Where a list goes on: what tells its last row from the others, as text that means nothing to whoever carries it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.marking import N_

Part = UUID | int | datetime | str
LARGEST = 2**63 - 1
LONGEST_TEXT = 300


def write(*parts: Part) -> str:
    """The cursor that goes on after the row with these ids, numbers, instants and texts."""
    told = [part.astimezone(UTC).isoformat() if isinstance(part, datetime) else str(part) for part in parts]
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def read(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The parts that a cursor was written from, of these kinds.

    Raises:
        InvalidError: the text is no such cursor.
    """
    try:
        told = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if not isinstance(told, list) or len(told) != len(kinds) or not all(isinstance(part, str) for part in told):
            raise ValueError
        return [_READERS[kind](part) for kind, part in zip(kinds, told, strict=True)]
    except (ValueError, OverflowError, RecursionError) as error:
        msgid = N_("This list can't go on from here. Begin again at its first page.")
        raise InvalidError(faults=[FieldFault("cursor", msgid)]) from error


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError
    return number


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _text(text: str) -> str:
    if "\0" in text or len(text) > LONGEST_TEXT:
        raise ValueError
    text.encode()  # half a surrogate pair is a ValueError: no database takes it
    return text


_READERS: dict[type, Callable[[str], Part]] = {UUID: UUID, int: _number, datetime: _instant, str: _text}
