"""Writing lists as files: CSV that no spreadsheet takes for a program, and JSON."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

BOM = "\ufeff"
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula."""
BEGINS_AGAIN = re.compile(r"([;\t\r\n][\s\"]*)(?=[=+\-@＝＋－＠])")
"""Where a cell would begin for a spreadsheet that parts rows at semicolons or tabs, as most of Europe's do."""
AT_ONCE = 16_384

Row = Sequence[object]


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """CSV with a mark by which spreadsheets know UTF-8, and cells that none of them takes for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if buffer.tell() > AT_ONCE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def as_json(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """A JSON array with an object a line."""
    before = "[\n"
    for row in rows:
        told = {name: plain(value) for name, value in zip(columns, row, strict=True)}
        yield before + json.dumps(told, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def cell(value: object) -> str | int:
    """What stands in a cell. A text that begins like a formula gets an apostrophe before it; numbers stay numbers.

    So does what would begin like one where another sign than the comma parts cells.
    """
    told = plain(value)
    if isinstance(told, bool):
        return "yes" if told else "no"
    if told is None:
        return ""
    if isinstance(told, int):
        return told
    text = BEGINS_AGAIN.sub(r"\1'", str(told).replace("\0", ""))
    begins = {text[:1], text.lstrip()[:1]}
    return f"'{text}" if begins & FORMULA else text


def plain(value: object) -> object:
    """A value as JSON has it: instants in RFC 3339 and UTC, lengths of time in seconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return value if value is None or isinstance(value, bool | int | str) else str(value)
