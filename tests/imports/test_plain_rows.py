"""Rows that are plainly in order are read by hand: to the same values as by the schema, and none that it refuses."""

import copy
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from arbitration.cli.importing import jsonl, plainjson
from arbitration.domain.docket import canonical
from arbitration.domain.purchases import LISTING_FIELDS, _sha256, listing_digest
from arbitration.schemas.plain_purchases import Memory, read_plain
from arbitration.schemas.purchases import PurchaseSchema, read_purchase
from tests.imports.test_bad_rows import BAD, UNSEEN, spoiled
from tests.support.marketplace import exported
from tests.support.shop import ROW

HOURS = [{"days": ["mon", "tue"], "from": "09:00", "to": "24:00"}]
MISSING = object()
SPOILING = st.sampled_from(
    [
        *(None, True, 0, 1, 7, 1.5, [], {}, [1], {"a": 1}, "", " ", "a", "x" * 65, "x" * 501, "a\0b", "a\nb", "a\x85b"),
        *("\ud83d", "é", "key\u200cبی", "a\r\nb", " a ", "-a", "a..b", "\u2028", "x" * 50_001, 10**30, "٣", MISSING),
        *(
            "en",
            "fa",
            "de",
            "EN",
            "key",
            "house",
            "USD",
            "JPY",
            "usd",
            "XXX",
            "12.50",
            "12.5",
            "1250",
            "-1.00",
            "01.00",
        ),
        *("2026-11-10T10:00:30Z", "2026-11-10T12:00:30+02:00", "2026-11-10T10:00:30.25Z", "2026-11-10T10:00:30"),
        *("1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "2026-02-30T10:00:00Z", "2026-11-10T24:00:00Z"),
        *("2026-11-10T10:00:3٣Z", "2026-11-10 10:00:30Z", "2026-11-10t10:00:30z"),
        *("a@example.com", " A@Example.com ", "a@@b", "a b@example.com", "é@exämple.com", "a@-b.com", "a@b-.com", "@b"),
        *(
            "a.@b.c",
            ".a@b.c",
            "x" * 64 + "@b.c",
            "x" * 65 + "@b.c",
            "a@" + "x" * 64 + ".c",
            "shop@example.net",
            "İ@b.c",
        ),
        *("a@" + ".".join(["x" * 60] * 5), "a@b\n", "a\u2003@b.c", "a'b@c.d", "Europe/Kyiv", "Mars/Olympus", "UTC"),
        *(HOURS, HOURS * 2, [HOURS[0] | {"to": "09:00"}], [HOURS[0] | {"x": 1}], [HOURS[0] | {"days": ("mon",)}]),
        *({"video_required": True}, {"video_required": 1}, {"warranty": {"kind": "period", "duration": "P3D"}}),
        *(
            {"warranty": {"kind": "period"}},
            {"warranty": None, "disclosed": None},
            {"disclosed": ["a\nb"]},
            {"x": None},
        ),
    ]
)
PLACES = [
    (name, *inner)
    for name, value in ROW.items()
    for inner in ([()] + ([(key,) for key in value] + [("extra",)] if isinstance(value, dict) else []))
] + [("extra",)]


def by_schema(row):
    try:
        return read_purchase(row)
    except ValidationError:
        return None


def changed(row, changes):
    row = copy.deepcopy(row)
    for place, value in changes:
        holder = row if len(place) == 1 else row.get(place[0])
        if isinstance(holder, dict):
            holder.pop(place[-1], None) if value is MISSING else holder.update({place[-1]: copy.deepcopy(value)})
    return row


@settings(max_examples=500)
@given(st.lists(st.tuples(st.sampled_from(PLACES), SPOILING), max_size=3))
@example([(("seller", "working_hours"), HOURS), (("listing", "terms"), {"disclosed": ["EU only"]})])
def test_what_is_read_by_hand_the_schema_reads_to_the_same_value(changes):
    row = changed(ROW, changes)
    plain = read_plain(row)
    assert plain is None or plain == by_schema(row)


@settings(max_examples=200)
@given(st.sampled_from(PLACES), st.text(max_size=40) | st.emails() | st.datetimes().map(str) | st.integers().map(str))
def test_the_same_holds_for_any_text(place, text):
    row = changed(ROW, [(place, text)])
    plain = read_plain(row)
    assert plain is None or plain == by_schema(row)


@pytest.mark.parametrize(("path", "value"), [*BAD, *UNSEEN])
def test_what_the_schema_refuses_is_never_read_by_hand(path, value):
    assert read_plain(spoiled(path, value)) is None


@pytest.mark.parametrize("row", [None, [], "row", 7, {}, [ROW], ROW | {"listing": []}, ROW | {"buyer": None}])
def test_what_is_no_purchase_is_left_to_the_schema(row):
    assert read_plain(row) is None


def test_every_row_of_the_export_is_read_by_hand():
    for row in exported():
        assert read_plain(row) == read_purchase(row)
        assert read_plain(row) is not None


def test_all_that_the_schema_knows_is_known_by_hand():
    optional = {name for name, field in PurchaseSchema().fields.items() if not field.required}
    assert optional == {"quantity", "delivered_at"}
    assert read_plain({name: value for name, value in ROW.items() if name not in optional}) is not None


def test_what_is_remembered_of_rows_has_a_bound():
    memory = Memory()
    for number in range(3 * Memory.MOST):
        memory.keep(number, number, 1)
    assert len(memory.known) <= Memory.MOST
    memory.keep("large", "large", Memory.ROOM)
    assert list(memory.known) == ["large"]


def test_the_digest_of_a_listing_is_taken_of_its_canonical_bytes():
    for row in exported():
        listing = {name: row["listing"][name] for name in LISTING_FIELDS}
        assert listing_digest(listing) == _sha256(canonical(listing))


KEYS = st.sampled_from(["a", "b", 'a"', "a\\", "a:", '":', "é", "a b", ""])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(['"', '":', "\\"])


@st.composite
def json_texts(draw, depth=3):
    """JSON as somebody may write it: keys that stand twice, white space anywhere, characters as escapes."""
    space = draw(st.sampled_from(["", "", "", " ", "  ", "\t"]))
    if depth == 0 or draw(st.booleans()):
        return json.dumps(draw(SCALARS | KEYS), ensure_ascii=draw(st.booleans()))
    inner = [draw(json_texts(depth=depth - 1)) for _ in range(draw(st.integers(0, 3)))]
    if draw(st.booleans()):
        return f"[{f',{space}'.join(inner)}]"
    keys = [json.dumps(draw(KEYS), ensure_ascii=draw(st.booleans())) for _ in inner]
    if keys and draw(st.booleans()):
        keys[0] = keys[0].replace("a", "\\u0061")
    return "{" + ",".join(f"{key}{space}:{space}{value}" for key, value in zip(keys, inner, strict=True)) + "}"


@settings(max_examples=500)
@given(json_texts())
@example('{"a\\\\":1,"b":1,"b":2}')
@example('{"a" :1,"a":2}')
@example('{"a":12345678901234567890123}')
@example('{"a":-0}')
@example('"\\ud83d"')
@example("\x0c{}")
def test_json_that_is_read_fast_is_read_to_the_same_value(text):
    fast = plainjson.read_plain_json(text.encode())
    if fast is not None:
        value, faults = jsonl.read_json(text.encode(), path="any")
        assert not faults
        assert repr(fast) == repr(value)


def test_json_as_programs_write_it_is_read_fast():
    for row in exported():
        for form in ({"ensure_ascii": True}, {"ensure_ascii": False}, {"separators": (",", ":")}):
            assert plainjson.read_plain_json(json.dumps(row, **form).encode() + b"\r\n") == row


def test_a_key_that_stands_twice_is_never_passed_over():
    text = json.dumps(ROW)
    for twice in ('"quantity": 1', '"quantity":1', '"quantity" : 1', '"quantit\\u0079": 1', '"quantity"\t: 1'):
        _, faults = jsonl.read_json((text[:-1] + ", " + twice + "}").encode())
        assert [fault.path for fault in faults] == ["quantity"]
