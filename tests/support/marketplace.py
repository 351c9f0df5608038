"""A marketplace's export, as rows and as files."""

import csv
import io
import json
from importlib.resources import files
from typing import Any

from arbitration.cli.importing.table import COLUMNS

Row = dict[str, Any]


def exported() -> list[Row]:
    """The 240 purchases that come with the software."""
    text = (files("arbitration") / "demo" / "data" / "purchases.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def as_json_lines(rows: list[Row]) -> bytes:
    """The rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_table(rows: list[Row], separator: str = ",", columns: tuple[str, ...] = COLUMNS) -> bytes:
    """The rows as CSV, as a spreadsheet writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(columns)
    writer.writerows([[_cell(row, column) for column in columns] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _cell(row: Row, column: str) -> object:
    value: Any = row
    for name in column.split("."):
        value = value.get(name)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
