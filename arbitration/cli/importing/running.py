"""Taking a file in, batch by batch; each batch notes in its own transaction how far it came."""

from collections.abc import Iterator
from typing import NamedTuple

from arbitration import clock
from arbitration.cli.importing.ahead import ready_batches
from arbitration.cli.importing.batches import MOST, Batch
from arbitration.cli.importing.rows import Reader
from arbitration.db import unit_of_work
from arbitration.domain.actors import Actor, Role
from arbitration.services.bulk import make_room
from arbitration.services.imports import RowResult, runs, take_in

OPERATOR = Actor(role=Role.OPERATOR)


class Told(NamedTuple):
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
        for batch in ready_batches(self.reader.rows(self.stands.offset, self.stands.line)):
            yield self._take_in(batch)
        with unit_of_work() as session:
            runs.finish(session, self.stands, clock.now())

    def _take_in(self, batch: Batch) -> list[Told]:
        with unit_of_work() as session:
            make_room(session)
            results = take_in(session, OPERATOR, batch.rows, clock.now(), import_id=self.stands.id, most=MOST)
            self.stands = runs.advance(session, self.stands, results, batch.offset, batch.end_line)
        return list(map(Told, batch.lines, results))
