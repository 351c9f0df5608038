"""What an operator does on the pages: refunds, objections, and reading a dispute."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.domain.actors import Actor
from arbitration.models import Remedy
from arbitration.services import messages
from arbitration.services.disputes.arbiters import object_to
from tests.disputes.hearing import Hearing, at
from tests.workplace.conftest import Watch
from tests.workplace.test_working_on_a_case import send

Browser = Callable[[Actor], FlaskClient]


def test_an_operator_confirms_that_a_refund_was_paid(hearing: Hearing, browser: Browser, watch: Watch) -> None:
    hearing.ruled(26)
    hearing.run_out("appeal")
    watch.to(26 + 168 + 1)
    operator = browser(hearing.operator)
    assert operator.get("/").location == "/operations"
    page, refund = "/operations", f"/operations/disputes/{hearing.dispute_id}/refund"
    assert refund in operator.get(page).text
    assert operator.get(refund).status_code == 200
    assert hearing.dispute().stage == "enforcement"
    other = send(operator, refund, refund, amount="1")
    assert (other.status_code, "not the amount" in other.text) == (422, True)
    assert send(operator, refund, refund, text="By transfer.").status_code == 200
    assert (hearing.dispute().stage, hearing.dispute().outcome) == ("closed", "refunded")
    with hearing.work() as session:
        assert session.scalars(select(Remedy.state)).all() == ["done"]
    assert operator.get(refund).status_code == 409
    assert "No refund waits." in operator.get(page).text


def test_an_operator_decides_an_objection_and_reads_no_correspondence(hearing: Hearing, browser: Browser) -> None:
    hearing.taken(25)
    with hearing.work() as session:
        messages.post_message(session, hearing.buyer, hearing.purchase, "Between you and me.", at(25.1))
    hearing.do(object_to, hearing.buyer, "tie", "She is his cousin.", at(25.2))
    operator = browser(hearing.operator)
    case = f"/operations/disputes/{hearing.dispute_id}"
    assert "Helen" in operator.get("/operations").text
    shown = operator.get(case).text
    assert ("She is his cousin." in shown, "Between you and me." in shown) == (True, False)
    empty = send(operator, case, f"{case}/objection", granted="", text="A tie.")
    assert (empty.status_code, "A tie." in empty.text) == (422, True)
    assert send(operator, case, f"{case}/objection", granted="yes", text="A tie.").status_code == 200
    assert hearing.dispute().arbiter_id is None


def test_what_is_late_and_all_disputes_are_listed(hearing: Hearing, browser: Browser, watch: Watch) -> None:
    arbiter = hearing.taken(25)
    watch.to(25 + 7 * 24 + 1)
    operator = browser(hearing.operator)
    assert "was due" in operator.get("/operations").text
    assert "Snow Harbour" in operator.get("/operations/disputes?stage=arbitration&turn=arbiter").text
    hearing.run_out("ruling")
    assert "was due" in operator.get("/operations").text
    assert "Snow Harbour" in operator.get("/operations/disputes?stage=arbitration").text
    assert "Snow Harbour" not in operator.get("/operations/disputes?stage=ruled").text
    for stranger in (arbiter, hearing.buyer):
        client = browser(stranger)
        pages = ("/operations", "/operations/disputes", f"/operations/disputes/{hearing.dispute_id}")
        assert [client.get(page).status_code for page in pages] == [404, 404, 404]
