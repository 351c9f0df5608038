"""Paying back: who confirms it, which amount, once, and by two people where it is much."""

import re
from dataclasses import replace

import pytest

from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError, NotFoundError
from arbitration.domain.rulings import RulingForm
from arbitration.i18n import Reader
from arbitration.models import Intent
from arbitration.services.disputes import remedies, rulings
from arbitration.services.disputes.offers import answer_offer, make_offer
from arbitration.services.disputes.questions import correct
from arbitration.services.disputes.reopening import reopen
from arbitration.services.disputes.talks import escalate
from tests.disputes.hearing import REASONS, at

SOME_OPERATOR = Actor(None, Role.OPERATOR)


def test_an_agreed_refund_is_owed_until_an_operator_confirms_it(dispute):
    remedy = dispute.agreed("part_refund", 800)
    assert (remedy.kind, remedy.amount, remedy.state) == ("part_refund", 800, "owed")
    assert (dispute.outcome(), dispute.due("refund")) == (("enforcement", None), [at(73)])
    assert dispute.confirm(dispute.operator, 20, 800).state == "done"
    assert (dispute.outcome(), dispute.due("refund")) == (("closed", "settled"), [])
    assert [(it.author_role, it.about["outcome"]) for it in dispute.said("refund_paid")] == [("operator", "settled")]
    assert dispute.proved() == []
    assert dispute.differences(500) == []


def test_one_that_was_ruled_ends_the_dispute_as_refunded_and_comes_from_the_purchase(dispute):
    dispute.do(escalate, dispute.buyer, "", at(24))
    dispute.ruled(26)
    dispute.sweep(26 + 7 * 24)
    assert dispute.remedy().amount == 1250
    dispute.confirm(dispute.operator, 27 + 7 * 24)
    assert dispute.outcome() == ("closed", "refunded")
    assert dispute.proved() == []


def test_another_amount_a_second_time_and_other_people_are_refused(dispute):
    dispute.agreed("refund", 1250)
    with pytest.raises(InvalidError):
        dispute.confirm(dispute.operator, 2, 1249)
    for actor in (dispute.buyer, dispute.seller):
        with pytest.raises(ForbiddenError):
            dispute.confirm(actor, 2)
    with pytest.raises(NotFoundError):
        dispute.confirm(dispute.arbiter(), 2)
    dispute.confirm(dispute.operator, 2)
    with pytest.raises(ConflictError):
        dispute.confirm(dispute.operator, 3)
    assert dispute.differences(500) == []


def test_where_a_replacement_is_owed_there_is_no_refund_to_confirm(dispute):
    dispute.agreed("replacement")
    with pytest.raises(ConflictError, match="No refund is owed"):
        dispute.confirm(dispute.operator, 2)


def test_the_gateways_token_confirms_a_refund_and_knows_of_nothing_else(opened):
    paid, other = opened(), opened()
    paid.agreed("refund", 1250)
    gateway = paid.gateway()
    with pytest.raises(NotFoundError):
        other.confirm(gateway, 2)
    paid.confirm(gateway, 2)
    assert paid.outcome() == ("closed", "settled")
    assert [message.author_role for message in paid.said("refund_paid")] == ["gateway"]
    assert paid.proved() == []


def test_above_the_limit_two_operators_are_needed(dispute, paying):
    paying(USD=1000)
    dispute.agreed("refund", 1250)
    one, two = dispute.operator, dispute.another_operator()
    with pytest.raises(ConflictError, match="has to approve it first"):
        dispute.confirm(one, 2)
    dispute.do(remedies.approve_refund, one, at(3))
    with pytest.raises(ConflictError, match="approved already"):
        dispute.do(remedies.approve_refund, two, at(3))
    with pytest.raises(ConflictError, match="yourself"):
        dispute.confirm(one, 4)
    with pytest.raises(ForbiddenError):
        dispute.confirm(SOME_OPERATOR, 4)
    dispute.confirm(two, 5)
    assert dispute.outcome() == ("closed", "settled")
    assert dispute.proved() == []


def test_up_to_the_limit_nobody_has_to_approve_and_another_currency_always_does(opened, paying):
    paying(USD=1250)
    within, foreign = opened(), opened(price={"amount": "12.50", "currency": "EUR"})
    within.agreed("refund", 1250)
    with pytest.raises(ConflictError, match="needs no approval"):
        within.do(remedies.approve_refund, within.operator, at(2))
    within.confirm(within.operator, 2)
    foreign.agreed("part_refund", 1)
    with pytest.raises(ConflictError, match="has to approve it first"):
        foreign.confirm(foreign.operator, 2)


def test_a_corrected_amount_has_to_be_approved_again(dispute, paying):
    paying(USD=100)
    dispute.agreed("part_refund", 800)
    dispute.do(remedies.approve_refund, dispute.operator, at(2))
    with dispute.work() as session:
        remedies.change_amount(session, remedies.remedy_owed(session, dispute.dispute_id), 900, at(3))
    with pytest.raises(ConflictError, match="has to approve it first"):
        dispute.confirm(dispute.another_operator(), 4)
    assert dispute.proved() == []


def test_an_operator_approves_the_amount_that_the_page_showed_and_no_other(dispute, paying, signed_in):
    paying(USD=100)
    dispute.agreed("part_refund", 800)
    operator, page = (
        signed_in("olga@market.example.org", Role.OPERATOR),
        f"/operations/disputes/{dispute.dispute_id}/approval",
    )
    shown = dict(re.findall(r'name="(amount|idempotency_key)" value="([^"]+)"', operator.get(page).text))
    assert shown["amount"] == "800"
    with dispute.work() as session:
        remedies.change_amount(session, remedies.remedy_owed(session, dispute.dispute_id), 900, at(3))
    refused = operator.post(page, data=shown)
    assert (refused.status_code, "This is not the amount of the refund." in refused.text) == (422, True)
    assert dispute.remedy().approved_by is None
    again = dict(re.findall(r'name="(amount|idempotency_key)" value="([^"]+)"', operator.get(page).text))
    assert operator.post(page, data=again).status_code == 303
    assert (dispute.remedy().approved_by is None, dispute.remedy().amount) == (False, 900)


def test_operators_are_told_of_what_waits_for_them_and_find_it_in_a_list(opened):
    first, second = opened(), opened()
    operator = first.operator
    for number, each in enumerate((first, second), 1):
        each.agreed("refund", 1250, hours=number)
    with first.work() as session:
        told = session.query(Intent).filter_by(kind="operator_notice").all()
        assert [(it.person_id, it.payload["about"]) for it in told] == [(operator.person_id, "refund_owed")] * 2
        page, cursor = remedies.owed(session, operator, at(73.5), limit=1)
        rest, end = remedies.owed(session, operator, at(73.5), cursor=cursor, limit=1)
        found = [(it.purchase.external_id, it.due_at, it.overdue) for it in page + rest]
        assert (found, end) == ([(first.purchase, at(73), True), (second.purchase, at(74), False)], None)
        with pytest.raises(ForbiddenError):
            remedies.owed(session, first.buyer, at(3))


def test_no_more_than_the_price_is_ever_paid_back(dispute):
    dispute.agreed("part_refund", 800)
    dispute.confirm(dispute.operator, 2)
    dispute.do(reopen, dispute.buyer, "That was not enough.", at(3))
    with dispute.work() as session:
        make_offer(session, dispute.seller, dispute.dispute_id, "refund", 1250, "", at(4))
        answer_offer(session, dispute.buyer, dispute.dispute_id, 2, "accept", at(5))
    assert dispute.remedy().amount == 450
    dispute.confirm(dispute.operator, 6)
    assert (dispute.differences(500), dispute.proved()) == ([], [])


def test_a_part_of_the_price_that_is_not_left_any_more_is_refused_with_what_is_left(dispute):
    dispute.agreed("part_refund", 800)
    dispute.confirm(dispute.operator, 2)
    dispute.do(reopen, dispute.buyer, "That was not enough.", at(3))
    sentence = Reader("en").say

    def refused(act, *said):
        with pytest.raises(InvalidError) as refusal:
            dispute.do(act, *said)
        (fault,) = refusal.value.faults
        return fault.path, sentence(fault.msgid, **fault.values)

    left = ("amount", "Of the price, US$4.50 can still be paid back, not more.")
    assert refused(make_offer, dispute.seller, "part_refund", 451, "", at(4)) == left
    dispute.do(make_offer, dispute.seller, "part_refund", 450, "", at(4))
    counter = {"remedy": "part_refund", "amount": 1000}
    with pytest.raises(InvalidError):
        dispute.do(answer_offer, dispute.buyer, 2, "counter", at(5), **counter)
    dispute.do(escalate, dispute.buyer, "", at(28))
    arbiter = dispute.taken(29)
    form = RulingForm("part_refund", 500, REASONS, departs_because="A part of it works, as both sides say.")
    assert refused(rulings.issue, arbiter, form, at(30)) == left
    dispute.do(rulings.issue, arbiter, replace(form, amount=400), at(30))
    assert refused(correct, arbiter, "amount", 400, 900, "A slip.", at(31)) == ("after", left[1])
    dispute.do(correct, arbiter, "amount", 400, 450, "A slip.", at(31))
    dispute.sweep(30 + 7 * 24)
    assert dispute.remedy().amount == 450
