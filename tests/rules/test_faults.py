"""Bad input is told fault by fault, each at its path, and never ends in an accident."""

import json
import re
from typing import Any

import pytest

from arbitration.rules.faults import BadInputError
from arbitration.rules.instants import parse_instant, show_instant
from arbitration.rules.policy_file import builtin_policy
from arbitration.rules.reading import read_case_json
from tests.rules.cases import ask, case_with, fault_paths


def _faults_of_text(text: str | bytes) -> list[str]:
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadInputError) as caught:
        read_case_json(raw, builtin_policy())
    return sorted(fault.path for fault in caught.value.faults)


def test_a_file_with_a_mark_before_its_text_is_told_how_to_be_saved() -> None:
    with pytest.raises(BadInputError, match="save it as UTF-8 without one"):
        read_case_json(b"\xef\xbb\xbf{}", builtin_policy())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        "null",
        '"x"',
        "{}{}",
        "NaN",
        '{"as_of": Infinity}',
        "{'as_of': 1}",
        '{"a": "\t"}',
        "\ufeff{}",
        "[" * 100_000,
        '{"a":' * 100_000,
        b"\xff{}",
        b'{"as_of": "\xed\xa0\x80"}',
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_no_object_of_json_is_one_fault_of_the_whole(text: str | bytes) -> None:
    assert _faults_of_text(text) == ["$"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "",
        "2026-02-20",
        "2026-02-20T10:00:00",
        "2026-02-20t10:00:00Z",
        "2026-02-20T10:00:00z",
        "2026-02-20 10:00:00Z",
        "2026-02-20T10:00Z",
        "2026-02-20T24:00:00Z",
        "2026-02-20T23:59:60Z",
        "2026-02-30T10:00:00Z",
        "2026-02-20T10:00:00.Z",
        "2026-02-20T10:00:00,5Z",
        "2026-02-20T10:00:00.1234567Z",
        "2026-02-20T10:00:00+24:00",
        "2026-02-20T10:00:00+03:60",
        "2026-02-20T10:00:00+0300",
        "2026-02-20T10:00:00Z\n",
        "２０26-02-20T10:00:00Z",
        "2026-W08-5T10:00:00Z",
        "2026-02-20T101010.1Z",
        "9999-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00+00:01",
        "0000-12-31T23:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(value: object) -> None:
    assert fault_paths(case_with(as_of=value)) == ["as_of"]


@pytest.mark.parametrize(
    ("text", "in_utc"),
    [
        ("2026-02-20T10:00:00.120Z", "2026-02-20T10:00:00.12Z"),
        ("2026-02-20T10:00:00.000000-00:00", "2026-02-20T10:00:00Z"),
        ("2026-02-20T10:00:00+14:00", "2026-02-19T20:00:00Z"),
        ("0000-12-31T23:30:00-01:00", "0001-01-01T00:30:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_instants_come_out_in_utc(text: str, in_utc: str) -> None:
    assert show_instant(parse_instant(text)) == in_utc


@pytest.mark.parametrize(
    "duration",
    [None, 5, "", "P", "PT", "P1DT", "P0D", "PT0S", "-P1D", "P-1D", "P1.5D", "p1d", "P1D1W", "PT1S1H", "P1D\n", "P١D"],
)
def test_what_is_no_positive_duration_is_refused(duration: object) -> None:
    case = case_with(listing__terms={"warranty": {"kind": "period", "duration": duration}})
    assert fault_paths(case) == ["listing.terms.warranty.duration"]


@pytest.mark.parametrize("count", [-1, 1.0, True, "1", [], 1e400])
def test_what_is_no_count_is_refused(count: object) -> None:
    assert fault_paths(case_with(purchase__replacements_made=count)) == ["purchase.replacements_made"]


def test_a_count_of_five_thousand_digits_is_a_count() -> None:
    digits = "9" * 5000
    text = '{"as_of": "2026-02-20T10:00:00Z", "purchase": {"replacements_made": %s}}'
    assert _faults_of_text(text % digits) == ["claim", "purchase.paid_at", "purchase.payment_started_at"]
    assert "purchase.replacements_made" in _faults_of_text(text % f"-{digits}")


def test_every_fault_is_told_those_of_order_beside_those_of_type() -> None:
    case = {
        "as_of": "2026-01-01T00:00:00Z",
        "colour": "red",
        "listing": {"terms": {"warranty": {"kind": "lifelong", "years": 5}, "disclosed": ["a", 5]}},
        "purchase": {
            "payment_started_at": "2026-02-01T10:00:00Z",
            "paid_at": "2026-02-01T09:00:00Z",
            "delivered_at": "2026-02-01T08:00:00Z",
            "checked_at": "2026-02-01T07:00:00Z",
        },
        "claim": {"reason": "broken", "opened_at": "2026-02-03T10:00:00Z", "defect": 5},
        "reports": [
            {"at": "2026-01-01T00:00:00Z", "via": "elsewhere"},
            {"at": "2026-01-01T00:00:00Z", "via": "correspondence"},
            {"at": "2026-01-01T00:00:00Z", "via": "pigeon"},
            "yesterday",
        ],
        "evidence": [
            {"kind": "video", "starts_at": "2026-02-02T00:00:00Z", "ends_at": "2026-02-01T00:00:00Z"},
            {"kind": "smell", "starts_at": 5, "at": 6},
            {"kind": "log", "starts_at": "2026-02-01T00:00:00Z"},
        ],
        "seller": [],
        "conduct": [{"by": "arbiter", "kind": "abuse", "at": "2026-02-01T00:00:00Z"}],
    }
    assert fault_paths(case) == sorted(
        [
            "as_of",
            "colour",
            "listing.terms.warranty.kind",
            "listing.terms.disclosed[1]",
            "purchase.paid_at",
            "purchase.delivered_at",
            "purchase.checked_at",
            "claim.reason",
            "claim.requested",
            "claim.defect",
            "reports[1].at",
            "reports[2].via",
            "reports[3]",
            "evidence[0].ends_at",
            "evidence[1].kind",
            "evidence[2].starts_at",
            "evidence[2].at",
            "seller",
            "conduct[0].by",
        ]
    )


def test_a_missing_object_is_one_fault_at_its_own_path() -> None:
    assert fault_paths({"as_of": "2026-02-20T10:00:00Z"}) == ["claim", "purchase"]
    assert fault_paths({}) == ["as_of", "claim", "purchase"]
    assert fault_paths(case_with(claim=None)) == ["claim"]


def test_a_repeated_key_is_one_fault_and_what_it_holds_is_not_judged() -> None:
    twice = '"as_of": 5, "as_of": {"as_of": 1, "as_of": 2}, "seller": {"x": 1}, "seller": {}, "claim": 1, "claim": 2, '
    inner = '"purchase": {"paid_at": 1, "paid_at": 2, "x": 1, "x": 2, "payment_started_at": "2026-01-01T00:00:00Z"}'
    assert _faults_of_text("{" + twice + inner + "}") == [
        "as_of",
        "claim",
        "purchase.paid_at",
        "purchase.x",
        "seller",
    ]


FULL = case_with(
    listing__terms={"warranty": {"kind": "period", "duration": "P1M", "starts": "payment"}, "disclosed": ["Region"]},
    purchase__checked_at=None,
    claim__defect=None,
    reports=[{"at": "2026-02-02T10:00:00Z", "via": "elsewhere"}],
    evidence=[{"kind": "log", "at": "2026-02-02T10:00:00Z"}],
    seller={"can_replace": None},
    conduct=[{"by": "buyer", "kind": "abuse", "at": "2026-02-02T10:00:00Z"}],
)
VIDEO = {"kind": "video", "starts_at": "2026-02-01T10:00:00Z", "ends_at": "2026-02-02T10:00:00Z", "continuous": None}
NULL_START = {"terms": {"warranty": {"kind": "period", "duration": "P1M", "starts": None}}}
OTHERS = [FULL, FULL | {"evidence": [VIDEO]}, FULL | {"listing": NULL_START}, FULL | {"reports": None, "conduct": None}]


@pytest.mark.parametrize("case", OTHERS)
@pytest.mark.parametrize("value", ['"refund"', "1", "null", "{}", '"\\""'])
def test_no_key_of_a_case_in_order_comes_twice_unseen(case: dict[str, Any], value: str) -> None:
    text = json.dumps(case)
    assert read_case_json(text.encode(), builtin_policy())
    for key in re.finditer(r'"\w+": ', text):
        repeated = f"{text[: key.start()]}{key.group()}{value}, {text[key.start() :]}"
        assert len(_faults_of_text(repeated)) == 1


def test_a_repeated_kind_leaves_the_fields_beside_it_alone() -> None:
    text = '{"as_of": 1, "purchase": 1, "claim": 1, "evidence": [{"kind": "log", "kind": "log", "what": 1}]}'
    assert _faults_of_text(text) == ["as_of", "claim", "evidence[0].kind", "purchase"]


@pytest.mark.parametrize("reason", ["not_as_described", "invalid", "stopped_working", "reclaimed"])
def test_goods_can_only_be_bad_once_they_came(reason: str) -> None:
    for change in ({"purchase__delivered_at": None}, {"purchase__delivered_at": "soon"}):
        assert fault_paths(case_with(claim__reason=reason, **change)) == ["purchase.delivered_at"]


@pytest.mark.parametrize("reason", ["not_delivered", "payment_not_credited", "changed_mind"])
def test_other_claims_need_no_delivery(reason: str) -> None:
    assert fault_paths(case_with(claim__reason=reason, purchase__delivered_at=None)) == []


def test_what_may_be_left_out_may_be_null() -> None:
    nothing: dict[str, Any] = dict.fromkeys(("listing", "reports", "evidence", "seller", "conduct"))
    nothing |= dict.fromkeys(("claim__defect", "claim__admitted_by_seller", "claim__evidence_closed"))
    nothing |= dict.fromkeys(("purchase__checked_at", "purchase__replacements_made"))
    assert ask(case_with(**nothing)) == ask(case_with())
    terms = {"warranty": None, "video_required": None, "disclosed": None}
    assert ask(case_with(listing={"terms": None})) == ask(case_with(listing={"terms": terms})) == ask(case_with())


@pytest.mark.parametrize("empty", ["", 0, False, [], "x"])
def test_what_may_be_null_may_not_be_something_else(empty: object) -> None:
    assert fault_paths(case_with(listing=empty)) == ["listing"]
    assert fault_paths(
        case_with(listing={"terms": {"warranty": {"kind": "period", "duration": "P1D", "starts": empty}}})
    )


def test_a_fault_is_one_line_whatever_the_names_and_values_in_it() -> None:
    with pytest.raises(BadInputError) as caught:
        read_case_json(b'{"a\\nb\\u2028\\ud800": 1, "as_of": "x\\ny\\u0085"}', builtin_policy())
    for fault in caught.value.faults:
        assert f"{fault.path}: {fault.message}".isprintable()
