"""``arbitration assess``: asks the warranty engine about a case in a file (docs/assess.md)."""

import json
import sys
from pathlib import Path
from typing import BinaryIO

import click

from arbitration.cli.lines import answer_lines
from arbitration.cli.quick_reading import quick_case
from arbitration.cli.quick_writing import write_answer
from arbitration.cli.streams import complain, complain_of, complain_of_file, in_utf8, run
from arbitration.rules.answer import answer
from arbitration.rules.engine import decide
from arbitration.rules.faults import BadInputError
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

    def answer_line(line: bytes) -> bytes:
        return write_answer(decide(quick_case(line, chosen) or read_case_json(line, chosen), chosen))

    def answer_file(source: BinaryIO, target: BinaryIO) -> bool:
        return answer_lines(source, target, answer_line) if lines else _answer_one(source, target, chosen)

    run(case, answer_file)


def _read_policy(name: str) -> Policy:
    try:
        return read_policy(Path(name).read_bytes().decode("utf-8"))
    except BadInputError as error:
        complain_of(error)
    except UnicodeDecodeError:
        complain("$: not UTF-8")
    except (OSError, ValueError) as error:
        complain_of_file(name, error)
    sys.exit(2)


def _answer_one(source: BinaryIO, target: BinaryIO, policy: Policy) -> bool:
    try:
        found = answer(decide(read_case_json(source.read(), policy), policy))
    except BadInputError as error:
        complain_of(error)
        return False
    target.write(in_utf8(json.dumps(found, ensure_ascii=False, indent=2)) + b"\n")
    return True
