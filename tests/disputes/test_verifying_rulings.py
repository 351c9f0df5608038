"""Whoever changes a ruling behind everybody's back is found out; what happened by the rules is not complained about."""

import pytest
from sqlalchemy import update

from arbitration.domain.rulings import RulingForm
from arbitration.models import Dispute, Ruling
from arbitration.services.disputes import questions, requests
from arbitration.services.disputes.appeals import appeal
from arbitration.services.disputes.arbiters import decide_objection, hand_over, object_to
from arbitration.services.disputes.rulings import issue
from tests.disputes.hearing import REASONS, REFUND, Hearing, at


def test_a_whole_case_with_everything_in_it_verifies(hearing: Hearing, found) -> None:
    helen = hearing.taken(25)
    hearing.do(object_to, hearing.seller, "language", "She does not read Ukrainian.", at(26))
    hearing.do(decide_objection, hearing.operator, False, "She does.", at(27))
    hearing.do(requests.ask, helen, "seller", "any", at(29), "", at(28))
    hearing.run_out("exhibit_request")
    hearing.do(hand_over, helen, None, "absence", "", at(30))
    part = RulingForm("part_refund", 600, REASONS, departs_because="Half of it was used.")
    hearing.ruled(32, part, "oskar")
    hearing.do(questions.ask, hearing.buyer, "correction", "6.20, surely.", at(33))
    hearing.do(questions.correct, hearing.arbiter("oskar"), "amount", 600, 620, "", at(34))
    hearing.do(appeal, hearing.buyer, 1, "error_of_fact", "I used none of it.", at(35))
    hearing.do(issue, hearing.taken(36, "jagoda"), REFUND, at(37))
    assert found() == []


@pytest.mark.parametrize(
    "change", [{"amount": 1}, {"remedy": "dismissal"}, {"exhibits": [3]}, {"docket_head": "0" * 64}, {"departs": True}]
)
def test_a_ruling_that_was_changed_is_found(hearing: Hearing, found, change: dict[str, object]) -> None:
    hearing.ruled(26)
    with hearing.work() as session:
        session.execute(update(Ruling).values(**change))
    assert any("of a ruling is not what this entry says" in line for line in found())


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "changed_mind"},
        {"requested": "replacement"},
        {"defect": "Another one."},
        {"opened_at": at(1)},
        {"number": 2},
        {"stage": "negotiation"},
        {"stage_since": at(1)},
        {"closed_at": at(26)},
    ],
)
def test_a_dispute_that_was_changed_is_found(hearing: Hearing, found, change: dict[str, object]) -> None:
    hearing.ruled(26)
    assert found() == []
    with hearing.work() as session:
        session.execute(update(Dispute).values(**change))
    assert any("of a dispute is not what this entry says" in line for line in found())


def test_a_dispute_that_is_closed_by_hand_in_the_database_is_found(hearing: Hearing, found) -> None:
    hearing.ruled(26)
    with hearing.work() as session:
        session.execute(
            update(Dispute).values(stage="closed", stage_since=at(26), closed_at=at(26), outcome="dismissed")
        )
    lines = found()
    assert any("The stage of a dispute" in line for line in lines), lines
