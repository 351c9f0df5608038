"""Answers a stream of cases, one a line, in their order; on all processors where there is much to do."""

import codecs
import json
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from arbitration.rules.engine import decide
from arbitration.rules.faults import BadInputError
from arbitration.rules.policy import Policy
from arbitration.rules.reading import read_case_json
from arbitration.rules.writing import write_answer

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_CHUNK = 1 << 17
_PLENTY = 1 << 15  # so many bytes at once are worth being sent to another process
_MUCH = 1 << 19  # so many in all, and more are to be expected
_ESCAPES = "arbitration.json_escapes"


class Batch(NamedTuple):
    """Some lines of the stream, the number of the first, and how many bytes came in with them at once."""

    first: int
    lines: list[bytes]
    size: int


class Answered(NamedTuple):
    """The answers to a batch as they are written, and whether every line could be read."""

    output: bytes
    clean: bool


def answer_lines(source: BinaryIO, target: BinaryIO, policy: Policy) -> bool:
    """Writes an answer for every line in its place; whether all could be read. Holds a few batches at a time."""
    waiting: deque[Future[Answered]] = deque()
    clean, size = True, 0
    with ExitStack() as opened:
        crew = None
        for batch in _batches(source):
            size += batch.size
            shared = batch.size >= _PLENTY and size > _MUCH and processors() > 1
            if shared:
                crew = crew or _crew(policy, opened)
                waiting.append(crew.submit(_answer_in_crew, batch))
            while len(waiting) > (2 * processors() if shared else 0):
                clean &= _write(waiting.popleft().result(), target)
            if not shared:
                clean &= _write(answer_batch(batch, policy), target)
        for answered in waiting:
            clean &= _write(answered.result(), target)
    return clean


def answer_batch(batch: Batch, policy: Policy) -> Answered:
    """The answers to a batch, one line each: what cannot be read is told in its place, blank lines are passed over."""
    answers, clean = [], True
    for number, line in enumerate(batch.lines, batch.first):
        if _is_blank(line):
            continue
        try:
            answers.append(write_answer(decide(read_case_json(line, policy), policy)))
        except BadInputError as error:
            answers.append(_refusal(number, error))
            clean = False
    return Answered(in_utf8("\n".join(answers)) if answers else b"", clean)


def in_utf8(answers: str) -> bytes:
    """Answers as lines of UTF-8; half a surrogate pair out of somebody's text stays the escape it came as."""
    return f"{answers}\n".encode("utf-8", _ESCAPES)


def processors() -> int:
    """How many processors this process may use; one where it cannot share its work out."""
    if "fork" not in multiprocessing.get_all_start_methods() or not hasattr(os, "sched_getaffinity"):
        return 1
    return len(os.sched_getaffinity(0))


def _write(answered: Answered, target: BinaryIO) -> bool:
    target.write(answered.output)
    target.flush()
    return answered.clean


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(f"\\u{ord(c):04x}" for c in error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPES, _escape)


def _is_blank(line: bytes) -> bool:
    return not line or (line[:1] != b"{" and not line.decode("utf-8", "replace").strip())


def _refusal(number: int, error: BadInputError) -> str:
    refusal = {"line": number, "errors": [{"path": path, "message": message} for path, message in error.faults]}
    return json.dumps(refusal, ensure_ascii=False)


def _batches(source: BinaryIO) -> Iterator[Batch]:
    """The lines of a stream as they come in; what has come in is never held back for what has not."""
    begun: list[bytes] = []
    number = 1
    while chunk := source.read1(_CHUNK):  # type: ignore[attr-defined]
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


def _crew(policy: Policy, opened: ExitStack) -> "ProcessPoolExecutor":
    """A process for each processor, until the stack is closed. What is answered by then must have been written."""
    from concurrent.futures import ProcessPoolExecutor

    crew = ProcessPoolExecutor(processors(), multiprocessing.get_context("fork"), _join_crew, (policy,))
    opened.callback(crew.shutdown, wait=True, cancel_futures=True)
    return crew


_crew_policy: list[Policy] = []


def _join_crew(policy: Policy) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _crew_policy[:] = [policy]


def _answer_in_crew(batch: Batch) -> Answered:
    return answer_batch(batch, _crew_policy[0])
