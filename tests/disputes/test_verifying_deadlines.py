"""Whoever moves, hides or invents a deadline behind everybody's back is found out."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from arbitration.ids import new_id
from arbitration.models import DeadlineRow, Dispute
from arbitration.services.disputes import requests
from arbitration.services.disputes.offers import make_offer
from arbitration.services.disputes.talks import ask_extension
from tests.disputes.hearing import Hearing, Work, at
from tests.support.shop import Shop

CHANGED = "of a deadline (%s) is not what the entries and the agreement come to."


@pytest.fixture
def asked(work: Work, shop: Shop) -> Hearing:
    """A dispute whose seller has asked for more time and made an offer, and whose arbiter has asked for an exhibit."""
    hearing = Hearing.opened(work, shop)
    hearing.do(ask_extension, hearing.seller, at(80), "I am travelling.", at(1))
    hearing.do(make_offer, hearing.seller, "refund", None, "", at(2))
    hearing.called()
    hearing.do(requests.ask, hearing.taken(25), "buyer", "screenshot", at(90), "", at(26))
    return hearing


def test_deadlines_that_went_by_the_rules_are_not_complained_about(asked: Hearing, found) -> None:
    assert found() == []
    asked.run_out("offer")
    asked.run_out("exhibit_request")
    asked.run_out("ruling")
    assert found() == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("ruling", {"due_at": at(900)}),
        ("ruling", {"first_due_at": at(900), "due_at": at(900), "next_at": at(900)}),
        ("ruling", {"owed_by": "seller"}),
        ("ruling", {"next_at": at(900)}),
        ("exhibit_request", {"state": "met", "settled_at": at(27)}),
        ("exhibit_request", {"state": "ran_out", "settled_at": at(26)}),
        ("seller_answer", {"due_at": at(72)}),
        ("seller_answer", {"settled_at": at(25)}),
        ("offer", {"passed": ["48h after"]}),
        ("ruling", {"buyer_id": new_id()}),
        ("offer", {"seller_id": new_id()}),
    ],
)
def test_a_deadline_that_was_changed_is_found(asked: Hearing, found, kind: str, change: dict) -> None:
    with asked.work() as session:
        session.execute(update(DeadlineRow).where(DeadlineRow.kind == kind).values(**change))
    assert any(CHANGED % kind in line for line in found())


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_dispute_that_is_listed_for_somebody_else_is_found(asked: Hearing, found, side: str) -> None:
    with asked.work() as session:
        session.execute(update(Dispute).values({f"{side}_id": new_id()}))
    assert any("The purchase's buyer or seller in a dispute is not what this entry says." in line for line in found())


def test_one_that_is_missing_and_one_that_was_invented_are_found(asked: Hearing, found) -> None:
    with asked.work() as session:
        session.execute(delete(DeadlineRow).where(DeadlineRow.kind == "ruling"))
        row = session.scalars(select(DeadlineRow).where(DeadlineRow.kind == "offer")).one()
        row.base_at += timedelta(hours=1)
    lines = found()
    assert any("The deadline (ruling) that began with this entry is missing." in line for line in lines)
    assert any("No entry tells of the act from which a deadline (offer) is counted." in line for line in lines)
