"""``arbitration terms``: reads the warranty terms out of listings (docs/reading-listings.md)."""

import gc
import json
from typing import Any, BinaryIO

import click

from arbitration.cli.lines import answer_lines
from arbitration.cli.streams import complain_of, in_utf8, run
from arbitration.rules.faults import BadInputError, Fault
from arbitration.rules.jsontext import REPEATED, parse_json
from arbitration.rules.listings import read_terms

_KEYS = ("id", "text")
MUCH, CHUNK = 1 << 14, 1 << 15
"""Bytes: a listing takes far longer to be read than its length says, so that sharing the work pays early."""


@click.command("terms")
@click.argument("listing", metavar="LISTING.txt")
@click.option(
    "--lines", is_flag=True, help='LISTING is JSON Lines, {"id": ..., "text": ...} each, answered in that order.'
)
def command(listing: str, lines: bool) -> None:
    """Read the warranty terms out of a listing's own words.

    LISTING.txt is a text file in UTF-8, or - for standard input. The answer is one JSON object on standard output: the
    language, the warranty and whether a video is demanded, each with the words that say so. Example:

        arbitration terms --lines listings.jsonl
    """
    run(listing, _answer_lines if lines else _answer_one)


def _answer_one(source: BinaryIO, target: BinaryIO) -> bool:
    try:
        text = source.read().decode("utf-8")
    except UnicodeDecodeError as error:
        complain_of(BadInputError([Fault("$", f"not UTF-8 (byte {error.start + 1})")]))
        return False
    target.write(in_utf8(json.dumps(read_terms(text).as_dict(), ensure_ascii=False, indent=2)) + b"\n")
    return True


def _answer_lines(source: BinaryIO, target: BinaryIO) -> bool:
    gc.freeze()
    gc.set_threshold(100_000)
    read_terms("")  # the words of all languages are there before other processes are
    return answer_lines(source, target, _answer_line, much=MUCH, chunk=CHUNK)


def _answer_line(line: bytes) -> bytes:
    identity, text = _listing(parse_json(line))
    return in_utf8(json.dumps(read_terms(text).as_dict(identity), ensure_ascii=False))


def _listing(value: Any) -> tuple[str | None, str]:
    """The ``id`` and the ``text`` of a line, other keys aside. Raises BadInputError with every fault it has."""
    if not isinstance(value, dict):
        raise BadInputError([Fault("$", "must be an object")])
    faults = [fault for key in dict.fromkeys((*_KEYS, *value)) if (fault := _fault(key, value))]
    if faults:
        raise BadInputError(faults)
    return value.get("id"), value["text"]


def _fault(key: str, value: dict[str, Any]) -> Fault | None:
    if key not in value:
        return Fault(key, "missing") if key == "text" else None
    if value[key] is REPEATED:
        return Fault(key, "repeated key")
    if key not in _KEYS or isinstance(value[key], str) or (key == "id" and value[key] is None):
        return None
    return Fault(key, "must be a string" if key == "text" else "must be a string or null")
