"""What a message must be, and until when its author may change it."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.rules.marking import N_

LONGEST_TEXT = 20_000
MESSAGE = "message"
"""The kind of a message that people write to each other; every other kind comes with an act (``domain/events.py``)."""


def text_of(written: str, path: str = "text") -> str:
    """The text as it is kept: line ends as LF, no white space around it, no control characters.

    Raises:
        InvalidError: it is empty or longer than ``LONGEST_TEXT`` characters. The caller still has what was written.
    """
    text = cleaned(written)
    if not is_said(text):
        raise InvalidError(faults=[FieldFault(path, N_("Write something before you send it."))])
    if len(text) > LONGEST_TEXT:
        msgid = N_("This is %(length)d characters long; a message holds %(limit)d. Send it in two parts.")
        raise InvalidError(faults=[FieldFault(path, msgid, {"length": len(text), "limit": LONGEST_TEXT})])
    return text


def cleaned(written: str) -> str:
    """What was written, as any database and reader can hold it: LF, no white space around it, no control characters."""
    text = written.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


FILLERS = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and a sign that nobody sees: the fillers of Hangul and the empty pattern of Braille."""


def is_said(text: str) -> bool:
    """Whether there is anything to be seen in it."""
    return any(unicodedata.category(c)[0] not in "ZC" and c not in FILLERS for c in text)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a message may still be changed."""

    deleted_at: datetime | None
    versions: int
    kind: str = MESSAGE
    hidden_at: datetime | None = None
    cited: bool = False


def require_changeable(message: Standing) -> None:
    """Raises ConflictError for a message that was deleted or hidden, that a ruling cites, or that came with an act."""
    if message.kind != MESSAGE:
        raise ConflictError(N_("This belongs to what was done, so it stays as it is. Write a message to add to it."))
    if message.hidden_at is not None:
        raise ConflictError(N_("The arbiter has hidden this message, so it can't be changed any more."))
    if message.cited:
        raise ConflictError(N_("A ruling rests on this message, so it stays as it is. Write a message to add to it."))
    if message.deleted_at is not None:
        raise ConflictError(N_("This message was deleted, so it can't be changed any more."))


def require_version(message: Standing, seen: int | None) -> None:
    """Raises ConflictError if the author decided about an older text than the one that stands now."""
    if seen is not None and seen != message.versions:
        raise ConflictError(N_("This message was changed in another window. Look at it again, then decide."))


OVER = N_("This case is closed: buyer and seller have their correspondence to themselves again.")
"""To its arbiter, who can still read what there was."""
