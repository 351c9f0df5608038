"""What is wrong with an input, told all at once, each fault at its own path."""

from collections.abc import Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing wrong: the path of the field (``claim.reason``, ``$`` for the whole) and a sentence in English."""

    path: str
    message: str


class BadInputError(ValueError):
    """An input that cannot be taken; ``faults`` has at least one entry."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in self.faults))


def printable(text: str) -> str:
    """The text with everything that could break a line or a terminal written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
