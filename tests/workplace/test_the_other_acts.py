"""The forms of the workplace besides asking, confirming and ruling, each sent as a browser without scripts sends it."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.domain.actors import Actor
from arbitration.domain.rulings import RulingForm
from arbitration.models import ConductReport, Fact, ReadingObjection, Ruling
from arbitration.services import messages, objections, readings
from arbitration.services.disputes import questions
from arbitration.services.disputes.conduct import report_conduct
from arbitration.services.facts import state_fact
from tests.disputes.hearing import REASONS, Hearing, Work, at
from tests.support.shop import Shop
from tests.workplace.conftest import Watch
from tests.workplace.test_working_on_a_case import send

Browser = Callable[[Actor], FlaskClient]
LISTING = {"terms": None, "description": "A key for Playgate. Two weeks of warranty."}


def test_correcting_striking_hiding_and_handing_over(hearing: Hearing, browser: Browser) -> None:
    with hearing.work() as session:
        fact = state_fact(session, hearing.buyer, hearing.purchase, "checked_at", at(-5), at(24.1)).id
        rude = messages.post_message(session, hearing.seller, hearing.purchase, "You thief.", at(24.2)).message.position
        report = report_conduct(session, hearing.buyer, hearing.purchase, rude, "abuse", at(24.3)).id
    helen = browser(hearing.taken())
    case = f"/cases/{hearing.dispute_id}"
    moment = at(-4).strftime("%Y-%m-%d %H:%M")
    send(helen, case, f"{case}/fact/{fact}", decision="corrected", moment=moment, reason="The log says so.")
    refused = send(helen, case, f"{case}/strike/{report}", reason=" ")
    assert refused.status_code == 422
    send(helen, case, f"{case}/strike/{report}", reason="Said in anger, and taken back.")
    send(helen, case, f"{case}/hiding", position=str(rude), reason="An insult.")
    with hearing.work() as session:
        assert session.get_one(Fact, fact).correction == {"value": "2026-11-21T08:00:00Z"}
        assert session.get_one(ConductReport, report).struck_at == at(25)
    assert "You thief." not in browser(hearing.buyer).get(f"/purchases/{hearing.purchase}").text
    assert "You thief." in helen.get(case).text
    nobody = send(helen, case, f"{case}/handover", ground="absence", to="nobody@example.org")
    assert (nobody.status_code, "nobody@example.org" in nobody.text) == (422, True)
    gone = send(helen, case, f"{case}/handover", follow=False, ground="absence", to="", text="I am away.")
    assert (gone.location, hearing.dispute().arbiter_id) == ("/cases", None)


def test_deciding_how_the_listing_reads(work: Work, shop: Shop, browser: Browser) -> None:
    hearing = Hearing.opened(work, shop, listing=LISTING, delivered_at="2026-11-10T10:02:00Z").called()
    with work() as session:
        readings.keep(session, readings.read(readings.waiting(session)), at(2))
    with work() as session:
        objection = objections.object_to_reading(
            session, hearing.seller, hearing.purchase, "warranty", "It says three days.", at(3)
        ).id
    helen = browser(hearing.taken())
    case = f"/cases/{hearing.dispute_id}"
    assert '<mark class="mark mark--warranty">Two weeks of warranty' in helen.get(case).text
    said = {"kind": "period", "count": "", "unit": "days", "starts": "delivery", "reason": "Line three."}
    assert send(helen, case, f"{case}/reading/{objection}", **said).status_code == 422
    send(helen, case, f"{case}/reading/{objection}", **said | {"count": "3"})
    with work() as session:
        decided = session.get_one(ReadingObjection, objection)
        assert decided.correction == {"warranty": {"kind": "period", "duration": "P3D", "starts": "delivery"}}


def test_answering_what_was_asked_about_a_ruling(hearing: Hearing, browser: Browser, watch: Watch) -> None:
    form = RulingForm("part_refund", 500, REASONS, departs_because="Half of it was used.")
    arbiter = hearing.ruled(26, form)
    hearing.do(questions.ask, hearing.buyer, "correction", "It should be 6.00.", at(27))
    hearing.do(questions.ask, hearing.seller, "clarification", "By when?", at(27.1))
    watch.to(28)
    helen = browser(arbiter)
    case = f"/cases/{hearing.dispute_id}"
    shown = helen.get(case).text
    assert ("asks for a correction" in shown, "asks what the ruling means" in shown) == (True, True)
    send(helen, case, f"{case}/clarification", text="As the agreement says: within its time.")
    corrected = {"field": "amount", "before_amount": "5.00", "amount": "6,00", "text": "A slip of the pen."}
    assert send(helen, case, f"{case}/correction", **corrected).status_code == 200
    with hearing.work() as session:
        assert session.scalars(select(Ruling.amount)).one() == 600
    assert send(helen, case, f"{case}/correction", **corrected).status_code == 409
