"""What an arbiter decided about a reading holds from then on, for every purchase of the listing as it stood."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration.domain.readings import (
    CORRECTION,
    DESCRIPTION,
    MARKETPLACE,
    NOWHERE,
    READ,
    Found,
    in_force,
    kept_form,
    reading_of,
)
from arbitration.models import Purchase, ReadingObjection
from arbitration.rules.listings import read_terms
from arbitration.services import objections, verdicts
from tests.moments import NOW
from tests.readings.conftest import term, words
from tests.support.shop import ROW, Shop

Work = Callable[[], AbstractContextManager[Session]]
MONTH = {"kind": "period", "duration": "P1M", "starts": "payment"}
TEXT = "Warranty: 14 days from delivery. Claims are accepted only with a video recording of the check."
DELIVERED = datetime.fromisoformat(ROW["delivered_at"])
FOUND = Found(READ, read_terms(TEXT))


def test_a_correction_beats_the_reading() -> None:
    terms = in_force(None, FOUND, {"warranty": MONTH})
    assert (terms.terms.warranty.duration.months, terms.terms.warranty.starts) == (1, "payment")
    assert {name: term.source for name, term in terms.fields.items()} == {
        "warranty": CORRECTION,
        "video_required": DESCRIPTION,
        "disclosed": NOWHERE,
    }
    assert terms.fields["warranty"].quote is None
    assert not terms.may_be_objected("warranty")
    assert terms.may_be_objected("video_required")


def test_a_correction_never_beats_what_the_marketplace_states() -> None:
    stated = {"warranty": {"kind": "excluded"}, "video_required": False}
    terms = in_force(stated, FOUND, {"warranty": MONTH, "video_required": True})
    assert terms.terms.warranty.kind == "excluded"
    assert terms.terms.video_required is False
    assert {terms.fields[name].source for name in ("warranty", "video_required")} == {MARKETPLACE}


def test_a_correction_may_say_that_nothing_is_stated() -> None:
    terms = in_force({"warranty": {"kind": "not_stated"}}, FOUND, {"warranty": {"kind": "not_stated"}})
    assert terms.terms.warranty.kind == "not_stated"
    assert terms.fields["warranty"].source == CORRECTION
    corrected = in_force(None, FOUND, {"video_required": False})
    assert corrected.terms.video_required in (None, False)
    assert corrected.fields["video_required"].source == CORRECTION


@given(st.text(max_size=60))
def test_a_reading_is_kept_as_it_was_made(noise: str) -> None:
    reading = read_terms(noise + TEXT)
    assert reading_of(kept_form(reading)) == reading


@pytest.fixture
def decided(describe: Callable[..., str], read_all: Callable[[], int], shop: Shop, work: Work) -> tuple[str, str]:
    """Two purchases of one listing; about the first an arbiter decided at ``NOW`` how it reads."""
    first, second = describe(), describe()
    read_all()
    buyer = shop.buyer
    with work() as session:
        objections.object_to_reading(session, buyer, first, "warranty", "A month.", NOW - timedelta(hours=1))
    with work() as session:
        session.execute(update(ReadingObjection).values(decided_at=NOW, correction={"warranty": MONTH}))
    return first, second


@pytest.mark.parametrize("number", [0, 1])
def test_it_holds_for_each_purchase_of_that_listing_from_then_on(
    decided: tuple[str, str], shop: Shop, work: Work, number: int
) -> None:
    purchase, buyer = decided[number], shop.buyer
    with work() as session:
        paid_at = session.scalars(select(Purchase.paid_at).where(Purchase.external_id == purchase)).one()
        before = verdicts.assess_purchase(session, buyer, purchase, NOW - timedelta(minutes=1), NOW)
        after = verdicts.assess_purchase(session, buyer, purchase, NOW, NOW)
    assert before.answers[2].verdict.explain().warranty.expires_at == DELIVERED + timedelta(days=14)
    assert after.answers[2].verdict.explain().warranty.expires_at == paid_at.replace(month=12)
    found = [finding for answer in after.answers for finding in answer.verdict.explain().findings]
    notes = [note.code for finding in found for note in finding.notes]
    assert "reading_corrected" in notes
    assert "listing_says" not in notes


def test_what_was_decided_cannot_be_objected_to_again_and_is_told_on_the_page(
    decided: tuple[str, str], desks: Callable[[str], tuple]
) -> None:
    buyer, _ = desks(decided[1])
    shown = words(term(buyer.look().text, "warranty"))
    assert shown == "Warranty 1 month from the payment Decided by an arbiter"
    data = {"reason": "No!", "idempotency_key": "key-of-a-form"}
    assert buyer.client.post(f"{buyer.address}/readings/warranty/objection", data=data).status_code == 409
