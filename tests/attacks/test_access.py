"""What is not yours is not there: for every operation, every role, and whatever else an address can name."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import time_machine
from flask import Flask
from sqlalchemy import update

from arbitration.clock import now
from arbitration.domain.opening import Claim
from arbitration.models import Person
from arbitration.scheduler.readings import read_waiting
from arbitration.services import facts, messages, objections
from arbitration.services.disputes import conduct, offers, remedies, talks
from arbitration.services.disputes.opening import open_dispute
from tests.api.conftest import Caller
from tests.attacks.conftest import Calls
from tests.disputes.hearing import Work, at
from tests.remedies.conftest import Settled

DIFFERING = {"X-Request-Id", "Date"}
MISSING = {"external_id": "NOSUCHPURCHASE00", "dispute_id": "01234567-89ab-7def-8123-456789abcdef"}


def operations(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Name, method and address of every operation about a purchase or a dispute."""
    document = json.loads(app.test_client().get("/api/openapi.json").data)
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            if "operationId" in told and ("{external_id}" in path or "{dispute_id}" in path):
                yield told["operationId"], method.upper(), path.removeprefix("/api")


def asked(who: Caller, method: str, path: str, where: dict[str, Any]) -> tuple[int, bytes, list[tuple[str, str]]]:
    rest = {name: "1" if name in ("position", "offer", "ruling", "number") else str(uuid4()) for name in names(path)}
    answer = who(method, path.format(**rest | where), {} if method in ("POST", "PATCH") else None)
    return answer.status_code, answer.data, [each for each in answer.headers if each[0] not in DIFFERING]


def names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def differing(app: Flask, who: Caller, mine: Settled, *, all_of_them: bool = False) -> list[str]:
    """The operations that tell a foreign case from a missing one, or answer other than 404; few POSTs, unless all."""
    foreign = {"external_id": mine.purchase, "dispute_id": str(mine.dispute_id)}
    found = []
    for number, (name, method, path) in enumerate(operations(app)):
        if method == "POST" and number % 8 and not all_of_them:
            continue
        here, nowhere = asked(who, method, path, foreign), asked(who, method, path, MISSING)
        form = name == "uploadExhibit" and here[0] == 415  # said to everybody before anything is looked for
        if here != nowhere or (here[0] != 404 and not form):
            found.append(f"{name}: {here[0]} {nowhere[0]}")
    return found


def test_nothing_tells_a_foreign_dispute_from_none(app: Flask, mine: Settled, calls: Calls) -> None:
    assert differing(app, calls("buyer"), mine, all_of_them=True) == []
    assert differing(app, calls("arbiter"), mine) == [], "no arbiter was called"
    assert differing(app, calls("gateway"), mine) == [], "nothing is to be paid back"
    mine.called()
    assert differing(app, calls("arbiter", mine.buyer), mine) == [], "an arbiter who is the buyer"
    assert differing(app, calls("arbiter", mine.seller), mine) == [], "an arbiter who is the seller"


def test_an_operator_has_no_say_in_a_large_refund_of_his_own(
    mine: Settled, paying: Callable[..., None], calls: Calls
) -> None:
    paying("manual", USD=0)
    mine.agreed()
    one = f"/disputes/{mine.dispute_id}/refund"
    own, olga, oscar = calls("operator", mine.buyer), calls("operator"), calls("operator")
    assert own.post(f"{one}/approval", {}).status_code == 403
    assert olga.post(f"{one}/approval", {}).status_code == 200
    assert own.post(f"{one}/confirmation", {}).status_code == 403
    for wrong in ("12.50 EUR", "0.00 USD", "12.49 USD", "12.500 USD", "-12.50 USD"):
        amount, currency = wrong.split()
        answer = oscar.post(f"{one}/confirmation", {"amount": {"amount": amount, "currency": currency}})
        assert answer.status_code == 422, wrong
    assert oscar.post(f"{one}/confirmation", {}).status_code == 200


def test_a_suspended_person_is_nobody(mine: Settled, calls: Calls, work: Work) -> None:
    helen = mine.called().taken(25)
    people = [calls(role, who) for role, who in (("buyer", mine.buyer), ("arbiter", helen), ("operator", ""))]
    with work() as session:
        session.execute(update(Person).values(suspended_at=now()))
    for who in people:
        assert who.get(f"/disputes/{mine.dispute_id}").status_code == 401
        assert who.post(f"/disputes/{mine.dispute_id}/withdrawal", {}).status_code == 401


def test_an_arbiter_called_once_learns_nothing_of_a_later_dispute(mine: Settled, calls: Calls, work: Work) -> None:
    mine.called().do(talks.withdraw, mine.buyer, "", at(25))
    with work() as session:
        claim = Claim("invalid", "refund", "Once more.")
        later = open_dispute(session, mine.buyer, mine.purchase, claim, at(26)).dispute.id
    arbiter = calls("arbiter")
    assert [each["id"] for each in arbiter.get("/disputes").json["items"]] == [str(mine.dispute_id)]
    for path in ("", "/notes", "/assessment"):
        foreign, missing = (arbiter.get(f"/disputes/{id_}{path}") for id_ in (later, MISSING["dispute_id"]))
        assert (foreign.status_code, foreign.data) == (404, missing.data)
    assert arbiter.post(f"/disputes/{later}/taking", {}).status_code == 404


def test_nothing_that_is_answered_to_an_arbiter_tells_of_what_came_after_his_case(
    mine: Settled, calls: Calls, work: Work
) -> None:
    helen = mine.called().taken(25)
    mine.do(talks.withdraw, mine.buyer, "", at(26))
    one, purchase = f"/disputes/{mine.dispute_id}", f"/purchases/{mine.purchase}"
    paths = [
        one,
        "/disputes",
        f"{one}/assessment",
        f"{one}/notes",
        purchase,
        "/docket",
        f"/docket?purchase={mine.purchase}",
    ]
    paths += [f"{purchase}/{part}" for part in ("messages", "exhibits")]
    with time_machine.travel(at(500), tick=False):
        arbiter, buyer = calls("arbiter", helen), calls("buyer", mine.buyer)
        before = {path: (arbiter.get(path).json, buyer.get(path).json) for path in paths}
        with work() as session:
            messages.post_message(session, mine.buyer, mine.purchase, "Again.", at(300), reports_problem=True)
            told = messages.post_message(session, mine.seller, mine.purchase, "Go away.", at(301))
        with work() as session:
            conduct.report_conduct(session, mine.buyer, mine.purchase, told.message.position, "abuse", at(302))
            facts.state_fact(session, mine.seller, mine.purchase, "can_replace", True, at(302))
        mine.exhibit("buyer", "screenshot", 303)
        with work() as session:
            open_dispute(session, mine.buyer, mine.purchase, Claim("not_as_described", "refund", "Again."), at(304))
        for path in paths:
            assert arbiter.get(path).json == before[path][0], path
        assert buyer.get(purchase).json != before[purchase][1]


def test_what_belongs_to_another_purchase_can_not_be_named(
    app: Flask, mine: Settled, theirs: Settled, calls: Calls, work: Work
) -> None:
    """Facts, reports, objections, replacements, offers and rulings of others, each under one's own dispute."""
    for each in (mine, theirs):
        each.called()
    assert list(read_waiting(app, at(24)))
    helen, _ = mine.taken(25), theirs.taken(25, "oskar")
    with work() as session:
        fact = facts.state_fact(session, theirs.seller, theirs.purchase, "can_replace", True, at(25)).id
        told = messages.post_message(session, theirs.seller, theirs.purchase, "Go away.", at(25))
        position = told.message.position
        report = conduct.report_conduct(session, theirs.buyer, theirs.purchase, position, "abuse", at(25)).id
        objection = objections.object_to_reading(
            session, theirs.buyer, theirs.purchase, "warranty", "It says more.", at(25)
        ).id
    with work() as session:
        offers.make_offer(session, theirs.seller, theirs.dispute_id, "replacement", None, "", at(26))
        offers.answer_offer(session, theirs.buyer, theirs.dispute_id, 1, "accept", at(26))
        remedy = remedies.deliver_replacement(session, theirs.seller, theirs.purchase, "KEY", "", at(26)).id
    arbiter, buyer = calls("arbiter", helen), calls("buyer", mine.buyer)
    one, reason = f"/disputes/{mine.dispute_id}", {"reason": "It is not so."}
    decided = reason | {"decision": "struck"}
    tried = [
        (arbiter, f"{one}/facts/%s/decision", fact, decided),
        (arbiter, f"{one}/conduct/%s/strike", report, reason),
        (arbiter, f"{one}/readings/%s/decision", objection, reason),
        (buyer, f"/purchases/{mine.purchase}/replacements/%s/opening", remedy, None),
        (buyer, f"{one}/offers/%s/answer", 1, {"answer": "accept"}),
        (buyer, f"{one}/offers/%s/answer", 10_000, {"answer": "accept"}),
    ]
    for who, path, id_, body in tried:
        other = 9_999 if isinstance(id_, int) else uuid4()
        foreign, missing = who.post(path % id_, body), who.post(path % other, body)
        assert (foreign.status_code, foreign.data) == (404, missing.data), path
    cited = {"remedy": "dismissal", "reasons": "x" * 40, "exhibits": ["E1"], "departs_because": "So it is."}
    assert arbiter.post(f"{one}/rulings", cited).status_code == 422
    assert theirs.outcome() == ("closed", "settled")
    assert theirs.remedy().opened_at is None
