"""The last moment, the one after it, and acts that come when everything has changed."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from arbitration.domain.refusals import ConflictError
from arbitration.domain.rulings import RulingForm
from arbitration.scheduler.deadlines import run_due
from arbitration.services import messages
from arbitration.services.disputes import reopening, rulings, talks
from tests.attacks.conftest import Calls
from tests.disputes.hearing import REASONS, at
from tests.remedies.conftest import Settled

A_MICROSECOND = timedelta(microseconds=1)


def test_reopening_begins_all_periods_anew(mine: Settled, app: Flask) -> None:
    mine.do(talks.withdraw, mine.buyer, "", at(1))
    assert not run_due(app, at(200)), "nothing of a closed dispute falls due"
    mine.do(reopening.reopen, mine.buyer, "It is no better.", at(2))
    with pytest.raises(ConflictError):
        mine.do(talks.escalate, mine.buyer, "", at(26) - A_MICROSECOND)
    (due,) = mine.due("seller_answer")
    assert due == at(74)
    run_due(app, due)
    with mine.work() as session:
        messages.post_message(session, mine.seller, mine.purchase, "Here I am.", due + A_MICROSECOND)
    assert (mine.dispute().stage, mine.dispute().seller_silent) == ("arbitration", True)
    assert mine.proved() == []


def test_what_the_other_side_never_saw_carries_no_ruling_however_late(mine: Settled) -> None:
    helen = mine.called().taken(25)
    number = mine.exhibit("seller", "log", 26, seen=False)
    with pytest.raises(ConflictError):
        mine.do(rulings.issue, helen, RulingForm("refund", reasons=REASONS, exhibits=(number,)), at(9_000))


def test_an_act_that_comes_too_late_is_refused_whatever_its_key(mine: Settled, calls: Calls) -> None:
    buyer, seller = calls("buyer", mine.buyer), calls("seller", mine.seller)
    one = f"/disputes/{mine.dispute_id}"
    with time_machine.travel(at(1), tick=False) as clock:
        early = buyer.post(f"{one}/escalation", {}, Idempotency_Key="early")
        assert (early.status_code, seller.post(f"{one}/offers", {"remedy": "refund"}).status_code) == (409, 201)
        clock.move_to(at(25))
        assert buyer.post(f"{one}/escalation", {}, Idempotency_Key="early").data == early.data
        answers = [buyer.post(f"{one}/escalation", {}).status_code for _ in range(2)]
        answers += [buyer.post(f"{one}/offers/1/answer", {"answer": "accept"}).status_code for _ in range(2)]
        assert answers == [200, 409, 200, 409]
        late = (("withdrawal", {}), ("wish", {"requested": "replacement"}), ("offers", {"remedy": "refund"}))
        assert [buyer.post(f"{one}/{path}", body).status_code for path, body in late] == [409] * 3
    assert mine.proved() == []
