"""The machinery: schedulers, deadlines not carried out, imports, agreements, settings, the record."""

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from arbitration.config import Settings
from arbitration.domain.actors import Actor, Role
from arbitration.models import DeadlineRow, Import, Person, Token
from arbitration.scheduler.deadlines import run_due
from arbitration.services import cursors, heartbeat, policies, tokens
from arbitration.services.operations import log as records
from arbitration.web.operations.settings_in_effect import in_effect
from arbitration.web.operations.words import ENTRIES
from tests.disputes.hearing import Hearing, at
from tests.workplace.conftest import Watch


def beat(hearing: Hearing, process: str, hours: float) -> None:
    with hearing.work() as session:
        heartbeat.beat(session, heartbeat.SCHEDULER, process, at(hours))


def test_a_dead_scheduler_shows_within_a_minute(hearing: Hearing, operator: FlaskClient, watch: Watch) -> None:
    beat(hearing, "one:1", 25)
    beat(hearing, "two:2", 25)
    well = operator.get("/operations/installation").text
    assert ("one:1" in well, "Ended without saying so" in well) == (True, False)
    beat(hearing, "two:2", 25 + 50 / 3600)
    watch.moment = at(25) + timedelta(seconds=55)
    page = operator.get("/operations").text
    assert "1 scheduler ended without saying so; others do its work." in page
    watch.moment = at(25) + timedelta(seconds=120)
    assert "No scheduler is alive." in operator.get("/operations").text


def test_what_was_not_carried_out_and_what_comes_is_listed(
    hearing: Hearing, operator: FlaskClient, watch: Watch
) -> None:
    hearing.taken(25)
    assert "Everything is carried out in time" in operator.get("/operations/deadlines?show=stuck").text
    watch.moment = at(25.5)
    assert "Snow Harbour" not in operator.get("/operations/deadlines?show=soon").text
    assert "Snow Harbour" in operator.get("/operations/deadlines?show=open&by=arbiter").text
    assert "No deadline runs" in operator.get("/operations/deadlines?show=open&by=operator").text


def test_a_deadline_is_found_by_title_name_or_number_and_tells_its_next_step(
    hearing: Hearing, operator: FlaskClient
) -> None:
    hearing.taken(25)
    with hearing.work() as session:
        session.execute(update(DeadlineRow).where(DeadlineRow.state == "open").values(next_at=at(28)))
    for words in ("harbour", "marcus", hearing.purchase.lower()):
        page = operator.get(f"/operations/deadlines?show=open&q={words}").text
        assert ("Snow Harbour" in page, "next step: in 3 hours" in page) == (True, True)
        assert len(operator.get(f"/operations/export/deadlines.json?show=open&q={words}").get_json()) == 1
    page = operator.get("/operations/deadlines?show=open&q=somebody").text
    assert ("Snow Harbour" in page, "Nothing found" in page) == (False, True)


def test_an_overdue_sweep_shows_on_the_first_page(hearing: Hearing, browser: object, watch: Watch) -> None:
    hearing.taken(25)
    watch.to(25 + 7 * 24 + 1)
    operator = browser(hearing.operator)  # type: ignore[operator]
    assert "Deadlines that fell due and were not carried out: 1." in operator.get("/operations").text
    assert "waits to be carried out" in operator.get("/operations/deadlines?show=stuck").text


def test_what_could_not_be_carried_out_tells_how_often_and_of_which_fault(
    app: Flask, hearing: Hearing, browser: object, watch: Watch
) -> None:
    hearing.taken(25)

    def breaks(*_: object) -> None:
        raise LookupError("nothing is there")

    watch.moment = at(25 + 7 * 24 + 1)
    run_due(app, watch.moment, handlers={"ruling_overdue": breaks})
    page = browser(hearing.operator).get("/operations/deadlines?show=stuck").text  # type: ignore[operator]
    assert "tried 1 time without success (LookupError)" in page


def test_an_import_by_the_api_is_on_record_with_who_and_how_much(
    app: Flask, hearing: Hearing, operator: FlaskClient
) -> None:
    with hearing.work() as session:
        token = tokens.new_token(session, "operator", "importer@market.example", at(25))
    rows = [hearing.shop.row(), hearing.shop.row() | {"quantity": 0}]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "first"}
    for _twice in range(2):
        answer = app.test_client().post("/api/purchases", json={"purchases": rows}, headers=headers)
        assert answer.status_code == 200
    with hearing.work() as session:
        (run,) = session.scalars(select(Import))
        assert (run.door, run.created, run.refused, run.finished_at) == ("api", 1, 1, at(25))
    page = operator.get("/operations/imports").text
    assert ("By the API" in page, "importer@market.example" in page) == (True, True)
    assert "No import found" in operator.get("/operations/imports?show=unfinished").text
    assert "By the API" in operator.get("/operations/imports?show=refused").text


def test_the_agreement_in_force_can_be_read_and_is_the_file_that_was_installed(
    hearing: Hearing, operator: FlaskClient
) -> None:
    with hearing.work() as session:
        (version,) = policies.versions(session)
    assert "In force" in operator.get("/operations/agreements").text
    page = operator.get(f"/operations/agreements/{version.id}").text
    assert ("The seller answers in full for the goods sold." in page, version.sha256 in page) == (True, True)
    file = operator.get(f"/operations/agreements/{version.id}.toml")
    assert hashlib.sha256(file.data).hexdigest() == version.sha256
    assert file.headers["Content-Disposition"].endswith('.toml"')


def test_no_secret_is_ever_shown(settings: Settings, operator: FlaskClient) -> None:
    page = operator.get("/operations/installation").text
    assert settings.secret_key not in page
    assert "ARBITRATION_SECRET_KEY" in page.replace("<wbr>", "")
    told = Settings(
        instance=settings.instance,
        secret_key="a-secret-that-nobody-may-see-anywhere",
        database_url="postgresql+psycopg://me:hidden1@db.example:5432/arbitration?password=hidden2",
        smtp_url="smtp://me:hidden3@mail.example:587",
        gateway_url="https://me:hidden4@pay.example/refunds?key=hidden5",
    )
    shown = str(in_effect(told, {}))
    assert "hidden" not in shown
    assert "nobody-may-see" not in shown
    assert all(each in shown for each in ("db.example:5432/arbitration", "mail.example:587", "pay.example/refunds"))


def test_each_setting_says_where_it_comes_from(settings: Settings) -> None:
    settings.settings_file.write_text('site_name = "Somewhere"\nexhibits_per_person = "50"\n', "utf-8")
    settings.settings_file.chmod(0o600)
    told = Settings(instance=settings.instance, base_url="https://a.example", site_name="Somewhere", trusted_proxies=1)
    found = {each.name: each for each in in_effect(told, {"ARBITRATION_BASE_URL": "https://a.example/"})}
    sources = {name: found[f"ARBITRATION_{name}"].source for name in ("BASE_URL", "SITE_NAME", "SMTP_URL")}
    assert sources == {"BASE_URL": "environment", "SITE_NAME": "file", "SMTP_URL": "default"}
    assert found["ARBITRATION_TRUSTED_PROXIES"].source == "start"
    changed = [name for name, each in found.items() if each.changed]
    assert changed == ["ARBITRATION_EXHIBITS_PER_PERSON"]


def test_the_record_goes_on_page_by_page_and_leaves_sign_ins_to_those_who_ask(
    hearing: Hearing, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "WINDOW", 3)
    with hearing.work() as session:
        for number in range(4):
            tokens.new_token(session, "seller", f"seller{number}@example.net", at(25))
    kinds: dict[str, list[str]] = {}
    actor = Actor(role=Role.OPERATOR)
    for shows in records.SHOWS:
        with hearing.work() as session:
            kinds[shows] = [line.kind for line in records.walk_lines(session, actor, records.Asked(shows))]
    assert kinds["acts"].count("token.made") == 4
    assert "staff.signed_in" not in kinds["acts"]
    assert "person.signed_in" in kinds["all"]
    assert set(kinds["all"]) <= set(ENTRIES)
    assert len(kinds["all"]) > len(kinds["acts"])
    assert "Made a token" in operator.get("/operations/record").text


def test_the_record_is_searched_by_act_by_people_by_what_is_on_record_and_by_days(
    hearing: Hearing, operator: FlaskClient
) -> None:
    with hearing.work() as session:
        for day, name in ((1, "nadia"), (3, "boris")):
            tokens.new_token(session, "seller", f"{name}@example.net", at(24 * day))
        (token,) = session.scalars(select(Token.id).join(Person).where(Person.email == "nadia@example.net"))
    page = "/operations/record?show=acts"
    nadia, boris = "nadia@example.net", "boris@example.net"

    def shown(asked: str) -> tuple[bool, bool]:
        answer = operator.get(f"{page}{asked}")
        assert answer.status_code == 200
        return nadia in answer.text.partition("</form>")[2], boris in answer.text.partition("</form>")[2]

    assert shown("&q=Made+a+TOKEN") == (True, True)
    assert shown("&q=token+nadia") == shown(f"&q={token}") == (True, False)
    day, next_day = (f"{at(24 * number):%Y-%m-%d}" for number in (1, 2))
    assert shown(f"&to={day}") == shown(f"&q=token&to={next_day}") == (True, False)
    assert shown(f"&from={next_day}") == (False, True)
    assert shown(f"&from={day}&to={day}&q=boris") == shown("&q=nobody") == shown("&from=2031-01-01") == (False, False)
    exported = operator.get(f"/operations/export/log.json?show=acts&q=nadia&to={day}").get_json()
    assert [row["kind"] for row in exported] == ["token.made"]
    far = cursors.write(2**62)
    assert operator.get(f"{page}&cursor={far}").status_code == 200
    wrong = operator.get(f"{page}&from=yesterday").text
    assert "Type a day such as" in wrong
    assert nadia in wrong


def test_the_head_of_each_page_marks_that_it_belongs_to_operations(operator: FlaskClient) -> None:
    for page, mark in (("/operations", "page"), ("/operations/outbox", "true")):
        assert f'href="/operations" aria-current="{mark}"' in operator.get(page).text
