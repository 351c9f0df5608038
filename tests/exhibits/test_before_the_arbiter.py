"""Exhibits once an arbiter was called: who of the arbiters sees what, and what an exhibit answers."""

from datetime import timedelta

import pytest

from arbitration.domain.actors import Actor
from arbitration.domain.exhibits import Quota, Said
from arbitration.domain.files import Part, Stored
from arbitration.domain.refusals import NotFoundError
from arbitration.ids import new_id
from arbitration.models import Exhibit, ExhibitRequest
from arbitration.services import exhibits
from arbitration.services.disputes import requests
from tests.disputes.hearing import Hearing, at
from tests.support.shop import Shop, Work


@pytest.fixture
def hearing(work: Work, shop: Shop) -> Hearing:
    return Hearing.opened(work, shop)


def file_one(hearing: Hearing, actor: Actor, hours: float) -> Exhibit:
    page = Part("page-1", "image/jpeg", 1, "1" * 64)
    stored = Stored(new_id().hex, "a.png", "image/png", 1, "0" * 64, parts=(page,))
    with hearing.work() as session:
        said = Said("screenshot", "The error")
        return exhibits.file_exhibit(session, actor, hearing.purchase, said, stored, at(hours), Quota())


def part_for(hearing: Hearing, actor: Actor) -> str:
    with hearing.work() as session:
        return exhibits.content_of(session, actor, hearing.purchase, "E1")[0].part


def test_the_arbiter_of_the_case_gets_the_original_and_others_what_the_parties_get(hearing: Hearing) -> None:
    file_one(hearing, hearing.buyer, 1)
    with pytest.raises(NotFoundError):
        part_for(hearing, hearing.arbiter("henry"))
    hearing.called()
    helen = hearing.taken(25)
    who = {"buyer": hearing.buyer, "seller": hearing.seller, "helen": helen, "henry": hearing.arbiter("henry")}
    assert {name: part_for(hearing, actor) for name, actor in who.items()} == {
        "buyer": "original",
        "seller": "page-1",
        "helen": "original",
        "henry": "page-1",
    }
    with hearing.work() as session:
        exhibits.note_shown(session, helen, hearing.purchase, "E1", at(26))
        _, shown = exhibits.get_exhibit(session, hearing.seller, hearing.purchase, "E1")
        assert [(view.role, view.first_at) for view in shown.views] == [("arbiter", at(26))]


def test_an_exhibit_of_the_seller_is_an_answer(hearing: Hearing) -> None:
    assert hearing.due("seller_answer") == [at(72)]
    file_one(hearing, hearing.buyer, 1)
    assert hearing.due("seller_answer") == [at(72)]
    file_one(hearing, hearing.seller, 2)
    assert hearing.due("seller_answer") == []


def test_an_exhibit_answers_the_arbiter_who_asked_for_it(hearing: Hearing) -> None:
    hearing.called()
    helen = hearing.taken(25)
    hearing.do(requests.ask, helen, "buyer", "screenshot", at(26) + timedelta(days=3), "Show the date.", at(26))
    assert len(hearing.due("exhibit_request")) == 1
    filed = file_one(hearing, hearing.buyer, 30)
    assert hearing.due("exhibit_request") == []
    with hearing.work() as session:
        assert session.query(ExhibitRequest.exhibit_id).scalar() == filed.id
