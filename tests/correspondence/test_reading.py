"""Reading a correspondence: what is new, who has read what, and following it without a reload."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import ForbiddenError
from arbitration.services import messages, purchases
from tests.correspondence.desk import Desk, message, positions
from tests.moments import NOW
from tests.support.shop import Shop
from tests.support.showing import mark_shown

Work = Callable[[], AbstractContextManager[Session]]


def test_the_page_says_so_where_nothing_was_written(buyer: Desk, seller: Desk) -> None:
    assert "Nothing has been written yet" in buyer.look().text
    assert "Nothing has been written yet" in seller.look().text


def test_new_messages_are_marked_once(buyer: Desk, seller: Desk) -> None:
    buyer.write("One")
    seller.write("Two")
    seller.write("Three")
    first = buyer.look().text
    assert first.index('data-position="1"') < first.index('id="unread"') < first.index('data-position="2"')
    assert 'id="unread"' not in buyer.look().text


def test_ones_own_messages_are_never_new(buyer: Desk) -> None:
    buyer.write("One")
    assert 'id="unread"' not in buyer.look().text


def test_the_sender_sees_when_it_was_read(buyer: Desk, seller: Desk) -> None:
    buyer.write("One")
    buyer.write("Two")
    assert "Not read yet" in message(buyer.look(), 2)
    seller.look()
    page = buyer.look()
    assert "Read by <bdi" in message(page, 2)
    assert "Not read yet" not in page.text


def test_a_browser_that_loads_ahead_has_read_nothing(buyer: Desk, seller: Desk) -> None:
    buyer.write("One")
    seller.look(Sec_Purpose="prefetch")
    assert "Not read yet" in message(buyer.look(), 1)


def test_answering_counts_as_having_read(buyer: Desk, seller: Desk) -> None:
    buyer.write("One")
    seller.write("Two")
    assert "Read by" in message(buyer.look(), 1)


def test_following_brings_what_is_new_and_nothing_while_nothing_is(buyer: Desk, seller: Desk) -> None:
    buyer.write("One")
    first = buyer.poll()
    assert positions(first) == [1]
    assert "<html" not in first.text
    etag = first.headers["ETag"]
    assert buyer.poll(If_None_Match=etag).status_code == 304
    seller.write("Two")
    second = buyer.poll(1, If_None_Match=etag)
    assert (second.status_code, positions(second)) == (200, [2])


def test_following_notices_edits_deletions_and_read_marks(buyer: Desk, seller: Desk) -> None:
    buyer.write("One")
    seller.write("Two")
    acts: list[Callable[[], object]] = [
        seller.look,
        lambda: buyer.edit(1, "One, mended", seen="1"),
        lambda: seller.delete(2),
        lambda: buyer.write("Three"),
        seller.look,
    ]
    for act in acts:
        etag = buyer.poll().headers["ETag"]
        assert buyer.poll(If_None_Match=etag).status_code == 304
        act()
        if act is not acts[0]:
            assert buyer.poll(If_None_Match=etag).status_code == 200


def test_what_one_reader_has_is_not_passed_off_as_what_another_would_see(buyer: Desk, seller: Desk) -> None:
    etag = buyer.poll().headers["ETag"]
    assert seller.poll(If_None_Match=etag).status_code == 200


def test_following_in_another_zone_is_another_text(buyer: Desk) -> None:
    buyer.write("One")
    etag = buyer.poll().headers["ETag"]
    buyer.client.set_cookie("time_zone", "Asia/Tokyo")
    assert buyer.poll(If_None_Match=etag).headers["ETag"] != etag


def test_what_following_showed_is_read(buyer: Desk, seller: Desk) -> None:
    buyer.write("One")
    seller.poll()
    assert "Read by" in message(buyer.look(), 1)


@pytest.mark.parametrize("after", ["-1", "x", "99999999999999999999999", "۳", "²", "1.5", ""])
def test_following_from_a_place_that_makes_no_sense(buyer: Desk, after: str) -> None:
    buyer.write("One")
    assert buyer.client.get(f"{buyer.address}/messages", query_string={"after": after}).status_code == 200


def test_a_long_correspondence_opens_on_its_end_and_leads_back(
    buyer: Desk, seller: Desk, shop: Shop, work: Work
) -> None:
    buying, selling = shop.buyer, shop.seller
    with work() as session:
        for number in range(1, 121):
            at = NOW + timedelta(minutes=number)
            messages.post_message(session, buying, buyer.purchase, f"Number {number}", at)
            mark_shown(session, selling, buyer.purchase, number, at)
    page = seller.look()
    assert positions(page) == list(range(71, 121))
    earlier = re.search(r'href="([^"]+)">Earlier messages', page.text)
    assert earlier
    older = seller.client.get(earlier[1].partition("#")[0])
    assert positions(older) == list(range(21, 71))
    assert "To the newest messages" in older.text
    assert "data-poll=" not in older.text
    assert positions(seller.look("?before=21")) == list(range(1, 21))
    assert "Earlier messages" not in seller.look("?before=21").text
    assert f"{seller.address}?before=35#m10" in seller.client.get(f"{seller.address}/messages/10/versions").text


def test_all_that_is_new_is_on_the_page(buyer: Desk, seller: Desk, shop: Shop, work: Work) -> None:
    buying = shop.buyer
    with work() as session:
        for number in range(1, 121):
            messages.post_message(session, buying, buyer.purchase, f"Number {number}", NOW)
    page = seller.look()
    assert positions(page) == list(range(1, 121))
    assert page.text.index('id="unread"') < page.text.index('data-position="1"')


def test_days_are_those_of_the_readers_zone(buyer: Desk, shop: Shop, work: Work) -> None:
    buying = shop.buyer
    with work() as session:
        messages.post_message(session, buying, buyer.purchase, "Late", NOW.replace(hour=22, minute=30))
    assert "22:30" in message(buyer.look(), 1)
    buyer.client.set_cookie("time_zone", "Europe/Kyiv")
    assert "00:30" in message(buyer.look(), 1)


def test_an_operator_sees_a_purchase_and_not_its_messages(buyer: Desk, work: Work) -> None:
    buyer.write("Between us")
    operator = Actor(None, Role.OPERATOR)
    with work() as session:
        assert purchases.get_purchase(session, operator, buyer.purchase).external_id == buyer.purchase
        (summary,) = purchases.list_purchases(session, operator).items
        assert (summary.last, summary.unread) == (None, 0)
        assert purchases.list_purchases(session, operator, text="between").items == []
        for ask in (messages.list_messages, messages.stamp):
            with pytest.raises(ForbiddenError):
                ask(session, operator, buyer.purchase)
