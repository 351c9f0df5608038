"""Arbiters and operators on the pages: setting up an account, signing in by two steps, one answer for everybody."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from arbitration import clock
from arbitration.db import db
from arbitration.domain.actors import Role
from arbitration.domain.refusals import TooOftenError
from arbitration.models import BrowserSession
from arbitration.services import installation, sign_in, staff, throttles
from arbitration.services.staff import passwords
from tests.moments import NOW
from tests.people.pages import fields, follow, link_to, without_keys
from tests.support.databases import unit_of
from tests.support.shop import BUYER, Shop
from tests.support.shop import OPERATOR as THE_OPERATOR
from tests.support.staff import ARBITER, PASSWORD, STEP, Account, code_at, invited, with_account

Work = Callable[[], AbstractContextManager[Session]]
OF_THE_MOMENT = ("X-Request-Id", "Content-Length")
OPERATOR = "olga@operates.example"


class Watch:
    """The moment at which pages are asked for."""

    moment = NOW


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()

    def shown() -> datetime:
        return watch.moment

    monkeypatch.setattr(clock, "now", shown)
    return watch


@pytest.fixture
def vera(work: Work) -> Account:
    return with_account(work, NOW - timedelta(hours=1))


def give_password(client: FlaskClient, email: str = ARBITER, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/staff/sign-in", data={"email": email, "password": password, **more})


def give_code(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/staff/sign-in/code", data={"code": code})


def open_set_up(client: FlaskClient, token: str) -> TestResponse:
    arrived = client.get(f"/staff/set-up/{token}")
    assert (arrived.status_code, arrived.location) == (303, "/staff/set-up")
    return client.get(arrived.location)


def test_from_the_link_to_signing_in_the_day_after(client: FlaskClient, work: Work, watch: Watch) -> None:
    token = invited(work, NOW)
    first = open_set_up(client, token)
    typed = fields(first, "/staff/set-up") | {"password": PASSWORD, "repeated": PASSWORD}
    assert ARBITER in first.text
    weak = client.post("/staff/set-up", data=typed | {"password": "VeraLind2026!", "repeated": "VeraLind2026!"})
    unlike = client.post("/staff/set-up", data=typed | {"repeated": "something else"})
    assert (weak.status_code, unlike.status_code) == (422, 422)
    assert "too close to your name" in weak.text
    assert "not the same" in unlike.text
    assert client.post("/staff/set-up", data=typed).location == "/staff/set-up"

    second = client.get("/staff/set-up")
    shown = re.search(r'id="secret">(.*?)</code>', second.text)
    assert shown is not None
    secret = re.sub(r"<[^>]+>|\s", "", shown[1])
    assert "<svg" in second.text
    assert "style=" not in second.text
    assert second.headers["Cache-Control"] == "no-store"
    code = fields(second, "/staff/set-up/code")
    assert client.post("/staff/set-up/code", data=code | {"code": "000000"}).status_code == 422
    done = client.post("/staff/set-up/code", data=code | {"code": code_at(secret, NOW)})
    codes = re.findall(r'<code dir="ltr">([a-z0-9-]+)</code>', done.text)
    assert (done.status_code, len(codes), done.headers["Cache-Control"]) == (200, 10, "no-store")
    assert "Arbiter" in client.get("/", follow_redirects=True).text

    again = open_set_up(client, token)
    assert again.status_code == 410
    client.post("/sign-out")
    assert client.get("/staff/account").location.startswith("/staff/sign-in")

    watch.moment += timedelta(days=1)
    assert give_password(client, next="/staff/ties").location == "/staff/sign-in/code"
    entered = give_code(client, code_at(secret, watch.moment))
    assert (entered.status_code, entered.location) == (303, "/staff/ties")
    assert client.get("/staff/ties").status_code == 200


@pytest.mark.usefixtures("vera")
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer_for_the_same_work(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bool] = []
    true_check = passwords.fits

    def noted(password: str, stored: str | None) -> bool:
        checked.append(True)
        return true_check(password, stored)

    monkeypatch.setattr(passwords, "fits", noted)
    answers = []
    for email in ("warm.up@example.com", ARBITER, "nobody@example.com"):
        said: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object, said: list[str] = said) -> None:
            said.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        answer = give_password(app.test_client(), email, "another password")
        event.remove(engine, "before_cursor_execute", note)
        headers = sorted(
            (name, value) for name, value in answer.headers if name not in ("X-Request-Id", "Content-Length")
        )
        answers.append((answer.status_code, without_keys(answer).replace(email, "ADDRESS"), headers, said))
    assert answers[1] == answers[2]
    assert answers[1][0] == 422
    assert len(checked) == 3


def test_the_password_alone_opens_nothing(client: FlaskClient, vera: Account, watch: Watch) -> None:
    assert give_code(client, vera.code(NOW)).location == "/staff/sign-in"
    assert give_password(client).location == "/staff/sign-in/code"
    for page in ("/staff/account", "/staff/ties", "/purchases", "/settings"):
        assert client.get(page).status_code == 303
    watch.moment += timedelta(minutes=6)
    assert give_code(client, vera.code(watch.moment)).location == "/staff/sign-in"
    assert "That took too long" in client.get("/staff/sign-in").text


def test_a_code_seen_over_the_shoulder_is_used_up(app: Flask, vera: Account) -> None:
    client, thief = app.test_client(), app.test_client()
    give_password(client)
    give_password(thief)
    assert give_code(client, vera.code(NOW)).status_code == 303
    stolen = give_code(thief, vera.code(NOW))
    assert (stolen.status_code, "does not work" in stolen.text) == (422, True)


@pytest.mark.usefixtures("vera")
def test_guessing_is_slowed_down_by_place_and_by_account(app: Flask, vera: Account) -> None:
    statuses = [give_password(app.test_client(), password=f"guess number {n}").status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    client = app.test_client()
    typed = {"email": ARBITER, "password": PASSWORD}
    assert client.post("/staff/sign-in", data=typed, environ_overrides=elsewhere).status_code == 303
    statuses = [give_code(client, "000000").status_code for _ in range(7)]
    assert statuses == [422] * 6 + [429]
    assert give_code(client, vera.code(NOW)).status_code == 429


def test_who_has_the_password_does_not_guess_at_codes_for_days(app: Flask, vera: Account, watch: Watch) -> None:
    day = (NOW + timedelta(days=1)).replace(hour=0, minute=1)
    tried = []
    for quarter in range(8):
        watch.moment = day + timedelta(minutes=15 * quarter)
        client = app.test_client()
        give_password(client)
        tried += [give_code(client, "000000").status_code for _ in range(6)]
    assert tried == [422] * 40 + [429] * 8
    watch.moment = day + timedelta(days=1)
    client = app.test_client()
    give_password(client)
    assert give_code(client, vera.code(watch.moment)).status_code == 303


def strangers_guess(app: Flask) -> list[int]:
    """What 61 wrong passwords from as many places are answered."""
    places = [{"REMOTE_ADDR": f"192.0.2.{number}"} for number in range(61)]
    typed = {"email": ARBITER, "password": "a stranger's guess"}
    return [
        app.test_client().post("/staff/sign-in", data=typed, environ_overrides=place).status_code for place in places
    ]


def used_up(app: Flask, moment: datetime, email: str = ARBITER) -> None:
    """What strangers who guess from many places leave behind, counted without their pages."""
    with unit_of(app) as session, suppress(TooOftenError):
        for _ in range(throttles.PASSWORDS_AT_ADDRESS.tries):
            throttles.take(session, throttles.PASSWORDS_AT_ADDRESS, email, moment)


def known(app: Flask, account: Account, moment: datetime) -> FlaskClient:
    """A browser in which somebody signed in and out again."""
    client = app.test_client()
    give_password(client, account.email)
    assert give_code(client, account.code(moment)).status_code == 303
    client.post("/sign-out")
    return client


def test_strangers_who_guess_from_many_places_keep_nobody_out_of_a_browser_that_signed_in_before(
    app: Flask, vera: Account, watch: Watch
) -> None:
    hers = known(app, vera, NOW)
    watch.moment += timedelta(days=100)
    assert strangers_guess(app) == [422] * 60 + [429]
    assert {give_password(app.test_client(), password="x").status_code for _ in range(11)} == {429}, "beside her, too"
    assert give_password(app.test_client()).status_code == 429
    assert give_password(hers, ARBITER.upper()).location == "/staff/sign-in/code"
    assert give_code(hers, vera.code(watch.moment)).status_code == 303


def test_the_browser_in_which_an_account_was_set_up_is_known(app: Flask, client: FlaskClient, work: Work) -> None:
    open_set_up(client, invited(work, NOW))
    password = fields(client.get("/staff/set-up"), "/staff/set-up") | {"password": PASSWORD, "repeated": PASSWORD}
    client.post("/staff/set-up", data=password)
    shown = client.get("/staff/set-up")
    secret = re.sub(r"<[^>]+>|\s", "", re.findall(r'id="secret">(.*?)</code>', shown.text)[0])
    client.post("/staff/set-up/code", data=fields(shown, "/staff/set-up/code") | {"code": code_at(secret, NOW)})
    used_up(app, NOW)
    assert give_password(app.test_client()).status_code == 429
    assert give_password(client).status_code == 303


def test_a_known_browser_is_no_place_to_guess_from(app: Flask, vera: Account, watch: Watch) -> None:
    client = known(app, vera, NOW)
    watch.moment += timedelta(minutes=15)
    statuses = [give_password(client, password=f"guess number {n}").status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]
    assert give_password(client).status_code == 429
    watch.moment += timedelta(minutes=15)
    assert give_password(client).status_code == 303
    assert [give_code(client, "000000").status_code for _ in range(7)] == [422] * 6 + [429]


def test_a_browser_is_known_for_the_address_that_signed_in_and_for_half_a_year(
    app: Flask, vera: Account, work: Work, watch: Watch
) -> None:
    olga = with_account(work, NOW - timedelta(hours=1), OPERATOR)
    client = known(app, vera, NOW)
    watch.moment += timedelta(days=180)
    for address in (ARBITER, OPERATOR):
        used_up(app, watch.moment, address)
    assert give_password(client, OPERATOR).status_code == 429
    assert give_password(client).status_code == 303
    watch.moment += timedelta(days=1)
    used_up(app, watch.moment)
    assert give_password(client).status_code == 429
    watch.moment += timedelta(minutes=15)
    give_password(client, OPERATOR)
    assert give_code(client, olga.code(watch.moment)).status_code == 303
    assert give_password(client).status_code == 303
    assert give_code(client, vera.code(watch.moment)).status_code == 303
    for address in (ARBITER, OPERATOR):
        used_up(app, watch.moment, address)
        assert give_password(app.test_client(), address).status_code == 429
        assert give_password(client, address).status_code == 303, "two who share a browser are both known"


@pytest.mark.parametrize(
    "change", [lambda mark: mark[:-1] + "é", lambda mark: "9" + mark, lambda _: "..", lambda _: "a"]
)
def test_nobody_makes_up_a_known_browser(app: Flask, vera: Account, watch: Watch, change: Callable[[str], str]) -> None:
    client = known(app, vera, NOW)
    (cookie,) = [each for each in client._cookies.values() if "known" in each.key]
    client.set_cookie(cookie.key, change(cookie.value))
    watch.moment += timedelta(minutes=15)
    used_up(app, watch.moment)
    assert give_password(client).status_code == 429


def test_who_found_out_the_password_keeps_nobody_from_giving_codes_in_a_known_browser(
    app: Flask, vera: Account, watch: Watch
) -> None:
    hers, thief = app.test_client(), app.test_client()
    give_password(hers)
    give_code(hers, vera.code(NOW))
    watch.moment += timedelta(minutes=15)
    give_password(thief)
    assert [give_code(thief, "000000").status_code for _ in range(7)] == [422] * 6 + [429]
    another = {"password": "seven slow rivers bend", "repeated": "seven slow rivers bend"}
    proof = {"old": PASSWORD, "code": vera.code(watch.moment)}
    assert hers.post("/staff/account/password", data=proof | another).status_code == 303
    hers.post("/sign-out")
    assert give_password(hers, password=another["password"]).status_code == 303
    assert give_code(hers, vera.code(watch.moment + STEP)).status_code == 303


def test_an_arbiter_and_a_buyer_are_never_one_session(app: Flask, shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    account = with_account(work, NOW - timedelta(hours=1), BUYER)
    client = app.test_client()
    give_password(client, BUYER)
    give_code(client, account.code(NOW))
    assert client.get("/purchases").status_code == 403
    assert client.get(f"/purchases/{purchase}").status_code == 404
    assert client.get("/sign-in").status_code == 200
    assert follow(client, link_to(app, BUYER)).location == "/purchases"
    assert client.get(f"/purchases/{purchase}").status_code == 200
    assert client.get("/staff/account").status_code == 403
    with work() as session:
        at_work = select(BrowserSession).where(BrowserSession.role == "arbiter", BrowserSession.ended_at.is_(None))
        assert [each.created_at for each in session.scalars(at_work)] == [NOW - timedelta(hours=1)]


def test_the_frame_fits_the_role(signed_in: Callable[..., FlaskClient], shop: Shop) -> None:
    shop.purchase()
    arbiter, operator = signed_in(ARBITER, Role.ARBITER), signed_in(OPERATOR, Role.OPERATOR)
    assert 'href="/staff/ties"' in arbiter.get("/settings").text
    assert 'href="/purchases"' not in arbiter.get("/settings").text
    assert operator.get("/purchases").status_code == 200
    assert operator.get("/staff/ties").status_code == 403
    for client in (arbiter, operator):
        assert client.get("/", follow_redirects=True).status_code == 200
        assert "Password and recovery codes" in client.get("/settings").text


def test_whose_session_at_work_ran_out_signs_in_to_work_again(client: FlaskClient, vera: Account, watch: Watch) -> None:
    give_password(client)
    give_code(client, vera.code(NOW))
    watch.moment += timedelta(minutes=60)
    assert client.get("/settings").status_code == 200
    watch.moment += timedelta(minutes=61)
    assert client.get("/settings").location == "/staff/sign-in?next=/settings"


def test_the_account_takes_another_password_and_new_recovery_codes(client: FlaskClient, vera: Account) -> None:
    give_password(client)
    give_code(client, vera.code(NOW - STEP))
    another = {"password": "seven slow rivers bend", "repeated": "seven slow rivers bend"}
    wrong = client.post("/staff/account/password", data={"old": "wrong", "code": vera.code(NOW), **another})
    assert (wrong.status_code, "not your present password" in wrong.text) == (422, True)
    right = {"old": PASSWORD, "code": vera.code(NOW)}
    assert client.post("/staff/account/password", data=right | another).status_code == 303
    proof = {"old": another["password"], "code": vera.code(NOW + STEP)}
    made = client.post("/staff/account/recovery-codes", data=proof)
    codes = re.findall(r'<code dir="ltr">([a-z0-9-]+)</code>', made.text)
    assert len(codes) == 10
    give_password(client, password=another["password"])
    assert give_code(client, vera.recovery_codes[0]).status_code == 422
    assert give_code(client, codes[0]).status_code == 303


def test_a_tie_is_declared_and_ended_on_its_page(signed_in: Callable[..., FlaskClient]) -> None:
    client = signed_in(ARBITER, Role.ARBITER)
    form = fields(client.get("/staff/ties"), "/staff/ties") | {"tied_to": "keys.example", "reason": "I worked there."}
    assert client.post("/staff/ties", data=form | {"tied_to": "?"}).status_code == 422
    for _ in range(2):
        assert client.post("/staff/ties", data=form).status_code == 303
    page = client.get("/staff/ties")
    (end,) = set(re.findall(r"/staff/ties/[0-9a-f-]+/end", page.text))
    assert client.post(end, data=fields(page, end)).status_code == 303
    assert "keys.example" not in client.get("/staff/ties").text


def test_a_link_of_the_demo_opens_a_workplace(client: FlaskClient, work: Work) -> None:
    with work() as session:
        installation.mark_demo(session)
        person = staff.demo_staff(session, ARBITER, "Vera Lind", "en", Role.ARBITER, NOW)
        link = sign_in.demo_link(session, person.id, NOW, role=Role.ARBITER)
    follow(client, f"/sign-in/{link}")
    assert client.get("/staff/ties").status_code == 200
    assert "there is no password" in client.get("/staff/account").text
    assert client.post("/staff/account/password", data={"old": "", "password": PASSWORD}).status_code == 422


def test_set_up_links_that_do_not_work_look_the_same_and_are_counted(app: Flask, work: Work) -> None:
    ended = invited(work, NOW)
    with work() as session:
        staff.invite_again(session, THE_OPERATOR, ARBITER, NOW)
    seen = [without_keys(open_set_up(app.test_client(), token)) for token in (ended, "a" * 43, "x")]
    assert len(set(seen)) == 1
    client = app.test_client()
    statuses = {open_set_up(client, "b" * 43).status_code for _ in range(28)}
    assert statuses == {410}
    assert open_set_up(client, "b" * 43).status_code == 429
