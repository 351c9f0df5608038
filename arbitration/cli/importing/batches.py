"""Making the rows of a file ready by batches: read and checked, before the database is asked to wait for them."""

from collections.abc import Iterator
from typing import NamedTuple

from arbitration.cli.importing.rows import FileRow
from arbitration.domain.purchases import PurchaseSaid
from arbitration.services.imports import RowResult, name_of, read_row

FIRST = 500
MOST = 800
MOST_BYTES = 2 * 1024 * 1024


class Batch(NamedTuple):
    """Rows of a file, each a value or its refusal, and the lines where they begin.

    ``offset`` and ``end_line`` are the byte and the line up to which the file has been read with them.
    """

    lines: list[int]
    rows: list[PurchaseSaid | RowResult]
    offset: int
    end_line: int


def next_batch(rows: Iterator[FileRow], most: int) -> Batch | None:
    """The next rows of a file, up to ``most`` and up to ``MOST_BYTES`` of the file; None at its end."""
    batch, start = Batch([], [], 0, 0), None
    for row in rows:
        batch.lines.append(row.line)
        batch.rows.append(_read(row))
        start = row.offset if start is None else start
        if len(batch.rows) >= most or row.offset - start >= MOST_BYTES:
            break
    return batch._replace(offset=row.offset, end_line=row.end_line) if batch.rows else None


def batches(rows: Iterator[FileRow]) -> Iterator[Batch]:
    """The rows of a file by batches: a small one first, so that something shows soon, then larger ones."""
    most = FIRST
    while (batch := next_batch(rows, most)) is not None:
        yield batch
        most = min(2 * most, MOST)


def _read(row: FileRow) -> PurchaseSaid | RowResult:
    if type(row.value) is PurchaseSaid:
        return row.value
    return RowResult(name_of(row.value), "refused", errors=row.faults) if row.faults else read_row(row.value)
