"""Reads CSV: a header that names the columns (``listing.title``), JSON in the cells of terms and working hours."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from arbitration.cli.importing.cells import Cells
from arbitration.cli.importing.jsonl import BOM, NOT_UTF8, read_json
from arbitration.cli.importing.rows import FileRow, Lines, UnusableFileError, too_long
from arbitration.domain.refusals import FieldFault
from arbitration.rules.marking import N_
from arbitration.schemas.plain_purchases import DoubtError

JSON_COLUMNS = ("listing.terms", "seller.working_hours")
NEEDED_COLUMNS = (
    "external_id",
    "listing.external_id",
    "listing.title",
    "listing.description",
    "listing.language",
    "listing.kind",
    "seller.external_id",
    "seller.name",
    "seller.email",
    "seller.language",
    "seller.time_zone",
    "buyer.email",
    "price.amount",
    "price.currency",
    "payment_started_at",
    "paid_at",
)
OTHER_COLUMNS = ("buyer.name", "buyer.language", "quantity", "delivered_at", *JSON_COLUMNS)
COLUMNS = (*NEEDED_COLUMNS, *OTHER_COLUMNS)
SEPARATORS = ",;\t"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MAY_BE_EMPTY = "listing.description"
READ_CELLS = frozenset(("quantity", *JSON_COLUMNS))
MOST_CELLS = 1_000
LONGEST_CELL = 2_000


class Table:
    """The rows of a CSV file. An empty cell means: not stated."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.lines = Lines(file)
        self.spoiled: FieldFault | None = None
        self.columns, self.separator = read_header(next(self.lines, b"") or b"")
        self.plan = [(column, *_parted(column)) for column in self.columns]
        self.cells: dict[tuple[str, str], tuple[object, list[FieldFault]]] = {}

    def rows(self, offset: int, line: int) -> Iterator[FileRow]:
        """The rows after a byte and a line; the header is passed over."""
        if offset > self.lines.offset:
            self.file.seek(offset)
            self.lines = Lines(self.file, offset, line)
        reader = csv.reader(self._texts(), delimiter=self.separator, strict=True)
        plain = Cells(self.columns, self._sound_value, self._read_cell).read
        while True:
            first = self.lines.line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.spoiled = None
                yield self._row(first, faults=[FieldFault("$", NOT_CSV, {"reason": str(error)})])
                continue
            if self.spoiled:
                yield self._row(first, faults=[self.spoiled])
                self.spoiled = None
            elif said := plain(cells):
                yield self._row(first, said)
            elif cells:
                yield self._row(first, *self._value(cells))

    def _row(self, first: int, value: object = None, faults: Sequence[FieldFault] = ()) -> FileRow:
        return FileRow(first, self.lines.offset, self.lines.line, value, faults)

    def _texts(self) -> Iterator[str]:
        """The lines as text; ``spoiled`` notes what keeps the row that is being read from being one."""
        for raw in self.lines:
            try:
                text = "\n" if raw is None else raw.decode("utf-8")
            except UnicodeDecodeError:
                text = raw.decode("utf-8", "replace") if raw else ""
                self.spoiled = FieldFault("$", NOT_UTF8)
            if raw is None:
                self.spoiled = too_long()
            yield text

    def _sound_value(self, cells: list[str]) -> dict[str, Any]:
        value, faults = self._value(cells)
        if faults:
            raise DoubtError
        return value

    def _value(self, cells: list[str]) -> tuple[dict[str, Any], list[FieldFault]]:
        value: dict[str, Any] = {}
        places: dict[str, dict[str, Any]] = {"": value}
        if len(cells) != len(self.columns):
            msgid = N_("This row has %(cells)d cells, the header %(columns)d.")
            return value, [FieldFault("$", msgid, {"cells": len(cells), "columns": len(self.columns)})]
        faults: list[FieldFault] = []
        for (column, place, name), cell in zip(self.plan, cells, strict=True):
            if not cell and column != MAY_BE_EMPTY:
                continue
            if place not in places:
                places[place] = value[place] = {}
            if column in READ_CELLS:
                places[place][name], found = self._read_cell(column, cell)
                faults += found
            else:
                places[place][name] = cell
        return value, faults

    def _read_cell(self, column: str, cell: str) -> tuple[object, list[FieldFault]]:
        """``read_cell``, once for what stands in many rows."""
        if (column, cell) not in self.cells:
            if len(self.cells) >= MOST_CELLS or len(cell) > LONGEST_CELL:
                self.cells.clear()
            self.cells[column, cell] = read_cell(column, cell)
        return self.cells[column, cell]


def read_cell(column: str, cell: str) -> tuple[object, list[FieldFault]]:
    """What stands in a cell that is not empty."""
    if column in JSON_COLUMNS:
        return read_json(cell.encode(), column)
    if column == "quantity" and cell.isascii() and cell.isdecimal() and len(cell) < 10:
        return int(cell), []
    return cell, []


def read_header(raw: bytes) -> tuple[list[str], str]:
    """The columns of a table and what stands between them.

    Raises:
        UnusableFileError: a column is unknown, missing or there twice.
    """
    text = raw.removeprefix(BOM).decode("utf-8", "replace").rstrip("\r\n")
    found = {separator: _split(text, separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: sum(name in COLUMNS for name in found[each]))
    columns = found[separator]
    unknown = [name for name in columns if name not in COLUMNS]
    missing = [name for name in NEEDED_COLUMNS if name not in columns]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if len(unknown) == len(columns):
        hint = " It looks like UTF-16: save it as CSV in UTF-8." if raw.startswith(UTF_16) else ""
        raise UnusableFileError(
            "The first line names no column that we know, such as external_id or listing.title; docs/importing.md has "
            f"them all.{hint}"
        )
    if unknown:
        listed = ", ".join(repr(name[:64]) for name in unknown[:10])
        unused = f" Missing: {', '.join(missing)}." if missing else ""
        raise UnusableFileError(f"There are no such columns: {listed}. Rename or remove them.{unused}")
    if twice:
        raise UnusableFileError(f"These columns are there twice: {', '.join(twice)}.")
    if missing:
        raise UnusableFileError(f"These columns are missing: {', '.join(missing)}.")
    return columns, separator


def _parted(column: str) -> tuple[str, str]:
    place, _, name = column.rpartition(".")
    return place, name


def _split(text: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([text], delimiter=separator), [])]
    except csv.Error:
        return []


NOT_CSV = N_("This can't be read as CSV: %(reason)s.")
