"""What an arbiter does on the pages of a case, with scripts off."""

import gc
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from arbitration.domain.actors import Actor
from arbitration.domain.refusals import ConflictError
from arbitration.models import Fact, Message, Note, Ruling
from arbitration.services import facts, messages
from tests.disputes.hearing import REASONS, Hearing, at
from tests.people.pages import fields
from tests.workplace.conftest import Watch

Browser = Callable[[Actor], FlaskClient]


def send(client: FlaskClient, page: str, action: str, follow: bool = True, **said: object) -> TestResponse:
    """Fill in the form of a page that posts to ``action``, and send it."""
    form = fields(client.get(page), action)
    return client.post(action, data=form | said, follow_redirects=follow)


def test_a_day_at_work_from_taking_a_case_to_its_ruling(hearing: Hearing, browser: Browser, watch: Watch) -> None:
    with hearing.work() as session:
        fact = facts.state_fact(session, hearing.seller, hearing.purchase, "can_replace", False, at(24.5)).id
    helen = browser(hearing.arbiter())
    case = f"/cases/{hearing.dispute_id}"
    assert helen.get("/").location == "/cases"
    assert "Snow Harbour" in helen.get("/cases?show=free").text
    assert send(helen, "/cases", f"{case}/taking").status_code == 200
    assert "You have no case now" not in helen.get("/cases?show=mine").text

    due = (at(49)).strftime("%Y-%m-%d %H:%M")
    wrong = send(helen, case, f"{case}/request", **{"from": "buyer", "what": "video", "due": "soon", "text": "Of it."})
    assert (wrong.status_code, "Of it." in wrong.text, "Type a day such as" in wrong.text) == (422, True, True)
    send(helen, case, f"{case}/request", **{"from": "buyer", "what": "screenshot", "due": due, "text": "Of it."})
    assert hearing.due("exhibit_request") == [at(49)]
    page = helen.get(case).text
    assert "You asked for evidence. You can rule as soon as it has come" in page
    assert "Write the ruling" not in page
    number = hearing.exhibit("buyer", "screenshot", 26)
    send(helen, case, f"{case}/fact/{fact}", decision="confirmed", reason="Nobody contests it.")
    added = send(helen, case, f"{case}/new-fact", name=f"taken_at:{number}", moment=due, answer="", reason="It shows.")
    assert "The exhibit was taken" in added.text
    send(helen, case, f"{case}/note", text="Looks like a resold key.")
    send(helen, case, f"{case}/message", text="I shall rule on Tuesday.")

    assert "disabled" in helen.get(f"{case}/ruling").text
    early = send(helen, f"{case}/ruling", f"{case}/ruling", remedy="refund", reasons=REASONS, exhibits=str(number))
    assert (early.status_code, REASONS in early.text) == (409, True)
    watch.to(26 + 48)
    helen = browser(hearing.arbiter())
    said = {"remedy": "dismissal", "reasons": REASONS, "exhibits": str(number), "findings": "warranty.period"}
    departs = send(helen, f"{case}/ruling", f"{case}/ruling", **said)
    assert (departs.status_code, "Say why you decide otherwise" in departs.text) == (422, True)
    look = send(helen, f"{case}/ruling", f"{case}/ruling", **said | {"remedy": "refund", "amount": "3"})
    assert look.status_code == 200
    assert ("Full refund: US$12.50" in look.text or "12.50" in look.text, REASONS in look.text) == (True, True)
    with hearing.work() as session:
        assert session.scalar(select(Ruling)) is None
    issued = helen.post(f"{case}/ruling", data=said | {"remedy": "refund", "amount": "", "departs_because": "",
        "less_than_price": "", "reached_otherwise": "", "step": "issue",
        "seen": fields(look, f"{case}/ruling")["seen"]}, follow_redirects=True)  # fmt: skip
    assert "Your ruling is issued" in issued.text
    with hearing.work() as session:
        ruling = session.scalars(select(Ruling)).one()
        assert (ruling.remedy, ruling.exhibits, ruling.findings) == ("refund", [number], ["warranty.period"])
        assert session.scalars(select(Fact.decision).where(Fact.id == fact)).one() == "confirmed"
    assert helen.get(f"{case}/ruling").status_code == 409
    assert [helen.get(page).location for page in (f"/purchases/{hearing.purchase}", f"/disputes/{case[7:]}")] == [
        case
    ] * 2


def test_notes_are_on_no_page_of_the_parties_or_of_operators(hearing: Hearing, browser: Browser) -> None:
    arbiter = hearing.taken()
    case = f"/cases/{hearing.dispute_id}"
    send(browser(arbiter), case, f"{case}/note", text="A secret of the house.")
    assert "A secret of the house." in browser(hearing.arbiter("oskar")).get(case).text
    with hearing.work() as session:
        assert session.scalars(select(Note.text)).all() == ["A secret of the house."]
        assert session.scalar(select(Message).where(Message.kind == "note")) is None
    for party in (hearing.buyer, hearing.seller):
        pages = [
            browser(party).get(page)
            for page in (f"/purchases/{hearing.purchase}", f"/disputes/{hearing.dispute_id}", case)
        ]
        assert [page.status_code for page in pages[::2]] == [200, 403]
        assert all("A secret" not in page.text for page in pages)
    operator = browser(hearing.operator)
    assert "A secret" not in operator.get(f"/operations/disputes/{hearing.dispute_id}").text
    assert operator.get(case).status_code == 403


def test_a_conflict_of_interest_is_said_before_and_when_taking(hearing: Hearing, browser: Browser) -> None:
    tied = hearing.arbiter("helen", "example.net")
    client = browser(tied)
    case = f"/cases/{hearing.dispute_id}"
    assert "same mail domain" in client.get("/cases").text
    assert f'action="{case}/taking"' not in client.get("/cases").text
    assert "same mail domain" in client.get(case).text
    refused = client.post(f"{case}/taking", data={"idempotency_key": "k" * 20})
    assert (refused.status_code, hearing.dispute().arbiter_id) == (409, None)


def test_a_conflict_of_interest_keeps_no_page_in_memory_once_it_was_shown(hearing: Hearing, browser: Browser) -> None:
    client = browser(hearing.arbiter("helen", "example.net"))
    client.get("/cases")
    gc.collect()
    gc.disable()
    try:
        assert "same mail domain" in client.get("/cases").text
        assert not [left for left in gc.get_objects() if type(left) is ConflictError]
    finally:
        gc.enable()


def test_two_tabs_of_which_one_is_behind_the_case(hearing: Hearing, browser: Browser) -> None:
    client = browser(hearing.taken())
    page = f"/cases/{hearing.dispute_id}/ruling"
    form = fields(client.get(page), page)
    with hearing.work() as session:
        messages.post_message(session, hearing.seller, hearing.purchase, "Wait, I admit all of it.", at(25.5))
    said = {"remedy": "refund", "reasons": REASONS}
    behind = client.post(page, data=form | said)
    assert behind.status_code == 409
    assert ("Wait, I admit all of it." in behind.text, REASONS in behind.text) == (True, True)
    again = client.post(page, data=fields(behind, page) | said)
    assert (again.status_code, "Issue this ruling?" in again.text) == (200, True)


def test_what_is_refused_or_sent_while_signed_out_is_not_lost(hearing: Hearing, browser: Browser, watch: Watch) -> None:
    arbiter = hearing.taken()
    client = browser(arbiter)
    case = f"/cases/{hearing.dispute_id}"
    forms = fields(client.get(f"{case}/ruling"), f"{case}/ruling")
    watch.moment += timedelta(hours=3)
    sent = client.post(f"{case}/ruling", data=forms | {"remedy": "refund", "reasons": REASONS})
    assert sent.location == f"/staff/sign-in?next={case}/ruling"
    draft = client.get_cookie("draft") or client.get_cookie("__Host-draft")
    again = browser(arbiter)
    again.set_cookie(draft.key, draft.value)
    assert REASONS in again.get(f"{case}/ruling").text


@pytest.mark.parametrize("who", ["nobody", "another arbiter"])
def test_only_whoever_has_a_case_acts_on_it(hearing: Hearing, browser: Browser, who: str) -> None:
    if who == "another arbiter":
        hearing.taken(name="oskar")
    helen = browser(hearing.arbiter())
    case = f"/cases/{hearing.dispute_id}"
    assert helen.get(case).status_code == 200
    for act in ("request", "handover", "ruling", "hiding", "new-fact"):
        assert helen.post(f"{case}/{act}", data={"idempotency_key": "k" * 20, "step": "issue"}).status_code == 403
