"""Who changes afterwards what was read, or what somebody objected to, is found out."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from arbitration.db import reading
from arbitration.ids import new_id
from arbitration.models import ListingReading, Purchase, ReadingObjection
from arbitration.services import objections
from arbitration.services.verification import verify
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
UNLIMITED = {"warranty": {"kind": "unlimited"}}


@pytest.fixture
def purchase(describe: Callable[..., str], read_all: Callable[[], int], shop: Shop, work: Work) -> str:
    """A purchase to whose reading both sides objected; the seller took it back."""
    external_id = describe()
    read_all()
    buyer, seller = shop.buyer, shop.seller
    with work() as session:
        objections.object_to_reading(
            session, buyer, external_id, "warranty", "It says more.", NOW, {"kind": "unlimited"}
        )
        made = objections.object_to_reading(session, seller, external_id, "video_required", "It does.", NOW)
    with work() as session:
        objections.withdraw_objection(session, seller, external_id, made.id, NOW)
    return external_id


@pytest.fixture
def found(app: Flask) -> Callable[[], list[str]]:
    def checking() -> list[str]:
        with app.app_context(), reading() as session:
            return [str(finding) for finding in verify(session, app.config["SECRET_KEY"])]

    return checking


def test_nothing_is_found_where_nothing_was_changed(purchase: str, found: Callable[[], list[str]]) -> None:
    assert purchase
    assert found() == []


def _another(session: Session, purchase: str) -> None:
    """A correction that nobody decided, slipped in beside the record."""
    bought = session.scalars(select(Purchase).where(Purchase.external_id == purchase)).one()
    values = {name: getattr(bought, name) for name in ("listing_id",)}
    session.execute(
        insert(ReadingObjection).values(
            id=new_id(),
            purchase_id=bought.id,
            person_id=bought.buyer_id,
            role="buyer",
            field="warranty",
            text="",
            salt=b"",
            made_at=NOW,
            decided_at=NOW,
            correction=UNLIMITED,
            **values,
        )
    )


def _change_reading(session: Session) -> None:
    row = session.scalars(select(ListingReading)).one()
    row.reading = (row.reading or {}) | UNLIMITED


TAMPERINGS = [
    (lambda s, _: _change_reading(s), "What was read in the listings of this batch is not what is on record now."),
    (lambda s, _: s.execute(delete(ListingReading)), "What was read in the listings of this batch is not"),
    (lambda s, _: s.execute(update(ListingReading).values(batch_id=new_id())), "No entry tells of the reading"),
    (lambda s, _: s.execute(update(ReadingObjection).values(text="Other words")), "is not what this entry says."),
    (lambda s, _: s.execute(update(ReadingObjection).values(suggestion=None)), "is not what this entry says."),
    (lambda s, _: s.execute(update(ReadingObjection).values(withdrawn_at=NOW)), "is not what this entry says."),
    (
        lambda s, _: s.execute(update(ReadingObjection).values(decided_at=NOW, correction=UNLIMITED)),
        "is not what this entry says.",
    ),
    (lambda s, _: s.execute(delete(ReadingObjection)), "An objection to how the listing was read is missing."),
    (_another, "No entry tells of an objection to how the listing was read."),
]


@pytest.mark.parametrize(("tamper", "told"), TAMPERINGS, ids=range(len(TAMPERINGS)))
def test_what_was_changed_afterwards_is_found(
    purchase: str, work: Work, found: Callable[[], list[str]], tamper: Callable[[Session, str], object], told: str
) -> None:
    with work() as session:
        tamper(session, purchase)
    assert any(told in line for line in found()), found()
