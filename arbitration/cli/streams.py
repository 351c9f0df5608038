"""Reading files line by line and writing answers and complaints, for the commands that answer line by line."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NoReturn

from arbitration.rules.faults import BadInputError, printable

_CHUNK = 1 << 18


def run(name: str, answer: Callable[[BinaryIO, BinaryIO], bool]) -> NoReturn:
    """Answers a file (or ``-``) on standard output and ends with status 0, or 2 where something could not be read."""
    with ExitStack() as opened:
        source = opened.enter_context(open_input(name))
        target = sys.stdout.buffer
        try:
            clean = answer(source, target)
            target.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            clean = False
        except OSError as error:
            complain(f"{name}: {error.strerror or error}")
            clean = False
    sys.exit(0 if clean else 2)


def open_input(name: str) -> BinaryIO:
    """The file of that name, or standard input for ``-``; ends the run with status 2 where there is none."""
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        complain(f"{name}: {getattr(error, 'strerror', None) or error}")
        sys.exit(2)


def complain(text: str) -> None:
    """One line on standard error, whatever characters are in the text."""
    stream = sys.stderr.buffer
    stream.write(printable(text).encode("utf-8", "backslashreplace") + b"\n")
    stream.flush()


def complain_of(error: BadInputError) -> None:
    """One line for each fault, beginning with its path."""
    for fault in error.faults:
        complain(f"{fault.path}: {fault.message}")


def answer_lines(source: BinaryIO, target: BinaryIO, answer: Callable[[bytes], str]) -> bool:
    """Answers every line in its place; whether all of them could be read."""
    number, clean = 0, True
    for batch in batches(source):
        answers = []
        for line in batch:
            number += 1
            if is_blank(line):
                continue
            try:
                found = answer(line)
            except BadInputError as error:
                found, clean = refusal(number, error), False
            answers.append(encoded(found))
        target.write(b"".join(answers))
        target.flush()
    return clean


def is_blank(line: bytes) -> bool:
    """Whether a line is empty or white space alone."""
    return not line or (line[:1] != b"{" and not line.decode("utf-8", "replace").strip())


def refusal(number: int, error: BadInputError) -> str:
    """What stands in the place of an answer to a line that could not be read."""
    refused = {"line": number, "errors": [{"path": path, "message": message} for path, message in error.faults]}
    return json.dumps(refused, ensure_ascii=False)


def encoded(text: str) -> bytes:
    """A line of UTF-8; half a surrogate pair out of somebody's text stays the escape it came as."""
    try:
        return text.encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        return json.dumps(json.loads(text)).encode("ascii") + b"\n"


def batches(source: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a stream as they come in, in batches; no more than a batch is held at a time."""
    begun: list[bytes] = []
    while chunk := source.read1(_CHUNK):  # type: ignore[attr-defined]
        lines, newline, rest = chunk.rpartition(b"\n")
        if newline:
            yield b"".join([*begun, lines]).split(b"\n")
            begun = [rest]
        else:
            begun.append(rest)
    last = b"".join(begun)
    if last:
        yield [last]
