"""Arbiters: what each has before them, and when they are away."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from arbitration.domain.actors import Actor
from arbitration.domain.refusals import InvalidError, NotFoundError
from arbitration.services.disputes import arbiters, queue, rulings
from arbitration.services.staff import absences
from tests.disputes.hearing import REFUND, Hearing, at
from tests.operations.conftest import send
from tests.workplace.conftest import Watch

Browser = Callable[[Actor], FlaskClient]


def typed(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def away(hearing: Hearing, arbiter: Actor, begins: float = 24, ends: float = 240) -> None:
    assert arbiter.person_id is not None
    olga = hearing.operator
    with hearing.work() as session:
        absences.declare(session, olga, arbiter.person_id, at(begins), at(ends), at(25))


def offered(hearing: Hearing, arbiter: Actor, hours: float) -> int:
    """How many cases an arbiter is shown."""
    with hearing.work() as session:
        return len(queue.waiting(session, arbiter, at(hours)).items)


def test_the_load_shows_cases_and_late_ones_and_only_these(
    hearing: Hearing, operator: FlaskClient, browser: Browser, watch: Watch
) -> None:
    hearing.taken(25)
    page = operator.get("/operations/arbiters").text
    assert ("1 case" in page, "1 late" in page) == (True, False)
    watch.to(25 + 7 * 24 + 1)
    later = browser(hearing.operator)
    assert "1 late" in later.get("/operations/arbiters").text
    hearing.run_out("ruling")
    assert "1 late" in later.get("/operations/arbiters").text
    assert "Snow Harbour" in later.get("/operations/deadlines?show=overdue&by=arbiter").text
    hearing.do(rulings.issue, hearing.arbiter(), REFUND, at(25 + 7 * 24 + 1))
    assert "1 ruling in 30 days" in later.get("/operations/arbiters").text
    assert "1 late" not in later.get("/operations/arbiters").text
    assert "Nothing is overdue" in later.get("/operations/deadlines?show=overdue").text


def test_to_an_arbiter_who_is_away_no_new_case_is_proposed(hearing: Hearing) -> None:
    helen = hearing.arbiter()
    assert offered(hearing, helen, 25) == 1
    away(hearing, helen, 24, 240)
    assert (offered(hearing, helen, 25), offered(hearing, helen, 241)) == (0, 1)


def test_the_list_of_cases_says_why_it_is_empty(hearing: Hearing, browser: Browser) -> None:
    helen = browser(hearing.arbiter())
    assert "Snow Harbour" in helen.get("/cases").text
    away(hearing, hearing.arbiter())
    page = helen.get("/cases").text
    assert ("You are away until" in page, "Snow Harbour" in page) == (True, False)


def test_what_an_arbiter_has_stays_in_view_while_away(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    away(hearing, helen)
    assert offered(hearing, helen, 26) == 1


def test_nobody_hands_a_case_to_one_who_is_away_nor_waits_for_one(hearing: Hearing) -> None:
    helen, victor = hearing.taken(25), hearing.arbiter("victor")
    address = hearing.address_of(victor)
    away(hearing, victor, 30, 240)
    with pytest.raises(InvalidError) as refused:
        hearing.do(arbiters.hand_over, helen, address, "other", "", at(31))
    assert "away until" in refused.value.faults[0].msgid
    hearing.do(arbiters.hand_over, helen, address, "other", "", at(29))
    other = hearing.arbiter("oskar")
    hearing.do(arbiters.take, other, at(31))
    assert hearing.dispute().arbiter_id == other.person_id


def test_an_operator_notes_an_absence_and_gives_a_case_to_the_others(hearing: Hearing, operator: FlaskClient) -> None:
    helen = hearing.taken(25)
    one = f"/arbiters/{helen.person_id}"
    assert "Snow Harbour" in operator.get(f"/operations{one}").text
    for wrong in ({"from": "", "until": ""}, {"from": typed(at(30)), "until": typed(at(29))}, {"from": "soon"}):
        refused = send(operator, f"{one}/absence", **({"from": typed(at(25)), "until": typed(at(99))} | wrong))
        assert refused.status_code == 422, wrong
    noted = send(operator, f"{one}/absence", **{"from": "2026-11-22", "until": "2026-11-30"}).text
    assert "Give back what can't wait." in noted
    twice = send(operator, f"{one}/absence", **{"from": "2026-11-25", "until": "2026-12-01"})
    assert (twice.status_code, "Another absence" in twice.text) == (409, True)
    assert "Away until" in operator.get("/operations/arbiters").text

    back = f"{one}/cases/{hearing.dispute_id}"
    assert "Given back. Another arbiter can take it now." in send(operator, back).text
    assert hearing.dispute().arbiter_id is None
    assert [message.about["ground"] for message in hearing.said("handover")] == ["absence"]
    assert send(operator, back).status_code == 409
    assert "Gave an arbiter&#39;s case back to the others" in operator.get("/operations/record").text


def test_an_absence_ends_early_or_does_not_begin(hearing: Hearing, operator: FlaskClient) -> None:
    helen = hearing.arbiter()
    away(hearing, helen)
    with hearing.work() as session:
        (absence,) = absences.of(session, helen.person_id, at(25))
    page = f"/arbiters/{helen.person_id}/absence/{absence.id}/end"
    assert "The absence is ended." in send(operator, page).text
    assert offered(hearing, helen, 26) == 1
    with hearing.work() as session, pytest.raises(NotFoundError):
        absences.end(session, hearing.operator, absence.id, at(26))
    with hearing.work() as session:
        later = absences.declare(session, hearing.operator, helen.person_id, at(100), at(200), at(26))
        absences.end(session, hearing.operator, later.id, at(27))
        assert not absences.of(session, helen.person_id, at(27))


def test_only_arbiters_are_away(hearing: Hearing) -> None:
    olga = hearing.operator
    with hearing.work() as session, pytest.raises(NotFoundError):
        absences.declare(session, olga, hearing.buyer.person_id, at(26), at(27), at(25))
