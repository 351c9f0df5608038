"""Reading ahead: while one batch is written to the database, another process makes the next one ready."""

import gc
import multiprocessing
import os
import pickle
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from arbitration.cli.importing.batches import FIRST, Batch, batches, next_batch
from arbitration.cli.importing.rows import FileRow
from arbitration.cli.importing.wire import Sender, unpack

BATCH, FAULT, END = b"b", b"f", b"e"


def ready_batches(rows: Iterator[FileRow]) -> Iterator[Batch]:
    """The rows of a file by batches.

    A file of more than one batch is read by a process of its own, where there is a processor for it.
    """
    first = next_batch(rows, FIRST)
    if first is None:
        return
    rest = batches(rows) if len(first.rows) < FIRST or not _has_room() else _from_another_process(rows)
    yield first
    yield from rest


def _has_room() -> bool:
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors > 1 and "fork" in multiprocessing.get_all_start_methods()


def _from_another_process(rows: Iterator[FileRow]) -> Iterator[Batch]:
    """Starts the process at once, so that it is at work before the first batch is asked for."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    gc.freeze()
    process = context.Process(target=_send, args=(receiving, sending, rows), daemon=True)
    process.start()
    sending.close()
    return _receive(receiving, process)


def _receive(receiving: Connection, process: Any) -> Iterator[Batch]:
    try:
        while (message := receiving.recv_bytes())[:1] == BATCH:
            yield unpack(message[1:])
        if message[:1] == FAULT:
            raise pickle.loads(message[1:])
    except EOFError:
        raise RuntimeError("the process that reads the file was ended from outside") from None
    finally:
        receiving.close()
        process.terminate()
        process.join()


def _send(receiving: Connection, sending: Connection, rows: Iterator[FileRow]) -> None:
    """In the other process: it ends with the file, or when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    receiving.close()
    sender = Sender()
    try:
        for batch in batches(rows):
            sending.send_bytes(BATCH + sender.pack(batch))
        sending.send_bytes(END)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        sending.send_bytes(FAULT + pickle.dumps(error))
