"""Mails about what is owed: to whom it concerns, in that person's zone, and only while it is still owed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.assets import asset_dir
from arbitration.config import Settings
from arbitration.domain.event_words import HEADLINES
from arbitration.domain.events import EVENTS
from arbitration.mail.compose import House, compose
from arbitration.models import Intent, Purchase
from arbitration.scheduler.deadlines import run_due
from arbitration.scheduler.deliver import deliver_due
from arbitration.scheduler.letters import letter_for
from arbitration.services import deadlines, messages
from arbitration.services.disputes import talks
from arbitration.services.thread import post_event
from tests.clocks.conftest import Opened
from tests.disputes.hearing import Hearing
from tests.moments import NOW
from tests.support.shop import BUYER, SELLER, Shop
from tests.support.showing import mark_shown

Work = Callable[[], AbstractContextManager[Session]]
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hearing(work: Work, shop: Shop) -> Hearing:
    return Hearing.opened(work, shop).called()


def mails(app: Flask) -> list[EmailMessage]:
    folder = Path(app.config["SETTINGS"].instance, "mail")
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content()


def test_the_seller_hears_of_a_dispute_and_is_reminded_in_his_own_time(app: Flask, opened: Opened) -> None:
    opened(NOW)
    assert deliver_due(app, NOW + MINUTE) == {"sent": 1}
    assert run_due(app, NOW + 2 * HOUR) == {"reminded": 1}
    assert deliver_due(app, NOW + 2 * HOUR) == {"sent": 1}
    notice, reminder = mails(app)
    assert notice["To"].addresses[0].addr_spec == reminder["To"].addresses[0].addr_spec == SELLER
    assert notice["Subject"] == "Marcus Lowe opened a dispute: Snow Harbour, key for Playgate"
    due = "due in 2 days and 22 hours"
    assert reminder["Subject"].strip() == f"Please answer the buyer ({due}): Snow Harbour, key for Playgate"
    for mail in (notice, reminder):
        assert "By 24 November 2026, 12:00 (UTC)" in body(mail)
        assert "the dispute goes to an arbiter without your answer" in body(mail)
    assert "72 hours after the dispute was opened, 21 November 2026, 12:00" in body(reminder)
    assert body(reminder).count("/purchases/PURCHASE00000001#m1") == 1


@pytest.mark.parametrize("meanwhile", ["answered", "extended", "over"])
def test_a_reminder_that_was_overtaken_is_not_sent(
    app: Flask, work: Work, opened: Opened, shop: Shop, meanwhile: str
) -> None:
    dispute, seller = opened(NOW), shop.seller
    deliver_due(app, NOW + MINUTE)
    run_due(app, NOW + 48 * HOUR)
    sent_at = NOW + 49 * HOUR
    with work() as session:
        if meanwhile == "answered":
            messages.post_message(session, seller, "PURCHASE00000001", "Here I am.", sent_at)
        elif meanwhile == "extended":
            talks.ask_extension(session, seller, dispute, NOW + 80 * HOUR, "I am away.", sent_at)
        else:
            sent_at = NOW + 72 * HOUR
    assert deliver_due(app, sent_at) == {"skipped": 1}


def test_who_asks_for_more_time_is_not_reminded_of_what_was_before(work: Work, opened: Opened, shop: Shop) -> None:
    dispute, seller = opened(NOW), shop.seller
    with work() as session:
        messages.post_message(session, seller, "PURCHASE00000001", "A moment.", NOW + HOUR)
    with work() as session:
        talks.ask_extension(session, seller, dispute, NOW + 80 * HOUR, "I am away.", NOW + 30 * HOUR)
        (row,) = deadlines.open_ones(session, dispute)
        assert (row.passed, row.next_at) == (["PT2H after", "PT24H after"], NOW + 48 * HOUR)


def test_every_event_has_its_line_and_its_mail(work: Work, opened: Opened, shop: Shop, settings: Settings) -> None:
    assert HEADLINES.keys() == EVENTS.keys()
    opened(NOW)
    buyer = shop.buyer
    with work() as session:
        purchase = session.scalars(select(Purchase)).one()
        for kind in EVENTS:
            post_event(session, purchase, buyer, kind, NOW, text="Words.")
        intents = session.scalars(select(Intent).where(Intent.kind == "event")).all()
        letters = [letter_for(session, settings, intent, NOW + HOUR) for intent in intents[1:]]
    assert len(letters) == len(EVENTS)
    for letter in letters:
        mail = compose(House("Market", "disputes@example.com", asset_dir("templates")), letter, "<a@b>", NOW)
        assert "%(" not in mail["Subject"]
        assert "Please answer the buyer" in body(mail)


def test_a_ruling_is_mailed_to_both_sides_with_its_place_in_the_record_though_they_have_read_it(
    hearing: Hearing, settings: Settings, work: Work
) -> None:
    hearing.ruled()
    (message,) = hearing.said("ruling")
    assert message.about is not None
    with work() as session:
        purchase = hearing.purchase_row(session)
        for actor in (hearing.buyer, hearing.seller):
            mark_shown(session, actor, purchase.external_id, message.position, NOW + timedelta(days=9))
        intents = session.scalars(select(Intent).where(Intent.kind == "event").order_by(Intent.created_at)).all()
        of_ruling = [it for it in intents if it.payload["position"] == message.position]
        letters = [letter_for(session, settings, intent, NOW + timedelta(days=9)) for intent in of_ruling]
    assert {letter.address for letter in letters} == {BUYER, SELLER}
    for letter in letters:
        assert letter.values["docket"]["hash"] == message.about["docket_head"]
        assert letter.values["details"] == ["Refund: US$12.50"]
