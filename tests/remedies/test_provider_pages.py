"""What an operator sees of a refund that the payment provider pays, or would not pay."""

import pytest

from arbitration.domain.actors import Role
from arbitration.scheduler.refunds import pay_due
from arbitration.services.refunds.gateways import Answer, Said
from tests.disputes.hearing import at

REASON = "422: account <b>closed</b>"


class Provider:
    def __init__(self, answer, reason=""):
        self.said = Said(answer, reason)

    def state_of(self, _order):
        return self.said

    pay = state_of


@pytest.fixture
def operator(signed_in):
    return signed_in("olga@market.example.org", Role.OPERATOR)


@pytest.fixture
def asked(dispute, paying, app):
    """``asked(answer)``: a refund is owed, and the provider answers so when it is asked."""

    def ask(answer, reason=""):
        paying("http")
        dispute.agreed("refund", 1250)
        pay_due(app, at(1), gateway=Provider(answer, reason))
        return f"/operations/disputes/{dispute.dispute_id}"

    return ask


def test_while_the_provider_has_it_nothing_is_to_be_confirmed(asked, operator):
    page = operator.get(asked(Answer.SILENT, "pay.example.com does not answer in time")).text
    assert "pay it by hand." in page
    assert "pay.example.com does not answer in time" in page
    assert "It was paid" not in page
    listed = operator.get("/operations/refunds").text
    assert "The payment provider pays it." in listed
    assert "It was paid" not in listed


def test_a_refused_one_shows_why_and_can_be_confirmed_or_asked_for_again(asked, operator, dispute):
    one = asked(Answer.REFUSED, REASON)
    for page in (operator.get(one).text, operator.get("/operations/refunds?show=to_confirm").text):
        assert "422: account &lt;b&gt;closed&lt;/b&gt;" in page
        assert "It was paid" in page
        assert "Ask the provider once more" in page
    key = operator.get(f"{one}/refund/retry").text.partition('name="idempotency_key" value="')[2].partition('"')[0]
    done = operator.post(f"{one}/refund/retry", data={"idempotency_key": key, "text": ""}, follow_redirects=True)
    assert "The payment provider is asked once more" in done.text
    assert dispute.remedy().provider_state == "retry"


def test_buyer_and_seller_are_told_that_it_was_refused_and_not_why(asked, signed_in, dispute):
    asked(Answer.REFUSED, REASON)
    for email in ("marcus@example.com", "shop@example.net"):
        page = signed_in(email).get(f"/purchases/{dispute.purchase}").text
        assert "The payment provider refused to pay the refund" in page
        assert "closed&lt;/b&gt;" not in page


def test_nobody_but_an_operator_has_the_provider_asked_again(asked, signed_in):
    one = asked(Answer.REFUSED, REASON)
    assert signed_in("marcus@example.com").get(f"{one}/refund/retry").status_code in (403, 404)
    assert signed_in("helen@arbiters.example.org", Role.ARBITER).get(f"{one}/refund/retry").status_code in (403, 404)
