"""Mails go out once, to the right person, and only as long as they are of use."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from re import search

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.mail import transport
from arbitration.models import Intent, Person
from arbitration.scheduler import deliver
from arbitration.scheduler.deliver import deliver_due
from arbitration.scheduler.sweep import sweep
from arbitration.services import messages, outbox, sign_in
from tests.moments import NOW
from tests.support.shop import BUYER, SELLER, Shop
from tests.support.smtp import PostOffice, post_office

Work = Callable[[], AbstractContextManager[Session]]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def purchase(shop: Shop) -> str:
    return shop.purchase()


@pytest.fixture
def office(app: Flask) -> PostOffice:
    """A mail server, to which the application sends."""
    with post_office() as office:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=office.url)
        yield office


def say(work: Work, actor: object, purchase: str, text: str, at: object = NOW, **marks: bool) -> int:
    with work() as session:
        return messages.post_message(session, actor, purchase, text, at, **marks).message.position


def intents(work: Work) -> list[Intent]:
    with work() as session:
        return list(session.scalars(select(Intent).order_by(Intent.created_at, Intent.id)))


def states(work: Work) -> list[str]:
    return [intent.state for intent in intents(work)]


class KilledError(BaseException):
    """The process was killed."""


def killed(*_: object) -> None:
    raise KilledError


def files(app: Flask) -> list[EmailMessage]:
    folder = Path(app.config["SETTINGS"].instance, "mail")
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content()


def test_the_other_side_hears_of_a_message_after_a_minute_and_once(
    app: Flask, work: Work, shop: Shop, purchase: str
) -> None:
    say(work, shop.buyer, purchase, "The key is refused.", reports_problem=True)
    assert deliver_due(app, NOW) == {}
    assert deliver_due(app, NOW + MINUTE) == {"sent": 1}
    assert deliver_due(app, NOW + 2 * MINUTE) == {}
    [mail] = files(app)
    assert mail["To"].addresses[0].addr_spec == SELLER
    assert mail["Subject"] == "Marcus Lowe reports a problem: Snow Harbour, key for Playgate"
    assert "The key is refused." in body(mail)
    assert f"http://localhost/purchases/{purchase}#m1" in body(mail)


def test_who_has_read_the_message_gets_no_mail(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    position = say(work, shop.buyer, purchase, "Hello")
    with work() as session:
        person = session.scalars(select(Person).where(Person.email == SELLER)).one()
        bought = session.scalars(select(messages.Purchase).where(messages.Purchase.external_id == purchase)).one()
        messages.mark_read(session, person.id, bought.id, position, NOW)
    assert deliver_due(app, NOW + MINUTE) == {"skipped": 1}
    assert files(app) == []


def test_a_message_that_was_deleted_is_not_announced(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    position = say(work, shop.buyer, purchase, "Hello")
    buyer = shop.buyer
    with work() as session:
        messages.delete_message(session, buyer, purchase, position, NOW)
    assert deliver_due(app, NOW + MINUTE) == {"skipped": 1}


def test_an_edited_message_is_announced_as_it_stands(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    position = say(work, shop.buyer, purchase, "The first words")
    buyer = shop.buyer
    with work() as session:
        messages.edit_message(session, buyer, purchase, position, "The second words", NOW)
    deliver_due(app, NOW + MINUTE)
    [mail] = files(app)
    assert "The second words" in body(mail)
    assert "The first words" not in body(mail)


def test_a_burst_of_messages_is_one_mail(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    for seconds, text in enumerate(("One", "Two", "Three")):
        say(work, shop.buyer, purchase, text, NOW + timedelta(seconds=seconds))
    assert deliver_due(app, NOW + 2 * MINUTE) == {"skipped": 2, "sent": 1}
    [mail] = files(app)
    assert "Three" in body(mail)


def test_messages_of_two_purchases_are_two_mails(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    other = shop.purchase()
    for external_id in (purchase, other):
        say(work, shop.buyer, external_id, "Hello")
    assert deliver_due(app, NOW + MINUTE) == {"sent": 2}


def test_a_long_message_is_cut_in_the_mail(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    say(work, shop.buyer, purchase, "word " * 1000 + "END")
    deliver_due(app, NOW + MINUTE)
    [mail] = files(app)
    assert "The whole message stands in the correspondence." in body(mail)
    assert "END" not in body(mail)


def test_a_seller_without_settings_reads_in_the_shops_language_and_zone(app: Flask, work: Work, shop: Shop) -> None:
    seller = {"external_id": "9", "email": "kyiv@example.com", "language": "uk", "time_zone": "Europe/Kyiv"}
    purchase = shop.purchase(seller=seller)
    say(work, shop.buyer, purchase, "Hello")
    deliver_due(app, NOW + MINUTE)
    [mail] = files(app)
    assert mail["Content-Language"] == "uk"
    assert "14:00" in body(mail)


def test_a_sign_in_link_that_was_mailed_signs_in(app: Flask, work: Work, purchase: str) -> None:
    with work() as session:
        sign_in.ask(session, BUYER.upper(), NOW, f"/purchases/{purchase}")
    assert deliver_due(app, NOW) == {"sent": 1}
    [mail] = files(app)
    assert mail["To"].addresses[0].addr_spec == BUYER
    token = search(r"http://localhost/sign-in/(\S+)", body(mail))[1]
    with work() as session:
        link = sign_in.look(session, token, NOW)
        assert link.person.email == BUYER
        assert link.lands_on == f"/purchases/{purchase}"


@pytest.mark.usefixtures("purchase")
def test_an_address_that_nobody_has_gets_no_mail(app: Flask, work: Work) -> None:
    with work() as session:
        sign_in.ask(session, "stranger@example.com", NOW)
    assert deliver_due(app, NOW) == {"skipped": 1}
    assert files(app) == []


@pytest.mark.usefixtures("purchase")
def test_a_sign_in_link_is_not_mailed_when_it_is_too_late(app: Flask, work: Work) -> None:
    with work() as session:
        sign_in.ask(session, BUYER, NOW)
    assert deliver_due(app, NOW + timedelta(minutes=10, seconds=1)) == {"skipped": 1}


@pytest.mark.usefixtures("purchase")
def test_of_two_requests_for_a_link_the_newer_one_is_mailed(app: Flask, work: Work) -> None:
    for second in range(2):
        with work() as session:
            sign_in.ask(session, BUYER, NOW + timedelta(seconds=second))
    assert deliver_due(app, NOW + MINUTE) == {"skipped": 1, "sent": 1}


def test_a_mail_that_is_refused_for_good_is_given_up_and_the_next_goes_out(
    app: Flask, work: Work, shop: Shop, purchase: str, office: PostOffice
) -> None:
    office.rcpt_answers = ["550 no such mailbox"]
    say(work, shop.buyer, purchase, "One")
    say(work, shop.seller, shop.purchase(), "Two", NOW + timedelta(seconds=1))
    assert deliver_due(app, NOW + 2 * MINUTE) == {"failed": 1, "sent": 1}
    assert states(work) == ["failed", "sent"]


def test_a_mail_that_is_not_taken_now_is_tried_again_later_and_later(
    app: Flask, work: Work, shop: Shop, purchase: str, office: PostOffice
) -> None:
    office.answers = ["451 try later"] * 3
    say(work, shop.buyer, purchase, "Hello")
    moment, pauses = NOW + MINUTE, []
    for _ in range(3):
        assert deliver_due(app, moment) == {"put off": 1}
        [intent] = intents(work)
        pauses.append((intent.due_at - moment).total_seconds())
        assert deliver_due(app, intent.due_at - timedelta(seconds=5)) == {}
        moment = intent.due_at
    assert [round(pause / 60) in range(*around) for pause, around in zip(pauses, [(0, 2), (1, 3), (3, 5)], strict=True)]
    assert pauses[0] < pauses[1] < pauses[2]
    assert deliver_due(app, moment) == {"sent": 1}
    assert office.ids == [intents(work)[0].message_id]


def test_a_link_works_also_where_its_mail_came_and_was_sent_again(
    app: Flask, work: Work, shop: Shop, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.purchase()
    with work() as session:
        sign_in.ask(session, BUYER, NOW)
    with monkeypatch.context() as away:
        away.setattr(outbox, "settle", killed)  # after the mail server has taken it, and before that is written down
        with pytest.raises(KilledError):
            deliver_due(app, NOW)
    assert deliver_due(app, NOW) == {}
    with work() as session:
        session.execute(update(Intent).values(lease_until=None))
    assert deliver_due(app, NOW + MINUTE) == {"sent": 1}
    first, again = (search(r"/sign-in/(\S+)", body(mail))[1] for mail in office.mails)
    assert (first != again, len(set(office.ids))) == (True, 1)
    with work() as session:
        assert sign_in.look(session, again, NOW + MINUTE) is not None
        assert sign_in.enter(session, first, NOW + MINUTE, "Firefox/Linux")
        assert sign_in.look(session, again, NOW + MINUTE) is None, "it signs in once"


def test_a_link_ends_those_that_were_asked_for_before(app: Flask, work: Work, shop: Shop, office: PostOffice) -> None:
    shop.purchase()
    for moment in (NOW, NOW + MINUTE):
        with work() as session:
            sign_in.ask(session, BUYER, moment)
        assert deliver_due(app, moment + timedelta(seconds=2)) == {"sent": 1}
    first, second = (search(r"/sign-in/(\S+)", body(mail))[1] for mail in office.mails)
    with work() as session:
        assert sign_in.look(session, first, NOW + 2 * MINUTE) is None
        assert sign_in.look(session, second, NOW + 2 * MINUTE) is not None


def test_a_mail_that_is_sent_again_brings_no_link_once_a_later_one_came(
    app: Flask, work: Work, shop: Shop, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.purchase()
    with work() as session:
        sign_in.ask(session, BUYER, NOW)
    with monkeypatch.context() as away:
        away.setattr(outbox, "settle", killed)
        with pytest.raises(KilledError):
            deliver_due(app, NOW)
    with work() as session:
        sign_in.ask(session, BUYER, NOW + MINUTE)
    assert deliver_due(app, NOW + MINUTE) == {"sent": 1}
    with work() as session:
        session.execute(update(Intent).values(lease_until=None))
    assert deliver_due(app, NOW + 2 * MINUTE) == {"skipped": 1}
    first, second = (search(r"/sign-in/(\S+)", body(mail))[1] for mail in office.mails)
    with work() as session:
        assert sign_in.look(session, first, NOW + 2 * MINUTE) is None
        assert sign_in.look(session, second, NOW + 2 * MINUTE) is not None


def test_a_mail_is_given_up_after_about_three_days(
    app: Flask, work: Work, shop: Shop, purchase: str, office: PostOffice
) -> None:
    office.answers = ["451 try later"] * 30
    say(work, shop.buyer, purchase, "Hello")
    moment = NOW + MINUTE
    while states(work) == ["waiting"]:
        deliver_due(app, moment)
        moment = max(moment, intents(work)[0].due_at)
    [intent] = intents(work)
    assert intent.state == "failed"
    assert timedelta(days=2) < moment - NOW < timedelta(days=4)
    assert "example" not in intent.error


def test_a_mail_that_cant_be_made_keeps_no_other_waiting(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    buyer = shop.buyer
    with work() as session:
        outbox.queue(session, "no_such_kind", NOW, person_id=buyer.person_id)
    say(work, shop.buyer, purchase, "Hello")
    assert deliver_due(app, NOW + MINUTE) == {"put off": 1, "sent": 1}


def test_a_suspended_person_gets_no_mail(app: Flask, work: Work, shop: Shop, purchase: str) -> None:
    say(work, shop.buyer, purchase, "Hello")
    with work() as session:
        session.scalars(select(Person).where(Person.email == SELLER)).one().suspended_at = NOW
    assert deliver_due(app, NOW + MINUTE) == {"skipped": 1}


def test_a_worker_that_lost_its_lease_can_report_nothing(work: Work, shop: Shop, purchase: str) -> None:
    say(work, shop.buyer, purchase, "Hello")
    with work() as session:
        slow = outbox.take(session, NOW + MINUTE)
    with work() as session:
        assert outbox.take(session, NOW + MINUTE + timedelta(seconds=59)) is None
    with work() as session:
        quick = outbox.take(session, NOW + 2 * MINUTE)
    with work() as session:
        assert not outbox.settle(session, slow, "failed", NOW + 2 * MINUTE)
        assert outbox.put_off(session, slow, NOW + 2 * MINUTE, "late", 0) == "lost"
        assert outbox.held(session, slow) is None
    with work() as session:
        assert outbox.settle(session, quick, "sent", NOW + 2 * MINUTE)
    with work() as session:
        assert not outbox.settle(session, quick, "failed", NOW + 3 * MINUTE)
    assert states(work) == ["sent"]


def test_a_worker_that_was_stopped_longer_than_its_lease_sends_nothing_when_it_wakes_up(
    app: Flask, work: Work, shop: Shop, purchase: str, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(work, shop.buyer, purchase, "Hello")
    moments, write = [NOW + MINUTE], deliver.compose

    def stopped_while_writing(*asked: object) -> EmailMessage:
        moments[0] += MINUTE
        return write(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(deliver.clock, "now", lambda: moments[0])
    monkeypatch.setattr(deliver, "compose", stopped_while_writing)
    assert deliver_due(app, NOW + MINUTE, limit=1) == {"lost": 1}
    assert office.mails == []
    monkeypatch.setattr(deliver, "compose", write)
    assert deliver_due(app, NOW + 2 * MINUTE) == {"sent": 1}
    assert len(office.mails) == 1


def test_a_mail_server_that_does_not_answer_costs_one_mail_a_try_not_all(app: Flask, work: Work, shop: Shop) -> None:
    with post_office() as gone:
        pass
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=gone.url)
    for purchase in [shop.purchase() for _ in range(3)]:
        say(work, shop.buyer, purchase, "Hello")
    assert deliver_due(app, NOW + MINUTE) == {"put off": 1}
    assert [intent.attempts for intent in intents(work)] == [1, 0, 0]


def test_nobody_else_may_send_a_mail_that_the_server_still_looks_at(
    app: Flask, work: Work, shop: Shop, purchase: str, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the clock finds it five seconds on, and a lease lasts for sixty."""
    monkeypatch.setattr(transport, "LOOK_EVERY", 0.01)
    shown = count()
    monkeypatch.setattr(deliver.clock, "now", lambda: NOW + 2 * MINUTE + next(shown) * timedelta(seconds=5))
    office.answers = ["slow"]
    say(work, shop.buyer, purchase, "Hello")
    held = []

    def look() -> bool:
        if office.mails:
            with work() as session:
                held.append(outbox.take(session, NOW + 2 * MINUTE, clock.now()) is None)
            if len(held) == 20:
                office.let_on()
        return False

    assert deliver_due(app, NOW + 2 * MINUTE, told_to_stop=look) == {"sent": 1}
    assert held[:20] == [True] * 20
    assert len(office.mails) == 1


def test_a_worker_that_is_told_to_stop_waits_for_the_server_but_not_for_ever(
    app: Flask, work: Work, shop: Shop, purchase: str, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(deliver, "TIMEOUT", 0.3)
    office.answers = ["hang"]
    say(work, shop.buyer, purchase, "Hello")
    assert deliver_due(app, NOW + MINUTE, told_to_stop=office.reached.is_set) == {"put off": 1}
    assert states(work) == ["waiting"]


def test_what_falls_due_does_not_wait_until_a_slow_server_has_taken_all_mails(
    app: Flask, work: Work, shop: Shop, purchase: str
) -> None:
    for number in range(3):
        say(work, shop.buyer, purchase if number == 0 else shop.purchase(), "Hello")
    assert sweep(app, NOW + MINUTE, mail_seconds=0)["sent"] == 1
    assert sweep(app, NOW + MINUTE)["sent"] == 2


def test_a_worker_that_is_told_to_stop_ends_after_the_mail_in_hand(app: Flask, work: Work, shop: Shop) -> None:
    for purchase in [shop.purchase() for _ in range(3)]:
        say(work, shop.buyer, purchase, "Hello")
    assert deliver_due(app, NOW + MINUTE, told_to_stop=lambda: True) == {"sent": 1}
