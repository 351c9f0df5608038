"""What follows from silence, carried out by the sweep."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from arbitration.domain.refusals import ConflictError
from arbitration.models import Intent, Offer
from arbitration.services import messages
from arbitration.services.disputes.offers import answer_offer, make_offer
from arbitration.services.disputes.reopening import reopen
from arbitration.services.disputes.talks import escalate
from tests.disputes.hearing import REFUND, at
from tests.remedies.conftest import GOODS


def notices(dispute):
    with dispute.work() as session:
        query = select(Intent).where(Intent.kind == "operator_notice").order_by(Intent.id)
        return [(it.payload["about"], it.created_at) for it in session.scalars(query)]


def test_a_silent_seller_brings_the_case_before_the_arbiters(dispute):
    dispute.sweep(72)
    row = dispute.dispute()
    assert (row.stage, row.seller_silent, row.called_at) == ("arbitration", True, at(72))
    (told,) = dispute.said("escalation")
    assert (told.author_role, told.about["because"]) == ("system", "seller_silent")
    assert dispute.due("seller_answer") == []
    assert dispute.proved() == []


def test_a_silent_buyer_lets_it_lapse_and_nothing_stays_held(dispute):
    dispute.do(make_offer, dispute.seller, "part_refund", 100, "", at(1))
    with dispute.work() as session:
        messages.post_message(session, dispute.seller, dispute.purchase, "Which key?", at(2), asks=True)
    dispute.sweep(2 + 7 * 24)
    assert dispute.outcome() == ("closed", "lapsed")
    assert [message.author_role for message in dispute.said("lapse")] == ["system"]
    assert (dispute.differences(500), dispute.proved()) == ([], [])


def test_an_unanswered_offer_expires(dispute):
    dispute.do(make_offer, dispute.seller, "part_refund", 100, "", at(1))
    dispute.sweep(73)
    with dispute.work() as session:
        assert session.scalars(select(Offer.state)).all() == ["expired"]
    assert len(dispute.said("offer_expired")) == 1


def test_an_overdue_ruling_is_told_to_the_operators_and_stays_with_its_arbiter(dispute):
    operator = dispute.operator
    dispute.do(escalate, dispute.buyer, "", at(24))
    arbiter = dispute.taken(25)
    dispute.sweep(25 + 7 * 24)
    assert (dispute.dispute().stage, dispute.dispute().arbiter_id) == ("arbitration", arbiter.person_id)
    assert (len(dispute.said("ruling_overdue")), operator.role) == (1, "operator")
    assert notices(dispute) == [("ruling_overdue", at(25 + 7 * 24))]


def test_a_replacement_that_does_not_come_becomes_a_refund_of_the_price(dispute):
    dispute.operator  # noqa: B018 (there is one from here on)
    agreed = dispute.agreed("replacement")
    dispute.sweep(73)
    refund = dispute.remedy()
    assert (refund.kind, refund.amount, refund.source, refund.source_id) == ("refund", 1250, "overdue", agreed.id)
    (told,) = dispute.said("remedy_overdue")
    assert told.about | {"becomes": "refund", "owed_by": "seller"} == told.about
    assert (dispute.due("remedy"), dispute.due("refund")) == ([], [at(73 + 72)])
    assert notices(dispute) == [("refund_owed", at(73))]
    with pytest.raises(ConflictError, match="refund is owed"):
        dispute.deliver(74)
    dispute.confirm(dispute.operator, 75)
    assert dispute.outcome() == ("closed", "settled")
    assert (dispute.differences(500), dispute.proved()) == ([], [])


def test_a_replacement_that_can_not_become_money_any_more_is_somebodys_to_look_at(dispute):
    dispute.operator  # noqa: B018
    dispute.agreed("refund", 1250)
    dispute.confirm(dispute.operator, 2)
    dispute.do(reopen, dispute.buyer, "Nothing has come.", at(3))
    dispute.do(make_offer, dispute.seller, "replacement", None, "", at(4))
    dispute.do(answer_offer, dispute.buyer, 2, "accept", at(5))
    (waits,) = dispute.differences(5 + 73)
    assert waits.mend == "see that `arbitration scheduler` runs"
    dispute.sweep(5 + 73)
    assert notices(dispute)[-1] == ("remedy_overdue", at(5 + 73))
    (one,) = dispute.differences(5 + 74)
    assert one.mend.startswith("find out what the buyer still needs: the whole price has been paid back before")


def test_after_a_ruling_it_ends_as_refunded(dispute):
    from tests.remedies.test_replacements import REPLACED

    dispute.do(escalate, dispute.buyer, "", at(24))
    dispute.ruled(26, REPLACED)
    window, late = 26 + 7 * 24, 26 + 10 * 24
    dispute.sweep(window)
    dispute.sweep(late)
    dispute.confirm(dispute.operator, late + 1)
    assert dispute.outcome() == ("closed", "refunded")


def test_an_overdue_refund_stays_owed_and_operators_are_told(dispute):
    dispute.operator  # noqa: B018 (there is one from here on)
    dispute.agreed("refund", 1250)
    dispute.sweep(73)
    assert (dispute.outcome(), dispute.remedy().state) == (("enforcement", None), "owed")
    assert notices(dispute) == [("refund_owed", at(1)), ("refund_overdue", at(73))]
    assert len(dispute.said("refund_overdue")) == 1
    assert [each.mend for each in dispute.differences(74)] == ["pay it and confirm it, as an operator"]
    dispute.confirm(dispute.operator, 75)
    assert dispute.outcome() == ("closed", "settled")


def test_the_window_for_an_appeal_closes_on_a_refund_that_is_then_owed(dispute):
    dispute.do(escalate, dispute.buyer, "", at(24))
    dispute.ruled(26, REFUND)
    dispute.sweep(26 + 7 * 24)
    assert (dispute.dispute().stage, dispute.due("refund")) == ("enforcement", [at(26 + 10 * 24)])


def test_of_a_delivery_and_the_end_of_its_time_at_one_moment_exactly_one_happens(opened):
    disputes = [opened() for _ in range(6)]
    for dispute in disputes:
        dispute.agreed("replacement")
    together = Barrier(2)

    def sweep():
        together.wait(30)
        disputes[0].sweep(73)

    def deliver():
        delivered = []
        together.wait(30)
        for dispute in disputes:
            try:
                dispute.deliver(73, GOODS)
                delivered.append(dispute.purchase)
            except ConflictError:
                pass
        return delivered

    with ThreadPoolExecutor(2) as pool:
        swept, brought = pool.submit(sweep), pool.submit(deliver)
        swept.result()
        delivered = brought.result()
    for dispute in disputes:
        came = dispute.purchase in delivered
        assert dispute.outcome() == (("closed", "settled") if came else ("enforcement", None))
        assert dispute.remedy().kind == ("replacement" if came else "refund")
    assert (disputes[0].differences(74), disputes[0].proved()) == ([], [])
