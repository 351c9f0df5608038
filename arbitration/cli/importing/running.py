"""Taking a file in, batch by batch; each batch notes in its own transaction how far it came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from arbitration import clock
from arbitration.cli.importing.rows import FileRow, Reader
from arbitration.db import unit_of_work
from arbitration.domain.actors import Actor, Role
from arbitration.services.imports import RowResult, name_of, read_row, runs, take_in

BATCH = 500
OPERATOR = Actor(role=Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the file and what became of it."""

    line: int
    result: RowResult


class Run:
    """The import of a file. Going through it gives what became of each batch once it is committed."""

    def __init__(self, reader: Reader, source: str | None, name: str, from_start: bool) -> None:
        self.reader = reader
        self.can_go_on = source is not None
        with unit_of_work() as session:
            source, name = source or runs.NO_FILE, name.encode("utf-8", "replace").decode()
            self.stands = runs.begin(session, OPERATOR, source, name, clock.now(), from_start=from_start)
        self.goes_on = self.stands.offset > 0

    def __iter__(self) -> Iterator[list[Told]]:
        rows = self.reader.rows(self.stands.offset, self.stands.line)
        while batch := list(islice(rows, BATCH)):
            yield self._take_in(batch)
        with unit_of_work() as session:
            runs.finish(session, self.stands, clock.now())

    def _take_in(self, batch: Sequence[FileRow]) -> list[Told]:
        rows = [_read(row) for row in batch]
        with unit_of_work() as session:
            results = take_in(session, OPERATOR, rows, clock.now(), import_id=self.stands.id)
            self.stands = runs.advance(session, self.stands, results, batch[-1].offset, batch[-1].end_line)
        return [Told(row.line, result) for row, result in zip(batch, results, strict=True)]


def _read(row: FileRow) -> object:
    """A row made ready before the database is asked to wait for it."""
    return RowResult(name_of(row.value), "refused", errors=row.faults) if row.faults else read_row(row.value)
