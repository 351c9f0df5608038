"""Answers a stream line by line, in its order; on all processors where there is much to do."""

import json
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from select import select
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from arbitration.cli.streams import in_utf8
from arbitration.rules.faults import BadInputError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_CHUNK = 1 << 17
_PLENTY = 1 << 15  # so many bytes at once are worth being sent to another process
_MUCH = 1 << 19  # so many in all, and more are to be expected

Answer = Callable[[bytes], bytes]
"""From a line to its answer; raises BadInputError for a line that cannot be read."""


class Batch(NamedTuple):
    """Some lines of the stream, the number of the first, and how many bytes came in with them at once."""

    first: int
    lines: list[bytes]
    size: int


class Answered(NamedTuple):
    """The answers to a batch as they are written, and whether every line could be read."""

    output: bytes
    clean: bool


def answer_lines(source: BinaryIO, target: BinaryIO, answer: Answer, *, much: int = _MUCH, chunk: int = _CHUNK) -> bool:
    """Writes an answer for every line in its place; whether all could be read. Holds a few batches at a time.

    What has come in is answered before there is any waiting for what has not. Other processes help once more than
    ``much`` bytes have come in; at most ``chunk`` bytes are read at once.
    """
    waiting: deque[Future[Answered]] = deque()
    clean, size = True, 0
    with ExitStack() as opened:
        crew = None
        for batch in _batches(source, chunk):
            size += batch.size
            shared = batch.size >= _PLENTY and size > much and processors() > 1
            if shared:
                crew = crew or _crew(answer, opened)
                waiting.append(crew.submit(_answer_in_crew, batch))
            most_waiting = 2 * processors() if shared and _has_more(source) else 0
            while len(waiting) > most_waiting:
                clean &= _write(waiting.popleft().result(), target)
            if not shared:
                clean &= _write(answer_batch(batch, answer), target)
        for answered in waiting:
            clean &= _write(answered.result(), target)
    return clean


def answer_batch(batch: Batch, answer: Answer) -> Answered:
    """The answers to a batch, one line each: what cannot be read is told in its place, blank lines are passed over."""
    answers, clean = [], True
    for number, line in enumerate(batch.lines, batch.first):
        if line[:1] != b"{" and _is_blank(line):
            continue
        try:
            answers.append(answer(line))
        except BadInputError as error:
            answers.append(_refusal(number, error))
            clean = False
    return Answered(b"\n".join([*answers, b""]), clean)


def processors() -> int:
    """How many processors this process may use; one where it cannot share its work out."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "fork") and hasattr(os, "sched_getaffinity") else 1


def _write(answered: Answered, target: BinaryIO) -> bool:
    target.write(answered.output)
    target.flush()
    return answered.clean


def _is_blank(line: bytes) -> bool:
    return not line.decode("utf-8", "replace").strip()


def _refusal(number: int, error: BadInputError) -> bytes:
    refusal = {"line": number, "errors": [{"path": path, "message": message} for path, message in error.faults]}
    return in_utf8(json.dumps(refusal, ensure_ascii=False))


def _batches(source: BinaryIO, most: int) -> Iterator[Batch]:
    """The lines of a stream as they come in; what has come in is never held back for what has not."""
    begun: list[bytes] = []
    number = 1
    while chunk := source.read1(most):  # type: ignore[attr-defined]
        lines, newline, rest = chunk.rpartition(b"\n")
        if newline:
            batch = b"".join([*begun, lines]).split(b"\n")
            yield Batch(number, batch, len(chunk))
            number += len(batch)
            begun = [rest]
        else:
            begun.append(rest)
    last = b"".join(begun)
    if last:
        yield Batch(number, [last], 0)


def _has_more(source: BinaryIO) -> bool:
    """Whether the next reading would not have to wait. What is asked of ``read1`` leaves nothing behind in a buffer."""
    return bool(select([source], [], [], 0)[0])


def _crew(answer: Answer, opened: ExitStack) -> "ProcessPoolExecutor":
    """A process for each processor, until the stack is closed. What is answered by then must have been written."""
    from concurrent.futures import ProcessPoolExecutor  # imported here, as few runs need it and it takes a while
    from multiprocessing import get_context

    crew = ProcessPoolExecutor(processors(), get_context("fork"), _join_crew, (answer,))
    opened.callback(crew.shutdown, wait=True, cancel_futures=True)
    return crew


_crew_answer: list[Answer] = []


def _join_crew(answer: Answer) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _crew_answer[:] = [answer]


def _answer_in_crew(batch: Batch) -> Answered:
    return answer_batch(batch, _crew_answer[0])
