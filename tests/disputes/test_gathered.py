"""What a page gathers of a case in two queries says the same as what acts ask for one by one."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from arbitration.db import reading
from arbitration.domain.actors import Actor
from arbitration.services import facts, gathering, messages
from arbitration.services.correspondence import text_of_act
from arbitration.services.disputes import conduct, rulings, showing
from arbitration.services.disputes.claims import assess_dispute, snapshot
from arbitration.services.disputes.offers import make_offer
from arbitration.services.disputes.requests import ask
from tests.disputes.hearing import REFUND, Hearing, at

LATER = at(60)


def said(session: Session, hearing: Hearing, actor: Actor) -> dict[str, Any]:
    """All that is told of a case; rows by their ids."""
    shown = showing.show(session, actor, hearing.dispute_id, LATER)
    parts = {name: [row.id for row in getattr(shown.parts, name)] for name in showing.Parts.__dataclass_fields__}
    last = shown.case.purchase.last_position
    return {
        "standing": shown.standing,
        "actions": shown.actions,
        "parts": parts,
        "judged": snapshot(assess_dispute(session, actor, hearing.dispute_id, LATER, LATER)),
        "opening": text_of_act(session, shown.case.purchase.id, 1),
        "last": text_of_act(session, shown.case.purchase.id, last),
    }


@pytest.fixture
def alike(app: Flask, hearing: Hearing) -> Callable[..., dict[str, Any]]:
    """What both ways say to an actor: they must say the same."""

    def compared(actor: Actor) -> dict[str, Any]:
        with hearing.work() as session:
            asked = said(session, hearing, actor)
        with app.app_context(), reading() as session:
            gathered = said(session, hearing, actor)
            assert gathering.gathered(session, hearing.purchase_row(session).id) is not None
        assert gathered == asked
        return asked

    return compared


def hiding(said: dict[str, Any]) -> bool:
    return "hideMessage" in said["standing"].subjects


def test_an_arbiter_is_offered_to_hide_a_message_as_long_as_one_stands(
    hearing: Hearing, alike: Callable[..., dict[str, Any]]
) -> None:
    helen = hearing.taken(25)
    assert not hiding(alike(helen)), "the opening is no message"
    with hearing.work() as session:
        position = messages.post_message(session, hearing.seller, hearing.purchase, "Thief!", at(26)).message.position
    assert hiding(alike(helen))
    with hearing.work() as session:
        conduct.hide_message(session, helen, hearing.purchase, position, "An insult.", at(27))
    assert not hiding(alike(helen))
    with hearing.work() as session:
        position = messages.post_message(session, hearing.buyer, hearing.purchase, "Hello?", at(28)).message.position
    assert hiding(alike(helen))
    with hearing.work() as session:
        messages.delete_message(session, hearing.buyer, hearing.purchase, position, at(29))
    assert not hiding(alike(helen))


def test_both_ways_tell_the_same_of_a_case_to_everybody(hearing: Hearing, alike: Callable[..., dict[str, Any]]) -> None:
    helen = hearing.taken(25)
    with hearing.work() as session:
        rude = messages.post_message(session, hearing.seller, hearing.purchase, "Thief!", at(26)).message.position
        messages.post_message(session, hearing.buyer, hearing.purchase, "Again.", at(27), reports_problem=True)
        conduct.report_conduct(session, hearing.buyer, hearing.purchase, rude, "abuse", at(28))
        facts.state_fact(session, hearing.seller, hearing.purchase, "can_replace", False, at(29))
    hearing.do(make_offer, hearing.seller, "part_refund", 500, "Half of it?", at(30))
    hearing.do(ask, helen, "seller", "screenshot", at(80), "The whole page, please.", at(31))
    hearing.exhibit("seller", "screenshot", 32)
    everybody = (hearing.buyer, hearing.seller, helen, hearing.operator)
    for actor in everybody:
        assert alike(actor)["opening"] == "It is refused."
    hearing.do(rulings.issue, helen, REFUND, at(40))
    for actor in everybody:
        assert alike(actor)["last"] == REFUND.reasons
