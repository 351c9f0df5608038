"""Either side can say that the listing was read wrongly; the other side sees it; the reading stands meanwhile."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain.refusals import ConflictError, ForbiddenError, NotFoundError
from arbitration.models import DocketEntry, Intent, ReadingObjection
from arbitration.scheduler.deliver import deliver_due
from arbitration.services import objections
from tests.correspondence.desk import Desk
from tests.moments import NOW
from tests.people.pages import follow, link_to
from tests.readings.conftest import panel, term, words
from tests.support.shop import BUYER, OPERATOR, SELLER, Shop

Work = Callable[[], AbstractContextManager[Session]]
Desks = Callable[[str], tuple[Desk, Desk]]
REASON = "It says 14 days for <b>keys</b>, and 30 for accounts.\nI bought an account."
KEY = "key-of-this-form"


@pytest.fixture
def purchase(describe: Callable[..., str], read_all: Callable[[], int]) -> str:
    """A purchase whose description has been read."""
    external_id = describe()
    read_all()
    return external_id


def send(desk: Desk, field: str = "warranty", reason: str = REASON, key: str = KEY, **said: str):
    data = {"reason": reason, "idempotency_key": key} | said
    return desk.client.post(f"{desk.address}/readings/{field}/objection", data=data)


def kept(work: Work) -> list[ReadingObjection]:
    with work() as session:
        return list(session.scalars(select(ReadingObjection).order_by(ReadingObjection.made_at)))


def test_the_other_side_sees_who_objected_when_and_why(purchase: str, desks: Desks) -> None:
    buyer, seller = desks(purchase)
    sent = send(buyer, kind="period", count="30", unit="days", starts="delivery")
    assert (sent.status_code, sent.location) == (303, f"/purchases/{purchase}#term-warranty")
    mine = buyer.look()
    assert "Your objection is on record, and the other side sees it." in words(mine.text)
    assert "You objected that this was read wrongly" in words(term(mine.text, "warranty"))
    theirs = words(term(seller.look().text, "warranty"))
    assert "Marcus Lowe objected that this was read wrongly" in theirs
    assert "It says 14 days for <b>keys</b>, and 30 for accounts. I bought an account." in theirs
    assert "As it should read: 30 days from the delivery" in theirs
    assert "Until an arbiter decides, the reading stands." in theirs
    assert "Take the objection back" not in theirs


def test_the_reading_stands_until_it_is_decided(purchase: str, desks: Desks) -> None:
    buyer, _ = desks(purchase)
    send(buyer, kind="unlimited")
    page = buyer.look("?on=2026-11-12").text
    assert words(term(page, "warranty")).startswith("Warranty 14 days from the delivery")
    assert "To be reported by 24 November 2026, 10:02" in panel(page, "demand")


def test_a_seller_can_object_that_something_was_overlooked(purchase: str, desks: Desks) -> None:
    buyer, seller = desks(purchase)
    assert "The description does say it" in term(seller.look().text, "video_required")
    assert send(seller, "video_required", "I ask for one.", kind="yes").status_code == 303
    shown = words(term(buyer.look().text, "video_required"))
    assert "Harbour Keys objected that this was read wrongly" in shown
    assert "As it should read: Demanded" in shown


def test_a_form_sent_twice_is_one_objection_and_a_second_one_is_refused_with_its_text(
    purchase: str, desks: Desks, work: Work
) -> None:
    buyer, seller = desks(purchase)
    assert send(buyer).location == send(buyer).location
    assert len(kept(work)) == 1
    again = send(buyer, reason="Once more, differently.", key="another-key-1")
    assert again.status_code == 409
    assert "You have objected to this already." in words(term(again.text, "warranty"))
    assert "Once more, differently.</textarea>" in again.text
    assert send(seller, key="another-key-2").status_code == 303
    assert len(kept(work)) == 2


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"reason": "  "}, "Write something before you send it."),
        ({"reason": "x" * 4001}, "This is 4,001 characters long; an objection holds 4,000."),
        ({"kind": "period", "count": "soon"}, "Say how long the period is: a whole number from 1 to 9,999."),
        ({"kind": "period", "count": "0"}, "Say how long the period is"),
        ({"kind": "period", "count": "3", "unit": "moons"}, "Choose one of the answers."),
        ({"kind": "for ever"}, "Choose one of the answers."),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    purchase: str, desks: Desks, work: Work, said: dict[str, str], complaint: str
) -> None:
    buyer, _ = desks(purchase)
    page = send(buyer, **({"reason": "The words I wrote", "count": "9"} | said))
    assert page.status_code == 422
    shown = term(page.text, "warranty")
    assert complaint in words(shown)
    assert '<details class="unfold" open>' in shown
    assert said.get("reason", "The words I wrote").strip() in shown
    assert f'value="{said.get("count", "9")}"' in shown
    assert kept(work) == []


def test_what_the_marketplace_states_and_what_is_not_read_yet_cannot_be_objected_to(
    shop: Shop, describe: Callable[..., str], desks: Desks
) -> None:
    stated, unread = shop.purchase(), describe("Warranty 3 days.")
    buyer, _ = desks(stated)
    assert "This was read wrongly" not in buyer.look().text
    assert send(buyer).status_code == 409
    buyer, _ = desks(unread)
    assert "This was read wrongly" not in buyer.look().text
    page = send(buyer, key="another-key-3")
    assert page.status_code == 409
    assert "The description has not been read yet." in page.text
    assert send(buyer, "disclosed", key="another-key-4").status_code == 404


def test_strangers_and_operators_have_no_say(purchase: str, shop: Shop, work: Work) -> None:
    shop.purchase(buyer={"email": "other@example.org"}, seller={"external_id": "9", "email": "o@example.org"})
    stranger = shop.person("other@example.org")
    with pytest.raises(NotFoundError), work() as session:
        objections.object_to_reading(session, stranger, purchase, "warranty", "No.", NOW)
    with pytest.raises(ForbiddenError), work() as session:
        objections.object_to_reading(session, OPERATOR, purchase, "warranty", "No.", NOW)


def test_the_docket_tells_of_it_without_its_words(purchase: str, desks: Desks, work: Work) -> None:
    buyer, _ = desks(purchase)
    send(buyer, kind="excluded")
    (objection,) = kept(work)
    with work() as session:
        entry = session.scalars(select(DocketEntry).where(DocketEntry.kind == "reading.objected")).one()
    facts = json.loads(entry.body)["facts"]
    assert facts["field"] == "warranty"
    assert facts["objection"] == str(objection.id)
    assert facts["suggestion"] == {"warranty": {"kind": "excluded"}}
    assert re.fullmatch("[0-9a-f]{64}", facts["text"])
    assert "keys" not in entry.body


def test_one_may_take_it_back_after_being_asked_once_more(purchase: str, desks: Desks, work: Work) -> None:
    buyer, seller = desks(purchase)
    send(buyer)
    (objection,) = kept(work)
    address = f"/purchases/{purchase}/objections/{objection.id}/withdrawal"
    assert seller.client.get(address).status_code == seller.client.post(address).status_code == 403
    asked = buyer.client.get(address)
    assert asked.status_code == 200
    assert "Take this objection back?" in asked.text
    assert buyer.client.post(address, data={"idempotency_key": "another-key-5"}).status_code == 303
    assert "objected" not in words(term(seller.look().text, "warranty"))
    assert buyer.client.post(address, data={"idempotency_key": "another-key-6"}).status_code == 409
    assert send(buyer, key="another-key-7").status_code == 303
    with work() as session:
        kinds = select(DocketEntry.kind).where(DocketEntry.kind.startswith("reading."))
        assert sorted(session.scalars(kinds)) == [
            "reading.objected",
            "reading.objected",
            "reading.objection_withdrawn",
        ]


def test_the_other_side_gets_a_mail_once(purchase: str, shop: Shop, work: Work, app: Flask) -> None:
    buyer = shop.buyer
    with work() as session:
        said = {"kind": "period", "count": "30", "unit": "days"}
        objections.object_to_reading(session, buyer, purchase, "warranty", REASON, NOW, said)
    later = NOW + timedelta(minutes=1)
    assert deliver_due(app, NOW) == {}
    assert deliver_due(app, later) == {"sent": 1}
    assert deliver_due(app, later) == {}
    (file,) = Path(app.config["SETTINGS"].instance, "mail").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"].addresses[0].addr_spec == SELLER
    assert mail["Subject"].strip() == "Marcus Lowe says the listing was read wrongly: Snow Harbour, key for Playgate"
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert "30 days from the delivery" in text
        assert f"/purchases/{purchase}#term-warranty" in text
    quoted = REASON.replace("\n", "\n> ")
    assert f"\n> {quoted}\n" in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "<b>keys</b>" not in mail.get_body(("html",)).get_content()


def test_what_was_taken_back_within_the_minute_is_not_announced(
    purchase: str, shop: Shop, work: Work, app: Flask
) -> None:
    buyer = shop.buyer
    with work() as session:
        made = objections.object_to_reading(session, buyer, purchase, "warranty", REASON, NOW)
    with work() as session:
        objections.withdraw_objection(session, buyer, purchase, made.id, NOW)
    assert deliver_due(app, NOW + timedelta(minutes=1)) == {"skipped": 1}
    with work() as session:
        assert session.scalars(select(Intent.error)).one() == "withdrawn"


def test_words_written_after_the_session_ran_out_come_back(purchase: str, app: Flask) -> None:
    browser = app.test_client()
    sent = send(Desk(browser, purchase), reason="Hours of work")
    assert sent.status_code == 303
    assert "/sign-in" in sent.location
    follow(browser, link_to(app, BUYER))
    shown = term(Desk(browser, purchase).look().text, "warranty")
    assert "Hours of work</textarea>" in shown
    assert "It has not been sent yet." in shown
    assert send(Desk(browser, purchase), reason="Hours of work", key="another-key-8").status_code == 303
    assert "Hours of work</textarea>" not in Desk(browser, purchase).look().text


def test_of_two_at_once_one_is_kept(purchase: str, shop: Shop, work: Work) -> None:
    buyer = shop.buyer
    with work() as session:
        objections.object_to_reading(session, buyer, purchase, "warranty", "One", NOW)
    with pytest.raises(ConflictError), work() as session:
        objections.object_to_reading(session, buyer, purchase, "warranty", "Two", NOW)
    with work() as session:
        assert session.scalar(select(func.count()).select_from(ReadingObjection)) == 1
