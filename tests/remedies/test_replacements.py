"""A replacement: sealed until the buyer opens it, and the end of the dispute in which it was owed."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import InvalidRequestError

from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError, NotFoundError
from arbitration.domain.rulings import RulingForm
from arbitration.models import Remedy
from arbitration.services.disputes import claims, remedies, replacements, rulings
from arbitration.services.disputes.offers import make_offer
from arbitration.services.disputes.reopening import reopen
from arbitration.services.disputes.talks import escalate
from tests.disputes.hearing import REASONS, at
from tests.remedies.conftest import GOODS

REPLACED = RulingForm("replacement", reasons=REASONS, departs_because="The buyer would rather have a working key.")


def test_an_agreed_replacement_ends_the_dispute_as_settled(dispute):
    dispute.agreed("replacement")
    assert (dispute.outcome(), dispute.due("remedy")) == (("enforcement", None), [at(73)])
    dispute.deliver(2)
    assert (dispute.outcome(), dispute.due("remedy")) == (("closed", "settled"), [])
    assert dispute.proved() == []
    assert dispute.differences(500) == []


def test_one_that_was_ruled_ends_it_as_replaced(dispute):
    dispute.do(escalate, dispute.buyer, "", at(24))
    arbiter = dispute.taken(25)
    dispute.do(rulings.issue, arbiter, REPLACED, at(26))
    with pytest.raises(ConflictError, match="time to appeal"):
        dispute.deliver(27)
    dispute.sweep(26 + 7 * 24)
    dispute.deliver(26 + 7 * 24)
    assert dispute.outcome() == ("closed", "replaced")
    assert dispute.proved() == []


def test_nobody_but_the_buyer_sees_what_was_delivered_and_the_opening_is_recorded_once(dispute, said_of):
    dispute.agreed("replacement")
    remedy = dispute.deliver(2)
    assert GOODS not in said_of(dispute)
    assert GOODS.lower() not in said_of(dispute)
    with dispute.work() as session, pytest.raises(InvalidRequestError):
        _ = session.get(Remedy, remedy.id).content
    with pytest.raises(ForbiddenError):
        dispute.open(dispute.seller, remedy.id, at(3))
    with pytest.raises(NotFoundError):
        dispute.open(dispute.arbiter(), remedy.id, at(3))
    assert dispute.said("replacement_opened") == []
    assert [dispute.open(dispute.buyer, remedy.id, at(hours)) for hours in (3, 4)] == [GOODS, GOODS]
    assert [message.posted_at for message in dispute.said("replacement_opened")] == [at(3)]
    assert dispute.remedy().opened_at == at(3)
    assert GOODS not in said_of(dispute)
    assert dispute.proved() == []


def test_a_key_that_stands_in_the_words_for_both_sides_too_is_not_delivered(dispute):
    dispute.agreed("replacement")
    goods = "Sign in with these\nnadia.f\nhunter2-hunter2"

    def deliver(words):
        with dispute.work() as session:
            replacements.deliver_replacement(session, dispute.seller, dispute.purchase, goods, words, at(2))

    with pytest.raises(InvalidError) as refused:
        deliver("Sorry. The password is hunter2-hunter2 now.")
    assert [fault.path for fault in refused.value.faults] == ["text"]
    assert dispute.outcome() == ("enforcement", None)
    deliver("Sign in with these, nadia.f and the password.")
    assert dispute.outcome() == ("closed", "settled")


def test_an_arbiter_sees_it_only_once_one_was_called(opened):
    dispute = opened()
    dispute.agreed("replacement")
    remedy, arbiter = dispute.deliver(2), dispute.arbiter()

    def look(actor):
        with dispute.work() as session:
            return remedies.see_replacement(session, actor, dispute.purchase, remedy.id)[1]

    with pytest.raises(NotFoundError):
        look(arbiter)
    assert look(dispute.seller) == GOODS
    with pytest.raises(ForbiddenError):
        look(dispute.buyer)
    dispute.do(reopen, dispute.buyer, "It does not work either.", at(5))
    dispute.do(escalate, dispute.buyer, "", at(29))
    assert look(arbiter) == GOODS


def test_a_seller_may_deliver_one_without_a_dispute_and_it_counts_for_the_engine(dispute):
    dispute.agreed("replacement")
    dispute.deliver(2)
    unasked = dispute.deliver(4)
    assert (unasked.source, unasked.state, unasked.dispute_id) == ("seller", "done", None)
    assert dispute.open(dispute.buyer, unasked.id, at(5)) == GOODS
    row = dispute.dispute()
    with dispute.work() as session:
        listed = session.scalars(select(Remedy).where(Remedy.purchase_id == row.purchase_id).order_by(Remedy.id))
        assert [(each.source, each.done_at) for each in listed] == [("offer", at(2)), ("seller", at(4))]
        claimed = claims._claimed(session, dispute.purchase_row(session), row, at(5), ())
        assert sorted(claimed.replaced_at) == [at(2), at(4)]
    assert dispute.proved() == []


def test_while_a_dispute_is_being_talked_about_it_has_to_be_offered_first(dispute):
    with pytest.raises(ConflictError, match="Offer the replacement first"):
        dispute.deliver(1)
    dispute.do(make_offer, dispute.seller, "replacement", None, "", at(1))
    with pytest.raises(ConflictError, match="Offer the replacement first"):
        dispute.deliver(1)


def test_a_refund_is_not_delivered_and_nothing_is_no_replacement(opened):
    refund, replacement = opened(), opened()
    refund.agreed("refund", 1250)
    with pytest.raises(ConflictError, match="refund is owed"):
        refund.deliver(2)
    replacement.agreed("replacement")
    for goods in ("", "  \n", "x" * 10_001):
        with pytest.raises(InvalidError):
            replacement.deliver(2, goods)
    with replacement.work() as session, pytest.raises(ForbiddenError):
        remedies.deliver_replacement(session, replacement.buyer, replacement.purchase, GOODS, "", at(2))
    stranger = Actor(replacement.arbiter().person_id, Role.PARTY)
    with replacement.work() as session, pytest.raises(NotFoundError):
        remedies.deliver_replacement(session, stranger, replacement.purchase, GOODS, "", at(2))


def test_the_database_alone_does_not_tell_what_was_delivered(dispute):
    dispute.agreed("replacement")
    remedy = dispute.deliver(2)
    with dispute.work() as session:
        kept = session.execute(text("SELECT content FROM remedies")).scalar_one()
        assert GOODS not in kept
        session.execute(text("UPDATE remedies SET content = :other"), {"other": kept[:-8] + "AAAAAAA="})
    with pytest.raises(ConflictError, match="can't be opened"):
        dispute.open(dispute.buyer, remedy.id, at(3))
    assert len(dispute.proved()) == 1


def test_what_was_delivered_before_contents_were_sealed_can_be_opened_and_is_sealed_by_the_next_update(dispute):
    dispute.agreed("replacement")
    remedy = dispute.deliver(2)
    with dispute.work() as session:
        session.execute(text("UPDATE remedies SET content = :goods"), {"goods": GOODS})
    assert dispute.open(dispute.buyer, remedy.id, at(3)) == GOODS
    with dispute.work() as session:
        assert [replacements.seal_the_rest(session) for _ in range(2)] == [1, 0]
        assert GOODS not in session.execute(text("SELECT content FROM remedies")).scalar_one()
    assert dispute.open(dispute.buyer, remedy.id, at(4)) == GOODS
    assert dispute.proved() == []
