"""Where the commands that answer files read from and write to, and how they complain."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NoReturn

from arbitration.rules.faults import BadInputError, printable
from arbitration.rules.jsontext import ESCAPES


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
            complain_of_file(name, error)
            clean = False
    sys.exit(0 if clean else 2)


def open_input(name: str) -> BinaryIO:
    """The file of that name, or standard input for ``-``; ends the run with status 2 where there is none."""
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        complain_of_file(name, error)
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


def complain_of_file(name: str, error: OSError | ValueError) -> None:
    """One line on a file that cannot be read."""
    complain(f"{name}: {getattr(error, 'strerror', None) or error}")


def in_utf8(answer: str) -> bytes:
    """A text of JSON in UTF-8; half a surrogate pair out of somebody's words stays the escape it came as."""
    return answer.encode("utf-8", ESCAPES)
