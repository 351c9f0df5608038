"""Refunds in the lists in which an operator looks for them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from arbitration.domain.actors import Actor
from arbitration.domain.remedies import MANUAL, PROVIDER, RefundTerms
from arbitration.models import Remedy
from arbitration.services.disputes.remedies import approve_refund, confirm_refund
from arbitration.services.disputes.showing import show
from arbitration.services.operations import refunds
from tests.disputes.hearing import Hearing, at
from tests.support.shop import OPERATOR

LIMITS = ({"USD": 1_000}, {"USD": 5_000}, {"EUR": 1_000}, {})


def found(hearing: Hearing, hours: float = 200) -> set[str]:
    """The lists that the refund stands in; each is counted as it is listed."""
    shown = set()
    with hearing.work() as session:
        counts = refunds.count_each(session, OPERATOR, at(hours))
        for shows in refunds.SHOWS:
            listed = len(refunds.list_refunds(session, OPERATOR, shows, at(hours)).items)
            assert counts.get(shows) is None or counts[shows].number == listed
            shown |= {shows} if listed else set()
    return shown


@pytest.fixture
def owed(hearing: Hearing) -> Hearing:
    hearing.ruled(26)
    hearing.run_out("appeal")
    return hearing


@pytest.mark.parametrize("limits", LIMITS)
def test_a_refund_waits_for_an_approval_if_and_only_if_it_needs_one(
    app: Flask, owed: Hearing, limits: dict[str, int]
) -> None:
    app.config["REFUND_TERMS"] = terms = RefundTerms(MANUAL, limits)
    needs = terms.needs_approval(1_250, "USD")
    assert found(owed) == {"", "to_approve" if needs else "to_confirm"}
    assert found(owed, 1_000) == {"", "to_approve" if needs else "to_confirm", "late"}


def offered(hearing: Hearing, actor: Actor) -> set[str]:
    """What an operator is offered to do about the refund."""
    with hearing.work() as session:
        return {each.name for each in show(session, actor, hearing.dispute_id, at(196)).actions} & {
            "approveRefund",
            "confirmRefund",
        }


def test_who_approved_is_offered_nothing_more_and_a_second_person_is_offered_to_confirm(
    app: Flask, owed: Hearing
) -> None:
    app.config["REFUND_TERMS"] = RefundTerms(MANUAL, {"USD": 1_000})
    other = owed._staff("omar@market.example.org", owed.operator.role)
    assert offered(owed, owed.operator) == offered(owed, other) == {"approveRefund"}
    owed.do(approve_refund, owed.operator, at(195))
    assert offered(owed, owed.operator) == set()
    assert offered(owed, other) == {"confirmRefund"}
    owed.do(confirm_refund, other, None, at(196))
    assert offered(owed, other) == set()


def test_a_second_person_confirms_and_it_is_paid(app: Flask, owed: Hearing, operator: FlaskClient) -> None:
    app.config["REFUND_TERMS"] = RefundTerms(MANUAL, {"USD": 1_000})
    assert "Needs two people" in operator.get("/operations/refunds?show=to_approve").text
    owed.do(approve_refund, owed.operator, at(195))
    assert found(owed) == {"", "to_confirm"}
    assert "You approved it: another operator confirms." in operator.get("/operations/refunds?show=to_confirm").text
    other = owed._staff("omar@market.example.org", owed.operator.role)
    owed.do(confirm_refund, other, None, at(196))
    assert found(owed) == {"done"}
    assert "Snow Harbour" in operator.get("/operations/refunds?show=done").text
    assert "No refund waits" in operator.get("/operations/refunds").text


def test_what_a_provider_refused_is_an_operators_again(app: Flask, owed: Hearing) -> None:
    app.config["REFUND_TERMS"] = RefundTerms(PROVIDER, {})
    assert found(owed) == {""}
    with owed.work() as session:
        session.execute(update(Remedy).values(provider_state="refused", provider_reason="No such payment."))
    assert found(owed) == {"", "to_confirm"}


def test_one_of_many_refunds_is_found_by_title_name_or_number(owed: Hearing, operator: FlaskClient) -> None:
    for words in ("harbour", "marcus", owed.purchase.lower()):
        assert "Snow Harbour" in operator.get(f"/operations/refunds?q={words}").text
        assert len(operator.get(f"/operations/export/refunds.json?q={words}").get_json()) == 1
    page = operator.get("/operations/refunds?q=somebody").text
    assert ("Snow Harbour" in page, "Nothing found" in page) == (False, True)
    assert operator.get("/operations/export/refunds.json?q=somebody").get_json() == []
