"""Reopening a dispute whose outcome was no good."""

import pytest

from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError
from arbitration.domain.rulings import RulingForm
from arbitration.services.disputes import arbiters, rulings
from arbitration.services.disputes.offers import answer_offer, make_offer
from arbitration.services.disputes.reopening import reopen
from arbitration.services.disputes.talks import escalate, withdraw
from tests.disputes.hearing import REASONS, at
from tests.remedies.test_replacements import REPLACED

MONTH = 30 * 24
DISMISSAL = RulingForm("dismissal", reasons=REASONS, departs_because="The statement speaks of another key.")


@pytest.fixture
def ended(dispute):
    """Ended by a replacement, two hours after the opening."""
    dispute.agreed("replacement")
    dispute.deliver(2)
    return dispute


def test_the_talks_begin_anew_and_so_does_the_sellers_time(ended):
    ended.do(reopen, ended.buyer, "The new key is refused as well.", at(2 + MONTH))
    row = ended.dispute()
    assert (row.stage, row.outcome, row.closed_at, row.times_reopened) == ("negotiation", None, None, 1)
    assert (row.reopened_at, ended.due("seller_answer")) == (at(2 + MONTH), [at(2 + MONTH + 72)])
    (told,) = ended.said("reopening")
    assert (told.author_role, told.reports_problem) == ("buyer", True)
    with pytest.raises(ConflictError):
        ended.do(escalate, ended.buyer, "", at(2 + MONTH + 23))
    ended.do(escalate, ended.buyer, "", at(2 + MONTH + 24))
    assert (ended.differences(3 + MONTH), ended.proved()) == ([], [])


def test_not_a_moment_too_late_not_twice_and_not_without_a_word(ended):
    with pytest.raises(ConflictError):
        ended.do(reopen, ended.buyer, "No good.", at(2 + MONTH + 0.001))
    with pytest.raises(InvalidError):
        ended.do(reopen, ended.buyer, " ", at(3))
    with pytest.raises(ForbiddenError):
        ended.do(reopen, ended.seller, "No good.", at(3))
    ended.do(reopen, ended.buyer, "No good.", at(3))
    with pytest.raises(ConflictError):
        ended.do(reopen, ended.buyer, "No good.", at(4))
    ended.do(withdraw, ended.buyer, "", at(5))
    with pytest.raises(ConflictError, match="only so often"):
        ended.do(reopen, ended.buyer, "No good.", at(6))


def test_after_a_withdrawal_it_can_be_but_not_after_a_dismissal(opened):
    withdrawn, dismissed = opened(), opened()
    withdrawn.do(withdraw, withdrawn.buyer, "He promised a new key.", at(2))
    withdrawn.do(reopen, withdrawn.buyer, "None came.", at(3))
    assert withdrawn.outcome() == ("negotiation", None)
    dismissed.do(escalate, dismissed.buyer, "", at(24))
    dismissed.ruled(26, DISMISSAL)
    dismissed.sweep(26 + 7 * 24)
    assert dismissed.outcome() == ("closed", "dismissed")
    with pytest.raises(ConflictError, match="dismissed"):
        dismissed.do(reopen, dismissed.buyer, "No.", at(27 + 7 * 24))


def test_money_that_did_not_come_can_be_asked_after_but_is_not_booked_twice(dispute):
    dispute.agreed("refund", 1250)
    dispute.confirm(dispute.operator, 2)
    dispute.do(reopen, dispute.buyer, "Nothing has come.", at(3))
    dispute.do(make_offer, dispute.seller, "refund", 1250, "", at(4))
    with pytest.raises(ConflictError, match="paid back already"):
        dispute.do(answer_offer, dispute.buyer, 2, "accept", at(5))
    dispute.do(escalate, dispute.buyer, "", at(27))
    dispute.ruled(29)
    dispute.sweep(29 + 7 * 24)
    assert (dispute.remedy().amount, dispute.remedy().state) == (0, "owed")
    dispute.confirm(dispute.operator, 30 + 7 * 24)
    assert dispute.outcome() == ("closed", "refunded")
    assert (dispute.differences(500), dispute.proved()) == ([], [])


def test_after_a_part_refund_a_full_one_is_offered_as_what_is_left_and_that_is_what_comes(dispute):
    dispute.agreed("part_refund", 800)
    dispute.confirm(dispute.operator, 2)
    dispute.do(reopen, dispute.buyer, "It is worth nothing.", at(3))
    offers = [dispute.do(make_offer, dispute.seller, "refund", None, "", at(4))[1]]
    offers += [dispute.do(answer_offer, dispute.buyer, 2, "counter", at(4), remedy="refund", amount=1250)[1]]
    assert [each.amount for each in offers] == [450, 450]
    dispute.do(answer_offer, dispute.seller, 3, "accept", at(5))
    assert (dispute.remedy().kind, dispute.remedy().amount) == ("refund", 450)
    dispute.confirm(dispute.operator, 6)
    assert (dispute.differences(10), dispute.proved()) == ([], [])


def test_another_arbiter_rules_anew_after_the_reopening(dispute):
    dispute.do(escalate, dispute.buyer, "", at(24))
    first = dispute.ruled(26, REPLACED)
    window = 26 + 7 * 24
    dispute.sweep(window)
    dispute.deliver(window + 1)
    dispute.do(reopen, dispute.buyer, "The new key is refused as well.", at(window + 2))
    assert dispute.dispute().arbiter_id is None
    dispute.do(escalate, dispute.buyer, "", at(window + 26))
    with pytest.raises(ConflictError):
        dispute.do(arbiters.take, first, at(window + 27))
    second = dispute.taken(window + 27, "ivan")
    dispute.do(rulings.issue, second, RulingForm("refund", reasons=REASONS), at(window + 28))
    dispute.sweep(window + 28 + 7 * 24)
    dispute.confirm(dispute.operator, window + 29 + 7 * 24)
    assert dispute.outcome() == ("closed", "refunded")
    assert (dispute.differences(2000), dispute.proved()) == ([], [])
