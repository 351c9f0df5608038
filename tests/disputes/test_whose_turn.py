"""Whose turn it is: in a list as in the dispute itself, and also when a time is over."""

import pytest

from arbitration.domain.actors import Actor, Role
from arbitration.domain.sides import TURNS
from arbitration.services.disputes import arbiters, rulings, showing
from arbitration.services.disputes.listing import Asked, list_disputes
from arbitration.services.disputes.offers import answer_offer, make_offer
from arbitration.services.disputes.requests import ask
from tests.disputes.hearing import REFUND, Hearing, at


def turns(hearing: Hearing, actor: Actor) -> tuple[set[str], str | None, str]:
    """By which turns a list finds the dispute, whose turn its line says, and its state."""
    with hearing.work() as session:
        found = {turn for turn in TURNS if list_disputes(session, actor, Asked(turn=turn)).items}
        (line,) = list_disputes(session, actor).items
        return found, line.told.turn, line.told.state.msgid


def test_a_ruling_that_is_late_still_waits_for_the_arbiter(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    hearing.run_out("ruling")
    found, turn, state = turns(hearing, hearing.buyer)
    assert (found, turn) == ({"arbiter"}, "arbiter")
    assert state == "The arbiter's time for the ruling is over. It is still owed."
    assert turns(hearing, helen)[2] == "Your time for the ruling is over. It is still yours to give."


def test_a_refund_that_is_late_still_waits_for_the_operator(hearing: Hearing) -> None:
    hearing.do(make_offer, hearing.seller, "refund", None, "", at(25))
    hearing.do(answer_offer, hearing.buyer, 1, "accept", at(26))
    hearing.run_out("refund")
    assert turns(hearing, hearing.operator)[:2] == ({"operator"}, "operator")


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_list_finds_a_dispute_by_the_turn_that_its_line_shows(hearing: Hearing, side: str) -> None:
    helen = hearing.taken(25)
    assert turns(hearing, helen)[:2] == ({"arbiter"}, "arbiter")
    hearing.do(ask, helen, side, "screenshot", at(60), "Show me the error.", at(26))
    assert turns(hearing, helen)[:2] == ({side}, side)
    hearing.do(make_offer, hearing.seller, "refund", None, "", at(27))
    assert turns(hearing, helen)[:2] == ({side}, side)


def test_an_operator_who_bought_or_sold_is_offered_nothing_to_decide(hearing: Hearing) -> None:
    hearing.taken(25)
    hearing.do(arbiters.object_to, hearing.buyer, "tie", "They are friends.", at(26))
    own = Actor(hearing.seller.person_id, Role.OPERATOR)

    def offered(actor: Actor) -> set[str]:
        with hearing.work() as session:
            return {each.name for each in showing.show(session, actor, hearing.dispute_id, at(27)).actions}

    assert "decideObjection" in offered(hearing.operator)
    assert "decideObjection" not in offered(own)


def test_nothing_is_offered_to_an_arbiter_that_there_is_not(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    with hearing.work() as session:
        names = {each.name for each in showing.show(session, helen, hearing.dispute_id, at(27)).actions}
    assert not {"decideReading", "strikeConduct", "clarifyRuling"} & names
    hearing.do(rulings.issue, helen, REFUND, at(27))
