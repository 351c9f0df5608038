"""Appeals, corrections and clarifications: what can still be said once an arbiter has ruled."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError, NotFoundError
from arbitration.domain.rulings import RulingForm
from arbitration.models import Appeal, Remedy, Ruling, RulingQuestion
from arbitration.services.disputes import arbiters, questions
from arbitration.services.disputes.appeals import appeal
from arbitration.services.disputes.rulings import issue
from tests.disputes.hearing import REASONS, REFUND, Hearing, at

PRICE = 1250
RULED, WINDOW = 26, 7 * 24
NEW = ("new_evidence", "The full recording turned up.")


def test_an_appeal_is_heard_by_another_arbiter_and_carried_out_at_once(hearing: Hearing) -> None:
    helen = hearing.ruled(RULED, RulingForm("dismissal", reasons=REASONS, departs_because="I do not believe it."))
    hearing.do(appeal, hearing.buyer, 1, *NEW, at(RULED + WINDOW))
    dispute = hearing.dispute()
    assert (dispute.stage, dispute.arbiter_id) == ("appeal", None)
    assert hearing.due("appeal") == []
    with pytest.raises(ConflictError, match="have ruled in this dispute"):
        hearing.do(arbiters.take, helen, at(195))
    oskar = hearing.taken(196, "oskar")
    ruling = hearing.do(issue, oskar, REFUND, at(200))
    with hearing.work() as session:
        first = session.scalars(select(Ruling).where(Ruling.number == 1)).one()
        assert (ruling.on_appeal_of, ruling.appeal, first.superseded_at) == (first.id, "granted", at(200))
        heard = session.scalars(select(Appeal)).one()
        assert (heard.decided_at, heard.decision) == (at(200), "granted")
        assert [(remedy.kind, remedy.source_id) for remedy in session.scalars(select(Remedy))] == [
            ("refund", ruling.id)
        ]
    assert hearing.dispute().stage == "enforcement"


def test_an_appeal_that_brings_nothing_new_is_refused_and_a_dismissal_then_closes(hearing: Hearing) -> None:
    dismissal = RulingForm("dismissal", reasons=REASONS, departs_because="I do not believe it.")
    hearing.ruled(RULED, dismissal)
    hearing.do(appeal, hearing.buyer, 1, "bias", "She is unfair.", at(30))
    assert hearing.do(issue, hearing.taken(31, "oskar"), dismissal, at(32)).appeal == "refused"
    dispute = hearing.dispute()
    assert (dispute.stage, dispute.outcome) == ("closed", "dismissed")


def test_an_appeal_needs_a_ground_words_and_comes_in_time_and_once(hearing: Hearing) -> None:
    hearing.ruled(RULED)
    with pytest.raises(InvalidError):
        hearing.do(appeal, hearing.seller, 1, "displeasure", "No.", at(30))
    with pytest.raises(InvalidError):
        hearing.do(appeal, hearing.seller, 1, "bias", "", at(30))
    with pytest.raises(NotFoundError):
        hearing.do(appeal, hearing.seller, 2, *NEW, at(30))
    with pytest.raises(ConflictError, match="time for an appeal is over"):
        hearing.do(appeal, hearing.seller, 1, *NEW, at(RULED + WINDOW + 0.001))
    hearing.do(appeal, hearing.seller, 1, *NEW, at(30))
    with pytest.raises(ConflictError):
        hearing.do(appeal, hearing.buyer, 1, *NEW, at(31))


def test_a_slip_in_the_amount_is_corrected_at_the_wish_of_a_party(hearing: Hearing) -> None:
    helen = hearing.ruled(RULED, replace(REFUND, amount=520, less_than_price=True))
    hearing.do(questions.ask, hearing.buyer, "correction", "I paid 12.50.", at(27))
    with pytest.raises(ConflictError, match="still has to answer"):
        hearing.do(questions.ask, hearing.buyer, "correction", "Please!", at(27))
    with pytest.raises(ConflictError, match="not what the ruling says"):
        hearing.do(questions.correct, helen, "amount", 25, PRICE, "", at(28))
    for field, before, after in (("remedy", "refund", "dismissal"), ("amount", 520, PRICE + 1), ("amount", 520, 520)):
        with pytest.raises(InvalidError):
            hearing.do(questions.correct, helen, field, before, after, "", at(28))
    with pytest.raises(ForbiddenError):
        hearing.do(questions.correct, hearing.arbiter("oskar"), "amount", 520, PRICE, "", at(28))
    hearing.do(questions.correct, helen, "amount", 520, PRICE, "A slip of the pen.", at(28))
    (event,) = hearing.said("correction")
    assert (event.about["before"], event.about["after"]) == (520, PRICE)
    with hearing.work() as session:
        assert session.scalars(select(Ruling.amount)).one() == PRICE
        asked = session.scalars(select(RulingQuestion)).one()
        assert (asked.by, asked.answer, asked.before, asked.after) == (
            "buyer",
            "granted",
            {"value": 520},
            {"value": PRICE},
        )


def test_a_correction_reaches_a_refund_that_is_owed_but_none_that_is_paid(hearing: Hearing) -> None:
    part = RulingForm("part_refund", 500, REASONS, departs_because="Half of it was used.")
    helen = hearing.ruled(RULED, part)
    hearing.do(questions.ask, hearing.seller, "correction", "It was to be 5.50.", at(RULED + WINDOW))
    with pytest.raises(ConflictError, match="corrected or asked about is over"):
        hearing.do(questions.ask, hearing.buyer, "clarification", "When?", at(RULED + WINDOW + 0.001))
    hearing.run_out("appeal")
    hearing.do(questions.correct, helen, "amount", 500, 550, "", at(RULED + WINDOW + 1))
    with hearing.work() as session:
        assert session.scalars(select(Remedy.amount)).one() == 550
        session.execute(update(Remedy).values(state="done"))
    with pytest.raises(ConflictError):
        hearing.do(questions.correct, helen, "amount", 550, 500, "", at(RULED + 10))


def test_an_exhibit_that_was_left_out_can_be_named_if_the_ruling_could_have_rested_on_it(hearing: Hearing) -> None:
    hearing.exhibit("buyer", "screenshot", 1)
    hearing.exhibit("buyer", "screenshot", 40)
    helen = hearing.ruled(60)
    with pytest.raises(ConflictError, match="to answer exhibit E2"):
        hearing.do(questions.correct, helen, "exhibits", [], [1, 2], "", at(90))
    hearing.do(questions.correct, helen, "exhibits", [], [1], "E1 belongs there.", at(90))
    with hearing.work() as session:
        assert session.scalars(select(Ruling.exhibits)).one() == [1]


def test_an_arbiter_refuses_a_correction_and_makes_a_ruling_clear(hearing: Hearing) -> None:
    helen = hearing.ruled(RULED)
    for act in (questions.clarify, questions.refuse):
        with pytest.raises(ConflictError, match="Nobody has asked"):
            hearing.do(act, helen, "Because.", at(27))
    hearing.do(questions.ask, hearing.seller, "correction", "It should be nothing.", at(27))
    hearing.do(questions.ask, hearing.seller, "clarification", "By when?", at(27))
    hearing.do(questions.refuse, helen, "That is no slip; appeal if you disagree.", at(28))
    hearing.do(questions.clarify, helen, "Three days after the window.", at(28))
    with hearing.work() as session:
        answers = [
            (asked.kind, asked.answer) for asked in session.scalars(select(RulingQuestion).order_by(RulingQuestion.id))
        ]
        assert answers == [("correction", "refused"), ("clarification", "granted")]
        assert session.scalars(select(Ruling.amount)).one() == PRICE
