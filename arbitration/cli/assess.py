"""``arbitration assess``: asks the warranty engine about a case in a file (contract ``assess``)."""

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import click

from arbitration.cli.assess_lines import answer_lines, in_utf8
from arbitration.rules.answer import answer
from arbitration.rules.engine import decide
from arbitration.rules.faults import BadInputError, printable
from arbitration.rules.policy import Policy
from arbitration.rules.policy_file import builtin_policy, read_policy
from arbitration.rules.reading import read_case_json


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
            clean = answer_lines(source, target, chosen) if lines else _answer_one(source, target, chosen)
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
    target.write(in_utf8(json.dumps(found, ensure_ascii=False, indent=2)))
    return True
