"""Lines and tables are read piece by piece where they are plain: to the same values as whole, whatever they say."""

import csv
import io
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arbitration.cli.importing.cells import Cells
from arbitration.cli.importing.jsonl import read_json
from arbitration.cli.importing.pieces import Pieces
from arbitration.cli.importing.table import COLUMNS, Table
from arbitration.schemas.plain_purchases import ListingAgain, ListingsRead
from tests.imports.test_plain_rows import PLACES, SPOILING, by_schema, changed
from tests.support.marketplace import as_table, exported
from tests.support.shop import ROW

FORMS = st.sampled_from([{"ensure_ascii": True}, {"ensure_ascii": False}, {"separators": (",", ":")}])
PLAIN = ROW | {"quantity": 1, "delivered_at": None}
INSERTED = st.sampled_from(
    [
        *('"', '"quantity": 1', ', "quantity": 1', ', "paid_at": "x"', '\\"', "\\", "{", "}", ", ", '": ', " ", "\t"),
        *(
            '"name": "x", ',
            ', "name": null',
            '"terms": null, ',
            '"email" : "a@b.c", ',
            "1",
            "-",
            "0",
            ".5",
            "e3",
            "\u00e9",
        ),
    ]
)


def by_line(text):
    """What a line says by the strict reader and the schema; None if it is refused."""
    value, faults = read_json(text.encode("utf-8", "surrogatepass"), path="")
    return None if faults else by_schema(value)


def learned(text, form):
    """What reads lines that are written as this one, and in the form of a plain one."""
    pieces = Pieces()
    for row in (PLAIN, ROW):
        line = json.dumps(row, **form).encode()
        pieces.learn(line, row)
    pieces.learn(text.encode("utf-8", "surrogatepass"), read_json(text.encode("utf-8", "surrogatepass"))[0])
    return pieces


def twice(pieces, text):
    """The second time it is known what the line shares with the first."""
    raw = text.encode("utf-8", "surrogatepass")
    return pieces.read(raw), pieces.read(raw)


@settings(max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(PLACES), SPOILING), max_size=3), FORMS)
@example([(("listing", "terms"), {"disclosed": ["EU only"]})], {"ensure_ascii": False})
def test_a_line_is_read_by_pieces_to_the_value_of_the_whole(changes, form):
    text = json.dumps(changed(PLAIN, changes), **form)
    for said in twice(learned(text, form), text):
        assert said is None or said == by_line(text)


@settings(max_examples=600)
@given(st.integers(0, 2_000), INSERTED, FORMS, st.integers(0, 3))
def test_a_line_that_somebody_broke_is_read_by_pieces_to_the_value_of_the_whole_or_not_at_all(at, words, form, gone):
    text = json.dumps(PLAIN, **form)
    at %= len(text)
    text = text[:at] + words + text[at + gone :]
    for said in twice(learned(json.dumps(PLAIN, **form), form), text):
        assert said is None or said == by_line(text)


@pytest.mark.parametrize("text", ['"quantity": 1', '"quantity" : 1', '"buyer": {"email": "b@b.c", "email": "a@b.c"}'])
def test_a_line_with_a_key_that_stands_twice_is_not_read_by_pieces(text):
    line = json.dumps(PLAIN)
    assert learned(line, {}).read(line.encode()) is not None
    if "buyer" in text:
        text = line.replace('"buyer": {', '"buyer": {"email": "b@b.c", ')
    else:
        text = line[:-1] + ", " + text + "}"
    assert learned(line, {}).read(text.encode()) is None


def test_lines_as_programs_write_them_are_read_by_pieces_from_the_second_on():
    for form in ({"ensure_ascii": True}, {"ensure_ascii": False}, {"separators": (",", ":")}):
        pieces = Pieces()
        for number, row in enumerate(exported() * 2):
            raw = json.dumps(row, **form).encode()
            said = pieces.read(raw)
            assert said == (by_schema(row) if number else None)
            if said is None:
                pieces.learn(raw, row)


def cells_of(row):
    table = Table(file_of([row]))
    return table, next(iter_cells(table))


def file_of(rows):
    return io.BufferedReader(io.BytesIO(as_table(rows)))


def iter_cells(table):
    return csv.reader(table._texts(), strict=True)


@settings(max_examples=300)
@given(st.sampled_from(range(len(COLUMNS))), SPOILING | st.text(max_size=30))
def test_a_row_of_a_table_is_read_by_cells_to_the_value_of_the_whole(column, spoiling):
    table, cells = cells_of(PLAIN)
    cells[column] = json.dumps(spoiling) if isinstance(spoiling, dict | list) else str(spoiling)
    plain = Cells(table.columns, table._sound_value, table._read_cell)
    value, faults = table._value(cells)
    whole = None if faults else by_schema(value)
    for said in (plain.read(list(cells)), plain.read(list(cells))):
        assert said is None or said == whole


def test_rows_of_a_table_are_read_by_cells():
    table = Table(file_of(exported()))
    plain = Cells(table.columns, table._sound_value, table._read_cell)
    for cells, row in zip(iter_cells(table), exported(), strict=True):
        assert plain.read(cells) == by_schema(row)


def test_a_listing_known_already_is_read_only_where_more_than_its_digest_is_asked_for():
    said = by_schema(ROW).listing
    again = ListingAgain(said.digest, json.dumps(ROW["listing"]).encode())
    assert again.digest == said.digest
    assert again._said is None
    assert (again.title, again.told()) == (said.title, said)


def test_what_is_remembered_of_listings_has_a_bound(monkeypatch):
    monkeypatch.setattr(ListingsRead, "MOST", 10)
    listings, said = ListingsRead(), by_schema(ROW).listing
    for number in range(35):
        listings.keep(bytes([number]), said)
    assert len(listings.digests) <= 10
