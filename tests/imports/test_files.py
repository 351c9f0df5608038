"""Files as marketplaces write them: what is read out of them, and what of them is refused."""

import io
import json

import pytest

from arbitration.cli.importing import rows as reading
from arbitration.cli.importing.jsonl import NOT_UTF8
from arbitration.cli.importing.opening import reader_of
from arbitration.cli.importing.rows import UnusableFileError
from arbitration.cli.importing.table import COLUMNS, NEEDED_COLUMNS
from arbitration.domain.purchases import PurchaseSaid
from arbitration.schemas.purchases import read_purchase
from tests.support.marketplace import as_json_lines, as_table, exported


def read(data, name="export", form=None):
    return list(reader_of(io.BufferedReader(io.BytesIO(data)), name, form).rows(0, 0))


def said(row):
    """What a row says: told at once where it is plainly in order, else read by the schema."""
    return row.value if isinstance(row.value, PurchaseSaid) else read_purchase(row.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_tells_the_same_as_json_lines(separator):
    from_lines, from_table = read(as_json_lines(exported())), read(as_table(exported(), separator))
    assert [said(row) for row in from_lines] == [read_purchase(row) for row in exported()]
    assert [said(row) for row in from_table] == [said(row) for row in from_lines]
    assert not any(row.faults for row in from_lines + from_table)


@pytest.mark.parametrize("maker", [as_json_lines, as_table])
def test_what_stood_in_a_row_before_is_read_to_the_same_value_again(maker):
    twice = [read_purchase(row) for row in exported()] * 2
    assert [said(row) for row in read(maker(exported() * 2))] == twice


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_missing():
    rows = read(as_table(exported()[:3], columns=tuple(reversed(NEEDED_COLUMNS))))
    assert [said(row).amount for row in rows] == [read_purchase(row).amount for row in exported()[:3]]
    assert {said(row).quantity for row in rows} == {1}


@pytest.mark.parametrize("maker", [as_json_lines, as_table])
def test_reading_goes_on_exactly_where_it_stopped(maker):
    data = maker(exported())
    whole = read(data)
    for stop in (0, 1, 57, 239):
        reader = reader_of(io.BufferedReader(io.BytesIO(data)), "export", None)
        rest = list(reader.rows(whole[stop].offset, whole[stop].end_line))
        assert [(row.line, row.offset, said(row)) for row in rest] == [
            (row.line, row.offset, said(row)) for row in whole[stop + 1 :]
        ]


def test_lines_that_are_no_json_are_told_by_their_number():
    good = as_json_lines(exported()[:1])
    data = b"\xef\xbb\xbf" + good + b"\n{oops\n\xff\xfe\n" + b'{"a": NaN}\n' + b'{"a": 1, "a": 2}\n' + good.rstrip()
    rows = read(data)
    assert [row.line for row in rows] == [1, 3, 4, 5, 6, 7]
    assert [bool(row.faults) for row in rows] == [False, True, True, True, True, False]
    assert rows[4].faults[0].path == "a"


def test_what_is_nested_without_end_is_refused_like_anything_else():
    rows = read(b'{"a":' * 100_000 + b"\n" + as_json_lines(exported()[:1]))
    assert [bool(row.faults) for row in rows] == [True, False]


def test_a_line_without_end_is_refused_and_the_next_one_read(monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_LINE", 5000)
    data = b'{"a": "' + b"x" * 20_000 + b'"}\n' + as_json_lines(exported()[:1])
    rows = read(data)
    assert [(row.line, bool(row.faults)) for row in rows] == [(1, True), (2, False)]


def test_a_row_with_too_few_cells_or_open_quotes_is_refused_alone():
    lines = as_table([row for row in exported() if "\n" not in row["listing"]["description"]][:3]).split(b"\r\n")
    rows = read(b"\r\n".join([lines[0], b"only,three,cells", *lines[1:4], b'"open']))
    assert [bool(row.faults) for row in rows] == [True, False, False, False, True]


def test_cells_that_are_not_utf_8_spoil_their_row_alone():
    row = exported()[1]
    data = as_table([row | {"external_id": "A"}, row]).replace(b"WinPane", b"Win\xe9ane", 1)
    first, second = read(data)
    assert [fault.msgid for fault in first.faults] == [NOT_UTF8]
    assert "Save the file as UTF-8" in NOT_UTF8
    assert not second.faults
    assert said(second).listing.title == row["listing"]["title"]


def test_bad_json_in_a_cell_is_told_at_its_column():
    (row,) = read(as_table([exported()[1] | {"listing": exported()[1]["listing"] | {"terms": "none"}}]))
    assert [fault.path for fault in row.faults] == ["listing.terms"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nothing in it"),
        (b"  \n", "nothing in it"),
        (json.dumps(exported()[:1]).encode(), "one JSON list"),
        (b"name,price\na,1\n", "no column that we know"),
        (",".join([*COLUMNS, "colour"]).encode() + b"\n", "'colour'"),
        (",".join([*COLUMNS, "paid_at"]).encode() + b"\n", "twice: paid_at"),
        (",".join(COLUMNS[1:]).encode() + b"\n", "missing: external_id"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no column that we know"),
    ],
)
def test_a_file_that_can_not_be_used_is_named_for_what_it_is(data, said):
    with pytest.raises(UnusableFileError, match=said):
        read(data)
