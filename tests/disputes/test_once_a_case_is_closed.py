"""What an arbiter may still see and say once the case is closed, and what becomes of his own words before that."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from arbitration.domain.actors import Actor
from arbitration.domain.opening import Claim
from arbitration.domain.refusals import ConflictError, ForbiddenError, NotFoundError
from arbitration.domain.rulings import RulingForm
from arbitration.scheduler.readings import read_waiting
from arbitration.services import docket, messages
from arbitration.services.disputes import conduct, showing
from arbitration.services.disputes.offers import make_offer
from arbitration.services.disputes.opening import open_dispute
from arbitration.services.disputes.talks import escalate, withdraw
from arbitration.services.exhibits import list_exhibits
from arbitration.services.objections import object_to_reading
from arbitration.services.verdicts import assess_purchase
from tests.disputes.hearing import REASONS, Hearing, Work, at
from tests.support.shop import Shop
from tests.workplace.conftest import browser, watch

__all__ = ["browser", "watch"]
Browser = Callable[[Actor], FlaskClient]

DISMISSAL = RulingForm("dismissal", reasons=REASONS, departs_because="The screenshot shows another key.")


@pytest.fixture
def closed(hearing: Hearing) -> Hearing:
    """A case that Helen dismissed, and nobody appealed."""
    hearing.taken(25)
    say(hearing, hearing.arbiter(), "I look at the screenshot.", 25.5)
    hearing.do(rule, hearing.arbiter(), at(26))
    hearing.run_out("appeal")
    return hearing


def rule(session, actor, dispute_id, now) -> None:
    from arbitration.services.disputes.rulings import issue

    issue(session, actor, dispute_id, DISMISSAL, now)


def say(hearing: Hearing, actor, text: str, hours: float) -> int:
    with hearing.work() as session:
        return messages.post_message(session, actor, hearing.purchase, text, at(hours)).message.position


def read_by(hearing: Hearing, actor) -> list[str | None]:
    with hearing.work() as session:
        return [told.text for told in messages.list_messages(session, actor, hearing.purchase)[1]]


def acts_of(hearing: Hearing, actor, hours: float) -> set[str]:
    with hearing.work() as session:
        return {each.name for each in showing.show(session, actor, hearing.dispute_id, at(hours)).actions}


def again(hearing: Hearing, hours: float):
    with hearing.work() as session:
        claim = Claim("not_as_described", "refund", "It is another edition.")
        return open_dispute(session, hearing.buyer, hearing.purchase, claim, at(hours)).dispute.id


def test_its_arbiter_writes_and_reports_no_more(closed: Hearing) -> None:
    helen, abuse = closed.arbiter(), say(closed, closed.seller, "You liar.", 200)
    assert not {"postMessage", "reportConduct"} & acts_of(closed, helen, 201)
    with pytest.raises(ConflictError, match="This case is closed"):
        say(closed, helen, "One more thing.", 201)
    with closed.work() as session, pytest.raises(NotFoundError):
        conduct.report_conduct(session, helen, closed.purchase, abuse, "abuse", at(201))
    assert {"postMessage", "reportConduct"} <= acts_of(closed, closed.buyer, 201)


def test_he_reads_what_was_heard_for_ever_but_not_what_is_said_afterwards(closed: Hearing) -> None:
    helen, oskar = closed.arbiter(), closed.arbiter("oskar")
    heard = read_by(closed, helen)
    assert "I look at the screenshot." in heard
    later = say(closed, closed.buyer, "Between the two of us: will you help me?", 300)
    for arbiter in (helen, oskar):
        assert read_by(closed, arbiter) == heard
        with closed.work() as session, pytest.raises(NotFoundError):
            messages.list_versions(session, arbiter, closed.purchase, later)
    assert "Between the two of us: will you help me?" in read_by(closed, closed.seller)


def test_the_record_of_a_closed_case_ends_for_him_where_his_case_did(closed: Hearing) -> None:
    """It tells what was asked for in the next dispute, and what was offered."""
    helen, operator = closed.arbiter(), closed.operator

    def record(actor, **which) -> list[str]:
        with closed.work() as session:
            return [it.entry.body for it in docket.list_entries(session, actor, limit=200, **which)[0]]

    heard = record(helen, purchase=closed.purchase)
    assert heard == record(operator, purchase=closed.purchase)
    closed.dispute_id = again(closed, 300)
    closed.do(make_offer, closed.seller, "part_refund", 700, "", at(301))
    assert record(helen, purchase=closed.purchase) == heard
    assert [body for body in record(helen) if body not in heard] == []
    assert len(record(operator, purchase=closed.purchase)) > len(heard)
    closed.do(escalate, closed.buyer, "", at(330))
    assert record(helen, purchase=closed.purchase) == record(operator, purchase=closed.purchase)


def test_a_message_that_is_changed_afterwards_stays_for_him_as_he_heard_it(hearing: Hearing) -> None:
    position = say(hearing, hearing.buyer, "It was refused on Friday.", 25.2)
    helen = hearing.ruled(26, DISMISSAL)
    change(hearing, position, "It was refused on Saturday.", 27)
    hearing.run_out("appeal")
    heard = read_by(hearing, helen)
    change(hearing, position, "Call me: 555 0100.", 300)
    assert read_by(hearing, helen) == heard
    with hearing.work() as session:
        (told,) = [it for it in messages.list_messages(session, helen, hearing.purchase)[1] if it.text in CHANGED]
        assert (told.text, told.message.versions, told.message.edited_at) == ("It was refused on Saturday.", 2, at(27))
        versions = messages.list_versions(session, helen, hearing.purchase, position)[1]
        assert [each.text for each in versions] == ["It was refused on Friday.", "It was refused on Saturday."]
    assert "Call me: 555 0100." in read_by(hearing, hearing.seller)


CHANGED = ("It was refused on Friday.", "It was refused on Saturday.", "Call me: 555 0100.")


def change(hearing: Hearing, position: int, text: str, hours: float) -> None:
    with hearing.work() as session:
        messages.edit_message(session, hearing.buyer, hearing.purchase, position, text, at(hours))


def test_what_the_engine_tells_him_of_the_purchase_counts_no_report_that_came_later(closed: Hearing) -> None:
    def asked(actor: Actor, hours: float):
        with closed.work() as session:
            found = assess_purchase(session, actor, closed.purchase, at(hours), at(301))
            return found.at, found.answers

    helen, operator = closed.arbiter(), closed.operator
    heard, known = asked(helen, 299), asked(operator, 299)[1]
    with closed.work() as session:
        messages.post_message(session, closed.buyer, closed.purchase, "It fails.", at(300), reports_problem=True)
    assert asked(helen, 301) == asked(helen, 400) == heard
    assert heard[0] == closed.dispute().closed_at
    assert asked(operator, 301)[1] != known
    assert asked(helen, 25) == asked(operator, 25)


def test_a_later_dispute_is_the_parties_own_until_an_arbiter_is_called_in_it(closed: Hearing) -> None:
    helen = closed.arbiter()
    second = again(closed, 400)
    closed.exhibit("buyer", "screenshot", 401)
    say(closed, closed.buyer, "Here is another screenshot.", 402)

    def seen() -> tuple[bool, int, int]:
        with closed.work() as session:
            exhibits = list_exhibits(session, helen, closed.purchase)[1]
            others = showing.show(session, helen, closed.dispute_id, at(403)).others
        return "Here is another screenshot." in read_by(closed, helen), len(exhibits), len(others)

    assert seen() == (False, 0, 0)
    with closed.work() as session:
        escalate(session, closed.buyer, second, "", at(430))
    assert seen() == (True, 1, 1)


def test_how_the_listing_should_read_is_said_to_him_only_while_he_hears_the_case(
    work: Work, shop: Shop, app: Flask, browser: Browser
) -> None:
    case = Hearing.opened(work, shop, listing={"external_id": "200", "terms": {}}).called()
    assert list(read_waiting(app, at(24)))
    helen, said = case.taken(25), "Call me about it: 555 0100."
    case.do(withdraw, case.buyer, "", at(26))
    with case.work() as session:
        object_to_reading(session, case.buyer, case.purchase, "warranty", said, at(300))
    assert said in browser(case.seller).get(f"/purchases/{case.purchase}").text
    page = browser(helen).get(f"/cases/{case.dispute_id}")
    assert (page.status_code, said in page.text) == (200, False)


def test_an_arbiter_mends_and_takes_back_his_own_words_while_he_has_the_case(hearing: Hearing) -> None:
    helen, oskar = hearing.taken(25), hearing.arbiter("oskar")
    slip, other = say(hearing, helen, "Send me the recept.", 26), say(hearing, hearing.buyer, "Which?", 27)
    with hearing.work() as session:
        messages.edit_message(session, helen, hearing.purchase, slip, "Send me the receipt.", at(28))
    assert "Send me the receipt." in read_by(hearing, hearing.buyer)
    with hearing.work() as session, pytest.raises(ForbiddenError):
        messages.edit_message(session, helen, hearing.purchase, other, "Nothing.", at(28))
    with hearing.work() as session, pytest.raises(ForbiddenError):
        messages.edit_message(session, oskar, hearing.purchase, slip, "Nothing.", at(28))
    with hearing.work() as session:
        messages.delete_message(session, helen, hearing.purchase, slip, at(29))
    assert "Send me the receipt." not in read_by(hearing, hearing.buyer)


def test_his_words_stay_as_they_are_once_the_case_is_closed(closed: Hearing) -> None:
    helen = closed.arbiter()
    with closed.work() as session:
        told = messages.list_messages(session, closed.buyer, closed.purchase)[1]
    (position,) = [each.message.position for each in told if each.text == "I look at the screenshot."]
    with closed.work() as session, pytest.raises(ForbiddenError):
        messages.edit_message(session, helen, closed.purchase, position, "I looked.", at(300))
