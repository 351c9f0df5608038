"""The numbers of unread messages are kept with each purchase: after every act they are what a count would find."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration.db import db, reading
from arbitration.models import DeadlineRow, Dispute, Message, Purchase, ReadMark
from arbitration.services import frame, messages
from arbitration.services.disputes import conduct
from arbitration.services.verification import verify
from tests.disputes.hearing import Hearing, at
from tests.moments import NOW
from tests.support.shop import Shop
from tests.support.showing import mark_shown

Work = Callable[[], AbstractContextManager[Session]]


def kept(work: Work, purchase: str) -> tuple[int, int]:
    with work() as session:
        columns = (Purchase.buyer_unread, Purchase.seller_unread)
        return tuple(session.execute(select(*columns).where(Purchase.external_id == purchase)).one())


def counted(work: Work, purchase: str) -> tuple[int, int]:
    """What buyer and seller have not read, counted message by message."""
    with work() as session:
        found = session.scalars(select(Purchase).where(Purchase.external_id == purchase)).one()
        told = session.scalars(select(Message).where(Message.purchase_id == found.id)).all()
        marks = {mark.person_id: mark.position for mark in session.scalars(select(ReadMark))}
        return tuple(
            sum(
                each.position > marks.get(person, 0)
                and each.author_id != person
                and each.deleted_at is None
                and each.hidden_at is None
                for each in told
            )
            for person in (found.buyer_id, found.seller.person_id)
        )


def test_the_numbers_follow_every_act(work: Work, shop: Shop) -> None:
    hearing = Hearing.opened(work, shop)
    purchase, seen = hearing.purchase, [kept(work, hearing.purchase)]

    def look() -> None:
        assert kept(work, purchase) == counted(work, purchase)
        seen.append(kept(work, purchase))

    def act(do: Callable[..., object], actor: object, *said: object) -> None:
        with work() as session:
            do(session, actor, purchase, *said)
        look()

    look()
    act(messages.post_message, hearing.buyer, "One", at(1))
    act(messages.post_message, hearing.buyer, "Two", at(1))
    act(messages.post_message, hearing.seller, "Three", at(2))
    act(messages.delete_message, hearing.seller, 4, at(2))
    act(messages.post_message, hearing.buyer, "You liar", at(3))
    hearing.called()
    look()
    helen = hearing.taken(25)
    look()
    act(conduct.hide_message, helen, 5, "Abuse.", at(26))
    act(mark_shown, hearing.seller, 3, at(27))
    act(mark_shown, hearing.buyer, 99, at(27))
    assert seen[-1][0] == 0 < seen[-1][1]
    assert len(set(seen)) > 5


@pytest.mark.parametrize("shops", [1, 3])
def test_news_of_all_shops_of_a_person_are_in_the_number(work: Work, shop: Shop, shops: int) -> None:
    address = "keeper@example.org"
    bought = [shop.purchase(seller={"external_id": f"S{number}", "email": address}) for number in range(shops)]
    buyer, keeper = shop.buyer, shop.person(address)
    for purchase in bought:
        with work() as session:
            messages.post_message(session, buyer, purchase, "Hello", NOW)
    with work() as session:
        stands = frame.frame_of(session, keeper).sides
        assert (stands["seller"].unread, stands["buyer"].unread) == (shops, 0)


def test_a_database_from_before_gets_the_numbers_and_whose_its_disputes_are(app: Flask, work: Work, shop: Shop) -> None:
    hearing = Hearing.opened(work, shop)
    quiet = shop.purchase()
    for actor, hours in ((hearing.buyer, 1), (hearing.seller, 2), (hearing.buyer, 3), (hearing.seller, 4)):
        with work() as session:
            messages.post_message(session, actor, hearing.purchase, "Words", at(hours))
    with work() as session:
        messages.delete_message(session, hearing.seller, hearing.purchase, 3, at(5))
        mark_shown(session, hearing.seller, hearing.purchase, 1, at(5))
    with app.app_context():
        flask_migrate.downgrade(revision="0016")
        flask_migrate.upgrade()
        db.session.remove()
    assert kept(work, hearing.purchase) == counted(work, hearing.purchase) == (1, 0)
    assert kept(work, quiet) == (0, 0)
    with work() as session:
        of = session.scalars(select(Purchase).where(Purchase.external_id == hearing.purchase)).one()
        rows = [*session.scalars(select(Dispute)), *session.scalars(select(DeadlineRow))]
        assert {(row.buyer_id, row.seller_id) for row in rows} == {(of.buyer_id, of.seller_id)}


def test_a_number_that_is_wrong_is_found_with_what_becomes_of_it_and_mended_by_the_next_look(
    app: Flask, work: Work, shop: Shop
) -> None:
    hearing, other = Hearing.opened(work, shop), shop.purchase()
    with work() as session:
        messages.post_message(session, hearing.seller, hearing.purchase, "Which message do you see?", at(1))

    def found() -> list[str]:
        with app.app_context(), reading() as session:
            return [str(each) for each in verify(session, app.config["SECRET_KEY"])]

    assert found() == []
    with work() as session:
        session.execute(update(Purchase).where(Purchase.external_id == hearing.purchase).values(buyer_unread=7))
        session.execute(update(Purchase).where(Purchase.external_id == other).values(seller_unread=1))
    told = sorted(found())
    assert [line.partition(". ")[0] for line in told] == [
        f"purchase {hearing.purchase}: The buyer's number of unread messages is kept as 7, but is 1",
        f"purchase {other}: The seller's number of unread messages is kept as 1, but is 0",
    ]
    assert "counted anew when either side is next shown a new message" in told[0]
    with work() as session:
        mark_shown(session, hearing.buyer, hearing.purchase, 2, at(2))
    assert [line for line in found() if hearing.purchase in line] == []


def test_a_mark_tells_when_one_last_looked_and_writing_is_no_look(work: Work, shop: Shop) -> None:
    purchase, buyer, seller = shop.purchase(), shop.buyer, shop.seller

    def looked() -> datetime:
        with work() as session:
            return session.scalars(select(ReadMark.read_at).where(ReadMark.person_id == seller.person_id)).one()

    for position, hours in ((1, 1), (2, 3)):
        with work() as session:
            messages.post_message(session, buyer, purchase, "Hello?", at(hours))
        with work() as session:
            mark_shown(session, seller, purchase, position, at(hours + 1))
        assert looked() == at(hours + 1)
    with work() as session:
        messages.post_message(session, seller, purchase, "Yes?", at(5))
    assert looked() == at(4)
