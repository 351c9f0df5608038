"""Rows that can't be taken, each with its fault at its own path."""

import copy

import pytest
from marshmallow import ValidationError

from arbitration.domain.actors import Actor, Role
from arbitration.rules.faults import BadInputError
from arbitration.rules.reading import read_terms
from arbitration.schemas.common import faults_of
from arbitration.schemas.purchases import read_purchase
from arbitration.services.imports import take_in
from tests.moments import NOW
from tests.support.marketplace import exported
from tests.support.shop import ROW

PERIOD = {"kind": "period", "duration": "P30D"}
BAD = [
    ("external_id", "../../etc"),
    ("external_id", ""),
    ("external_id", 7),
    ("external_id", "A" * 65),
    ("listing.title", ""),
    ("listing.title", "  "),
    ("listing.title", "two\nlines"),
    ("listing.title", "x" * 501),
    ("listing.title", "nul\0"),
    ("listing.description", "half \ud83d"),
    ("listing.description", "x" * 50_001),
    ("listing.description", None),
    ("listing.language", "de"),
    ("listing.kind", "house"),
    ("listing.colour", "red"),
    ("listing.terms", []),
    ("listing.terms.video_required", "yes"),
    ("listing.terms.disclosed", "none"),
    ("listing.terms.disclosed[0]", [1]),
    ("listing.terms.warranty.kind", {"kind": "eternal"}),
    ("listing.terms.warranty.duration", {"kind": "period"}),
    ("listing.terms.warranty.duration", PERIOD | {"duration": "P0D"}),
    ("listing.terms.warranty.duration", {"kind": "unlimited", "duration": "P1D"}),
    ("listing.terms.warranty.starts", PERIOD | {"starts": "monday"}),
    ("seller.email", "no address"),
    ("seller.email", "two@at@example.com"),
    ("seller.email", "a@example.com\r\nBcc: b@example.com"),
    ("seller.time_zone", "Mars/Olympus"),
    ("seller.time_zone", "../etc/passwd"),
    ("seller.working_hours", []),
    ("seller.working_hours[0].to", [{"days": ["mon"], "from": "22:00", "to": "06:00"}]),
    ("seller.working_hours[0].from", [{"days": ["mon"], "from": "9:00", "to": "17:00"}]),
    ("seller.working_hours[0].from", [{"days": ["mon"], "from": "24:00", "to": "24:00"}]),
    ("seller.working_hours[0].days", [{"days": [], "from": "09:00", "to": "17:00"}]),
    ("seller.working_hours[0].days[1]", [{"days": ["mon", "Tue"], "from": "09:00", "to": "17:00"}]),
    ("buyer.email", "SHOP@example.net"),
    ("buyer.email", "x" * 250 + "@example.com"),
    ("buyer.name", "x" * 201),
    ("buyer.role", "operator"),
    ("price.amount", "12.5"),
    ("price.amount", "-1.00"),
    ("price.amount", "1e3"),
    ("price.amount", "1,250.00"),
    ("price.amount", 12.5),
    ("price.amount", "9" * 20 + ".00"),
    ("price.currency", "XXX"),
    ("price.currency", "usd"),
    ("quantity", 0),
    ("quantity", "1"),
    ("quantity", True),
    ("quantity", 10**30),
    ("payment_started_at", "2026-11-10T10:00:00"),
    ("paid_at", "2026-11-10T09:59:59Z"),
    ("paid_at", "1970-01-01T00:00:00Z"),
    ("delivered_at", "2026-11-10T10:00:30Z"),
    ("delivered_at", 1762768800),
    ("stage", "closed"),
]
UNSEEN = [("listing.title", "\u200b\u2060"), ("listing.title", "two\u2028lines"), ("seller.name", "\u3164")]
"""Names of which nothing is to be seen, and a line that goes on where nobody sees why."""


def spoiled(path, value):
    row = copy.deepcopy(ROW)
    names = path.split("[")[0].split(".")
    if names[:3] == ["listing", "terms", "warranty"]:
        names = names[:3]
    if names[:2] == ["seller", "working_hours"]:
        names = names[:2]
    place = row
    for name in names[:-1]:
        place = place[name]
    place[names[-1]] = value
    return row


@pytest.mark.parametrize(("path", "value"), [*BAD, *UNSEEN])
def test_a_fault_is_told_at_its_own_path(path, value):
    with pytest.raises(ValidationError) as caught:
        read_purchase(spoiled(path, value))
    faults = faults_of(caught.value)
    assert [fault.path for fault in faults] == [path]
    assert all(fault.msgid % fault.values if fault.values else fault.msgid for fault in faults)


@pytest.mark.parametrize("row", [None, [], "row", 7, {}, {"external_id": None}])
def test_what_is_no_purchase_at_all_is_refused(work, row):
    with work() as session:
        (told,) = take_in(session, Actor(role=Role.OPERATOR), [row], NOW)
    assert (told.result, told.external_id) == ("refused", None)


def test_all_faults_of_a_row_are_told_at_once():
    row = spoiled("price.amount", "x") | {"paid_at": "2020-01-01T00:00:00Z", "extra": 1}
    del row["buyer"]["email"]
    with pytest.raises(ValidationError) as caught:
        read_purchase(row)
    assert [fault.path for fault in faults_of(caught.value)] == ["buyer.email", "extra", "paid_at", "price.amount"]


def test_a_bad_row_refuses_itself_alone(work, shop):
    rows = [shop.row(), shop.row(quantity=0), shop.row()]
    with work() as session:
        told = take_in(session, Actor(role=Role.OPERATOR), rows, NOW)
    assert [row.result for row in told] == ["created", "refused", "created"]
    assert told[1].external_id == rows[1]["external_id"]


def test_what_may_be_left_out_may_be_left_out():
    row = copy.deepcopy(ROW)
    for place, name in [
        (row["listing"], "terms"),
        (row["seller"], "working_hours"),
        (row["buyer"], "name"),
        (row["buyer"], "language"),
        (row, "quantity"),
        (row, "delivered_at"),
    ]:
        del place[name]
    said = read_purchase(row)
    assert (said.quantity, said.delivered_at, said.listing.terms, said.buyer.name) == (1, None, None, None)


def test_the_engine_reads_all_terms_that_an_import_takes():
    for row in exported():
        terms = read_purchase(row).listing.terms
        if terms is not None:
            read_terms(dict(terms))


@pytest.mark.parametrize(
    "terms",
    [
        {"warranty": PERIOD | {"starts": "payment"}, "video_required": True, "disclosed": ["EU only"]},
        {"warranty": {"kind": "excluded"}, "video_required": None, "disclosed": None},
        {"warranty": {"kind": "not_stated"}},
        {"warranty": None},
        {},
        {"warranty": {"kind": "period", "duration": "P99999999999999999999D"}},
    ],
)
def test_terms_are_taken_as_the_engine_takes_them(terms):
    said = read_purchase(spoiled("listing.terms", terms)).listing.terms
    assert said is None or read_terms(dict(said)) == read_terms(dict(terms))


@pytest.mark.parametrize(
    "terms", [{"warranty": {"kind": "period"}}, {"disclosed": [1]}, {"video_required": 1}, {"warranty": {"kind": "x"}}]
)
def test_terms_that_the_engine_refuses_are_refused(terms):
    with pytest.raises(BadInputError):
        read_terms(terms)
    with pytest.raises(ValidationError):
        read_purchase(spoiled("listing.terms", terms))
