"""Taking a file in, batch by batch; each batch notes in its own transaction how far it came."""

import gc
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import NamedTuple

from arbitration import clock
from arbitration.cli.importing.ahead import ReadyBatches
from arbitration.cli.importing.batches import MOST, Batch
from arbitration.cli.importing.rows import Reader
from arbitration.cli.interrupts import put_off
from arbitration.db import UNHURRIED, unit_of_work
from arbitration.domain.actors import Actor, Role
from arbitration.models.imports import NO_FILE
from arbitration.services.bulk import make_room
from arbitration.services.imports import Known, RowResult, known_in_act, runs, take_in

OPERATOR = Actor(role=Role.OPERATOR)
AT_ONCE = 10
LONGEST = 0.7  # seconds for which nobody else can write, about


class Told(NamedTuple):
    """A row of the file and what became of it."""

    line: int
    result: RowResult


class Run:
    """The import of a file. Going through it gives what became of each batch once it is committed.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed, after what became of the batch under way was given, and told by whoever
            goes through it.
    """

    def __init__(self, reader: Reader, source: str | None, name: str, from_start: bool) -> None:
        self.reader = reader
        self.can_go_on = source is not None
        self._known: Known | None = None
        with unit_of_work() as session:
            source, name = source or NO_FILE, name.encode("utf-8", "replace").decode()
            self.stands = runs.begin(session, OPERATOR, source, name, clock.now(), from_start=from_start)
        self.goes_on = self.stands.offset > 0

    def __iter__(self) -> Iterator[list[Told]]:
        with rarely_collected():
            ready, at_once = ReadyBatches(self.reader.rows(self.stands.offset, self.stands.line)), 1
            while (batch := next(ready, None)) is not None:
                with put_off() as interrupted:
                    yield self._take_in(chain([batch], _for_a_while(ready.those_there(at_once - 1))))
                if interrupted:
                    raise KeyboardInterrupt
                at_once = AT_ONCE
        with put_off(), unit_of_work(patience=UNHURRIED) as session:
            runs.finish(session, self.stands, clock.now())

    def _take_in(self, some: Iterable[Batch]) -> list[Told]:
        """Take in some batches in one transaction: committing them apart costs more than all of their rows.

        Nobody else can write meanwhile, so a slow file is not waited for in there.
        """
        told: list[Told] = []
        with unit_of_work(patience=UNHURRIED) as session:
            make_room(session)
            known = self._known = known_in_act(session, self._known)
            for batch in some:
                now = clock.now()
                results = take_in(session, OPERATOR, batch.rows, now, import_id=self.stands.id, most=MOST, known=known)
                told += map(Told, batch.lines, results)
                batch.rows.clear()  # or they would lie in memory beside those of the next
            done = (each.result for each in told)
            stands = runs.advance(session, self.stands, done, batch.offset, batch.end_line)
        self.stands = stands
        return told


def _for_a_while(some: Iterator[Batch]) -> Iterator[Batch]:
    """As many as can be begun in the time that one transaction may take, however fast the machine is."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and (batch := next(some, None)) is not None:
        yield batch


@contextmanager
def rarely_collected() -> Iterator[None]:
    """What an import makes goes away by itself: looking for cycles in it again and again only costs time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
