"""What an act leaves behind: nothing private in a second place, nothing that stands in the way of what comes next."""

from sqlalchemy import select

from arbitration.models import ArbiterObjection, IdempotentAnswer
from arbitration.services.disputes import arbiters, reopening, rulings, talks
from arbitration.services.disputes.objections_to_arbiters import object_to
from tests.attacks.conftest import Calls
from tests.disputes.hearing import REFUND, Work, at
from tests.remedies.conftest import GOODS, Settled

DOUBT = "I doubt what the seller says of the log."


def test_what_few_may_read_lies_in_no_answer_that_is_kept(mine: Settled, calls: Calls, work: Work) -> None:
    helen = mine.called().taken(25)
    arbiter, seller, buyer = (
        calls(*each) for each in (("arbiter", helen), ("seller", mine.seller), ("buyer", mine.buyer))
    )
    noting = f"/disputes/{mine.dispute_id}/notes", {"text": DOUBT}
    noted = arbiter.post(*noting, Idempotency_Key="note")
    mine.do(talks.withdraw, mine.buyer, "", at(26))
    where = f"/purchases/{mine.purchase}/replacements"
    delivered = seller.post(where, {"content": GOODS, "text": "Here it is."}, Idempotency_Key="key")
    opening = f"{where}/{delivered.json['id']}/opening"
    opened = buyer.post(opening, None, Idempotency_Key="open")
    assert (noted.json["text"], delivered.json["content"], opened.json["content"]) == (DOUBT, None, GOODS)
    assert arbiter.post(*noting, Idempotency_Key="note").data == noted.data
    assert buyer.post(opening, None, Idempotency_Key="open").data == opened.data
    with work() as session:
        kept = session.scalars(select(IdempotentAnswer)).all()
        assert len(kept) == 3
        assert not [each for each in kept if DOUBT.encode() in each.body or GOODS.encode() in each.body]
        moved = kept[0].body
        for each in kept:
            each.body = moved
    assert buyer.post(opening, None, Idempotency_Key="open").data != noted.data, "a kept answer opens for its own key"


def test_an_answer_kept_under_another_secret_is_not_given_and_nothing_is_done_twice(
    mine: Settled, calls: Calls, work: Work
) -> None:
    seller = calls("seller", mine.seller)
    offer = f"/disputes/{mine.dispute_id}/offers", {"remedy": "refund"}
    assert seller.post(*offer, Idempotency_Key="once").status_code == 201
    with work() as session:
        for each in session.scalars(select(IdempotentAnswer)):
            each.body = b"sealed under what nobody knows any more"
    assert seller.post(*offer, Idempotency_Key="once").status_code == 409
    assert len(mine.said("offer")) == 1


def test_an_objection_to_the_arbiter_rests_with_the_case_and_stops_no_later_ruling(mine: Settled) -> None:
    helen = mine.called().taken(25)
    mine.do(object_to, mine.buyer, "partiality", "They know each other.", at(26))
    mine.do(talks.withdraw, mine.buyer, "", at(27))
    with mine.work() as session:
        (objection,) = session.scalars(select(ArbiterObjection))
        assert (objection.decided_at, objection.granted, objection.arbiter_id) == (at(27), None, helen.person_id)
    mine.do(reopening.reopen, mine.buyer, "It is no better.", at(28))
    mine.do(talks.escalate, mine.buyer, "", at(60))
    oskar = mine.arbiter("oskar")
    mine.do(arbiters.take, oskar, at(61))
    assert mine.do(rulings.issue, oskar, REFUND, at(62)).remedy == "refund"
    assert mine.proved() == []
