"""``arbitration assess``: asks the warranty engine about a case in a file (contract ``assess``)."""

import codecs
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import click

from arbitration.rules.answer import answer
from arbitration.rules.engine import decide
from arbitration.rules.faults import BadInputError, printable
from arbitration.rules.policy import Policy
from arbitration.rules.policy_file import builtin_policy, read_policy
from arbitration.rules.reading import read_case_json
from arbitration.rules.writing import write_answer

_CHUNK = 1 << 18
_ESCAPES = "arbitration.json_escapes"


@click.command("assess")
@click.argument("case", metavar="CASE.json")
@click.option("--lines", is_flag=True, help="CASE is JSON Lines: one case a line, one answer a line, in that order.")
@click.option("--policy", metavar="FILE", help="A policy in TOML to judge by, in place of the built-in one.")
def command(case: str, lines: bool, policy: str | None) -> None:
    """Ask the warranty engine about a case.

    CASE.json is a file, or - for standard input. The answer is one JSON object on standard output: the verdict, what it
    rests on, what is missing and what would change it. A case that cannot be read is told fault by fault on standard
    error, each line beginning with the path of the field, and ends with status 2. Example:

        arbitration assess case.json --policy my-policy.toml
    """
    chosen = builtin_policy() if policy is None else _read_policy(policy)
    with ExitStack() as opened:
        source = opened.enter_context(_open(case))
        target = sys.stdout.buffer
        try:
            clean = _answer_lines(source, target, chosen) if lines else _answer_one(source, target, chosen)
            target.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            clean = False
        except OSError as error:
            _complain(f"{case}: {error.strerror or error}")
            clean = False
    sys.exit(0 if clean else 2)


def _open(name: str) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        _complain(f"{name}: {getattr(error, 'strerror', None) or error}")
        sys.exit(2)


def _read_policy(name: str) -> Policy:
    try:
        return read_policy(Path(name).read_bytes().decode("utf-8"))
    except BadInputError as error:
        for fault in error.faults:
            _complain(f"{fault.path}: {fault.message}")
    except UnicodeDecodeError:
        _complain("$: not UTF-8")
    except (OSError, ValueError) as error:
        _complain(f"{name}: {getattr(error, 'strerror', None) or error}")
    sys.exit(2)


def _complain(text: str) -> None:
    """One line on standard error, whatever characters are in the text."""
    stream = sys.stderr.buffer
    stream.write(printable(text).encode("utf-8", "backslashreplace") + b"\n")
    stream.flush()


def _answer_one(source: BinaryIO, target: BinaryIO, policy: Policy) -> bool:
    try:
        found = answer(decide(read_case_json(source.read(), policy), policy))
    except BadInputError as error:
        for fault in error.faults:
            _complain(f"{fault.path}: {fault.message}")
        return False
    target.write(_bytes(json.dumps(found, ensure_ascii=False, indent=2)))
    return True


def _answer_lines(source: BinaryIO, target: BinaryIO, policy: Policy) -> bool:
    """Answers every line in its place; whether all of them could be read."""
    number, clean = 0, True
    for batch in _batches(source):
        answers = []
        for line in batch:
            number += 1
            if _is_blank(line):
                continue
            try:
                answers.append(write_answer(decide(read_case_json(line, policy), policy)))
            except BadInputError as error:
                answers.append(_refusal(number, error))
                clean = False
        if answers:
            target.write(_bytes("\n".join(answers)))
            target.flush()
    return clean


def _is_blank(line: bytes) -> bool:
    return not line or (line[:1] != b"{" and not line.decode("utf-8", "replace").strip())


def _refusal(number: int, error: BadInputError) -> str:
    refusal = {"line": number, "errors": [{"path": path, "message": message} for path, message in error.faults]}
    return json.dumps(refusal, ensure_ascii=False)


def _bytes(answers: str) -> bytes:
    """Answers as lines of UTF-8; half a surrogate pair out of somebody's text stays the escape it came as."""
    return "".join([answers, "\n"]).encode("utf-8", _ESCAPES)


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(f"\\u{ord(c):04x}" for c in error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPES, _escape)


def _batches(source: BinaryIO) -> Iterator[list[bytes]]:
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
