"""The outbox: what waits, what fails and why; trying again, and holding everything back."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from arbitration.domain.actors import Actor, Role
from arbitration.models import Intent
from arbitration.scheduler import sweep as sweeping
from arbitration.scheduler.deliver import deliver_due
from arbitration.scheduler.sweep import sweep
from arbitration.services import holding, outbox
from arbitration.services.operations import outbox as lists
from tests.disputes.hearing import Hearing, at
from tests.operations.conftest import send

COMMAND = Actor(role=Role.OPERATOR)


def failed(hearing: Hearing, state: str = "failed") -> Intent:
    """The only mail there is: one to the buyer that had trouble, and was given up or is tried again later."""
    with hearing.work() as session:
        session.execute(delete(Intent))
        intent = outbox.queue(session, "new_message", at(20), person_id=hearing.buyer.person_id)
        intent.payload = {"purchase": hearing.purchase, "position": 1}
        intent.state, intent.error, intent.attempts = state, "550 5.1.1 no such user", 3
        intent.settled_at = at(21) if state == "failed" else None
        intent.due_at = at(30)
        return intent


def now_is(hearing: Hearing, intent: Intent) -> Intent:
    with hearing.work() as session:
        return session.get_one(Intent, intent.id)


def test_each_mail_stands_where_it_belongs_with_its_tries_and_its_fault(
    hearing: Hearing, operator: FlaskClient
) -> None:
    failed(hearing)
    page = operator.get("/operations/outbox?show=failed").text
    assert all(each in page for each in ("A new message", "marcus@example.com", "550 5.1.1 no such user", "3 tries"))
    assert "No mail waits" in operator.get("/operations/outbox").text
    assert "No mail found" in operator.get("/operations/outbox?show=failed&q=nobody").text
    assert "Mails that were given up this week: 1." in operator.get("/operations").text


def test_a_mail_that_was_given_up_is_tried_again_with_all_its_tries(hearing: Hearing, operator: FlaskClient) -> None:
    intent = failed(hearing)
    assert "It waits to be sent now." in send(operator, f"/outbox/{intent.id}/retry").text
    again = now_is(hearing, intent)
    assert (again.state, again.attempts, again.due_at, again.message_id) == ("waiting", 0, at(25), intent.message_id)
    with hearing.work() as session:
        session.get_one(Intent, intent.id).state = "sent"
    refused = send(operator, f"/outbox/{intent.id}/retry")
    assert (refused.status_code, "needs no other try" in refused.text) == (409, True)


def test_all_that_had_trouble_are_tried_now(hearing: Hearing, operator: FlaskClient) -> None:
    intent = failed(hearing, "waiting")
    assert "Try all of them now" in operator.get("/operations/outbox?show=troubled").text
    send(operator, "/outbox/retry")
    assert now_is(hearing, intent).due_at == at(25)
    assert "Had mails tried again" in operator.get("/operations/record").text


def test_none_is_left_behind_however_many_had_trouble(
    hearing: Hearing, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 3)
    failed(hearing, "waiting")
    with hearing.work() as session:
        for number in range(7):
            intent = outbox.queue(session, "reminder", at(30 + number), person_id=hearing.buyer.person_id)
            intent.error, intent.attempts = "450 4.2.0 try again later", 2
    send(operator, "/outbox/retry")
    with hearing.work() as session:
        assert set(session.scalars(select(Intent.due_at))) == {at(25)}
    rows = operator.get("/operations/export/log.json").get_json()
    assert sum(len(json.loads(row["facts"])["intents"]) for row in rows if row["kind"] == "outbox.retried") == 8


def test_what_is_held_back_waits_and_goes_out_when_it_is_let_go(
    app: Flask, hearing: Hearing, operator: FlaskClient
) -> None:
    intent = failed(hearing, "waiting")
    with hearing.work() as session:
        session.get_one(Intent, intent.id).due_at = at(24)
    assert "Everything is held back from now on." in send(operator, "/outbox/hold").text
    assert send(operator, "/outbox/hold").status_code == 409
    assert deliver_due(app, at(25)).total() == 0
    assert now_is(hearing, intent).state == "waiting"
    assert "Everything that leaves is held back." in operator.get("/operations").text
    assert "Olga" in operator.get("/operations/outbox").text
    assert "Everything goes out again." in send(operator, "/outbox/release").text
    deliver_due(app, at(25))
    assert now_is(hearing, intent).state in ("sent", "skipped")


def test_a_restored_backup_begins_held_back_and_its_refunds_too(
    app: Flask, hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hearing.work() as session:
        holding.begin(session, COMMAND, at(25), holding.BY_RESTORE)
    with hearing.work() as session:
        found = holding.current(session)
        assert found is not None
        assert (found.since, found.why, found.by) == (at(25), "restore", None)
    paid: list[str] = []
    monkeypatch.setattr(sweeping, "pay_due", lambda *_: paid.append("paid"))
    sweep(app, at(25) + timedelta(minutes=1))
    assert paid == []
    with hearing.work() as session:
        states = set(session.scalars(select(Intent.state)))
    assert "sent" not in states
