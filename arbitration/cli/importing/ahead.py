"""Reading ahead: while one batch is written to the database, another process makes the next one ready."""

import gc
import multiprocessing
import os
import pickle
import signal
from collections.abc import Generator, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from arbitration.cli.importing.batches import FIRST, Batch, batches, next_batch
from arbitration.cli.importing.rows import FileRow, UnusableFileError
from arbitration.cli.importing.wire import Receiver, Sender
from arbitration.cli.interrupts import put_off

BATCH, FAULT, END = b"b", b"f", b"e"
PIPE = 1024 * 1024  # bytes of a batch that wait on the way while the next one is read, where the system allows it
SOON = 0.02  # seconds


class ReadyBatches:
    """The rows of a file by batches.

    A file of more than one batch is read by a process of its own, where there is a processor for it.
    """

    def __init__(self, rows: Iterator[FileRow]) -> None:
        self._receiving: Connection | None = None
        self._batches = self._begin(rows)

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        return next(self._batches)

    def close(self) -> None:
        """Read no further: the process that reads ends."""
        self._batches.close()

    def those_there(self, most: int) -> Iterator[Batch]:
        """Up to so many more, as long as there is one that need not be waited for."""
        while most and self._receiving is not None and not self._receiving.closed and self._receiving.poll(SOON):
            batch = next(self._batches, None)
            if batch is None:
                return
            yield batch
            most -= 1

    def _begin(self, rows: Iterator[FileRow]) -> Generator[Batch, None, None]:
        first = next_batch(rows, FIRST)
        if first is None:
            return
        rest = batches(rows)
        if len(first.rows) == FIRST and _has_room():
            self._receiving, process = _another_process(rows)
            rest = _receive(self._receiving, process)
        yield first
        yield from rest


def _has_room() -> bool:
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors > 1 and "fork" in multiprocessing.get_all_start_methods()


def _another_process(rows: Iterator[FileRow]) -> tuple[Connection, Any]:
    """A process that reads on at once, so that it is at work before the first batch is asked for."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    _widen(sending)
    gc.freeze()
    process = context.Process(target=_send, args=(receiving, sending, rows), daemon=True)
    with put_off() as interrupted:  # there too, until that process ignores it
        process.start()
    sending.close()
    if interrupted:
        process.terminate()
        raise KeyboardInterrupt
    return receiving, process


def _widen(pipe: Connection) -> None:
    """Let most of a batch lie in a pipe, and wake nobody for every 64 KB, the usual size."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE)


def _receive(receiving: Connection, process: Any) -> Iterator[Batch]:
    receiver = Receiver()
    try:
        while (kind := _next_message(receiving)) == BATCH:
            yield receiver.unpack(_next_message(receiving))
        if kind == FAULT:
            raise pickle.loads(_next_message(receiving))
    finally:
        receiving.close()
        process.terminate()
        process.join()


def _next_message(receiving: Connection) -> bytes:
    """What the other process says next. One that is killed leaves silence behind, or half a message."""
    try:
        return receiving.recv_bytes()
    except (EOFError, OSError):
        raise UnusableFileError("The process that reads it was ended from outside. Import it again.") from None


def _send(receiving: Connection, sending: Connection, rows: Iterator[FileRow]) -> None:
    """In the other process: it ends with the file, or when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    receiving.close()
    sender = Sender()
    try:
        for batch in batches(rows):
            packed = sender.pack(batch)
            batch.rows.clear()  # or they would lie in memory beside those of the next
            _tell(sending, BATCH, packed)
            del packed
    except Exception as error:
        _tell(sending, FAULT, pickle.dumps(error))
    else:
        _tell(sending, END)


def _tell(sending: Connection, *messages: bytes) -> None:
    try:
        for message in messages:
            sending.send_bytes(message)
    except OSError:
        os._exit(0)
