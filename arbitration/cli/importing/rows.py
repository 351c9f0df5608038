"""What a reader of a file gives: row by row, with where each ends, so that an import can go on from there."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol

from arbitration.domain.refusals import FieldFault
from arbitration.rules.marking import N_

LONGEST_LINE = 1024 * 1024


class UnusableFileError(Exception):
    """The file as a whole can't be read; the text says why and what to do."""


class FileRow(NamedTuple):
    """A row. ``line`` is where it begins, from 1; ``value`` what stands there, whole unless there are ``faults``.

    The value is a ``PurchaseSaid`` where it was plain at once that the row is in order.

    ``offset`` and ``end_line`` are the byte and the line up to which the file has been read with it.
    """

    line: int
    offset: int
    end_line: int
    value: object = None
    faults: Sequence[FieldFault] = ()


class Reader(Protocol):
    """Reads the rows of a file that come after a byte and a line."""

    def rows(self, offset: int, line: int) -> Iterator[FileRow]:
        """The rows after those."""
        ...


class Lines:
    """The lines of a file from a byte on, none longer than ``LONGEST_LINE``: of what is longer, None."""

    def __init__(self, file: BinaryIO, offset: int = 0, line: int = 0) -> None:
        self.file, self.offset, self.line = file, offset, line

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> bytes | None:
        piece = self.file.readline(LONGEST_LINE + 1)
        if not piece:
            raise StopIteration
        self.line += 1
        self.offset += len(piece)
        if len(piece) <= LONGEST_LINE:
            return piece
        while piece and not piece.endswith(b"\n"):
            piece = self.file.readline(LONGEST_LINE)
            self.offset += len(piece)
        return None


TOO_LONG = N_("This line is longer than %(limit)d bytes.")


def too_long() -> FieldFault:
    """The fault of a line that is longer than any purchase."""
    return FieldFault("$", TOO_LONG, {"limit": LONGEST_LINE})
