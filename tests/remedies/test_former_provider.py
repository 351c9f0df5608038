"""The settings name another way to pay while a refund is on its way: nobody pays it a second time unwarned."""

import json

import pytest

from arbitration import clock
from arbitration.domain.actors import Role
from arbitration.scheduler.refunds import pay_due
from arbitration.services.disputes.reopening import reopen
from arbitration.services.disputes.talks import escalate
from arbitration.services.reconciling import reconcile
from arbitration.services.refunds import confirming
from arbitration.services.refunds.gateways import Answer, Said
from tests.disputes.hearing import at
from tests.remedies.test_notices import notice
from tests.support.processes import call, environment

WARNED = "was asked to pay this refund, under the key"


class Provider:
    def __init__(self, answer):
        self.said = Said(answer)

    def state_of(self, _order):
        return self.said

    pay = state_of


@pytest.fixture
def switched(dispute, paying, app):
    """``switched(answer, to)``: the provider was asked and answered so; then the settings name another way."""

    def switch(answer, to="manual"):
        paying("http")
        dispute.agreed("refund", 1250)
        pay_due(app, at(1), gateway=Provider(answer))
        paying(to)
        return dispute.remedy().gateway_key

    return switch


def found(dispute):
    with dispute.work() as session:
        return list(reconcile(session, at(500), clock.now()))


@pytest.mark.parametrize("to", ["manual", "ledger"])
@pytest.mark.parametrize("answer", [Answer.PENDING, Answer.SILENT])
def test_reconciling_names_what_a_former_provider_has_and_says_to_look_there(dispute, switched, app, answer, to):
    key = switched(answer, to)
    assert pay_due(app, at(2)) == {}
    (one,) = found(dispute)
    assert f"({key}) is with a payment provider that is set no more, since 20" in one.what
    assert one.mend.startswith("look up there what became of it")


def test_what_a_former_provider_refused_is_simply_to_be_paid(dispute, switched):
    switched(Answer.REFUSED)
    assert [each.mend for each in found(dispute)] == ["pay it and confirm it, as an operator"]


def test_an_operator_is_warned_on_every_page_that_takes_the_confirmation(dispute, switched, signed_in):
    key = switched(Answer.PENDING)
    operator = signed_in("olga@market.example.org", Role.OPERATOR)
    one = f"/operations/disputes/{dispute.dispute_id}"
    for address in (one, f"{one}/refund", "/operations/refunds"):
        page = operator.get(address).text
        assert f"{WARNED} {key}." in page, address
    dispute.do(confirming.confirm_refund, dispute.operator, None, at(3))
    assert dispute.outcome() == ("closed", "settled")
    assert WARNED not in operator.get(one).text
    assert found(dispute) == []


def test_the_mail_about_an_overdue_one_says_to_look_there_first(dispute, switched, settings):
    dispute.operator  # noqa: B018 (one who is there to be told)
    key = switched(Answer.PENDING)
    dispute.sweep(80)
    subject, text = notice(dispute, settings)
    assert subject.startswith("A refund is overdue")
    assert f"{WARNED} {key}" in text
    assert "Pay it back to the buyer" not in text


def test_the_doctor_says_how_many_are_left_behind(switched, settings):
    switched(Answer.PENDING)
    said = json.loads(call(environment(settings), "doctor", "--json").stdout)["findings"]
    told = [each["told"] for each in said if each["what"] == "refunds"]
    assert told == ["1 on their way at a payment provider that is set no more", "paid by manual:"]


def test_where_nothing_is_left_of_the_price_nobody_is_told_to_pay_it(dispute, settings):
    dispute.operator  # noqa: B018
    dispute.agreed("refund", 1250)
    dispute.confirm(dispute.operator, 2)
    dispute.do(reopen, dispute.buyer, "Nothing has come.", at(3))
    dispute.do(escalate, dispute.buyer, "", at(27))
    dispute.ruled(29)
    dispute.sweep(29 + 7 * 24)
    assert "so nothing is left to pay" in notice(dispute, settings)[1]
    (one,) = found(dispute)
    assert one.mend.startswith("nothing is left of the price")
