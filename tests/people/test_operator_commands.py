"""The commands for people and tokens, as an operator types them."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from arbitration.cli import main
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.db import reading
from arbitration.domain.actors import Role
from arbitration.services import tokens
from tests.support.shop import BUYER, SELLER, Shop

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, shop: Shop) -> Run:
    """Runs ``arbitration ...`` on the test's database, which has one purchase in it."""
    shop.purchase()
    environment = {
        "ARBITRATION_INSTANCE": str(settings.instance),
        "ARBITRATION_DATABASE_URL": settings.database_url,
        "ARBITRATION_SECRET_KEY": settings.secret_key,
    }
    return lambda *arguments: CliRunner().invoke(main, arguments, env=environment)


def test_people_are_listed_and_found(run: Run) -> None:
    listed = run("user", "list")
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.output.splitlines()] == [BUYER, SELLER]
    assert run("user", "list", "--search", "LOWE").output.splitlines() == [f"{BUYER}  Marcus Lowe"]


def test_a_person_is_shown(run: Run) -> None:
    shown = run("user", "show", "Marcus@example.com")
    assert shown.exit_code == 0
    assert "1 bought, 0 sold" in shown.output
    assert "0 bought, 1 sold" in run("user", "show", SELLER).output


def test_a_moved_person_is_signed_out_and_known_by_the_new_address(
    run: Run, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in(BUYER)
    moved = run("user", "move", BUYER, "lowe@example.org")
    assert (moved.exit_code, "lowe@example.org" in moved.output) == (0, True)
    assert client.get("/purchases").status_code == 303
    assert run("user", "show", BUYER).exit_code == 1
    assert f"{BUYER} (until" in run("user", "show", "lowe@example.org").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("move", BUYER, SELLER), "another person's address"),
        (("move", BUYER, "nowhere"), "not an e-mail address"),
        (("move", "nobody@example.com", "a@example.com"), "Nobody is known by the address nobody@example.com."),
        (("restore", BUYER), "not suspended"),
        (("sign-out", "nobody@example.com"), "Nobody is known"),
        (("show", "nobody@example.com"), "Nobody is known"),
    ],
)
def test_what_can_not_be_done_is_told_in_a_sentence(run: Run, arguments: tuple[str, ...], told: str) -> None:
    answer = run("user", *arguments)
    assert answer.exit_code == 1
    assert told in answer.output
    assert "Traceback" not in answer.output


def test_a_suspended_person_is_out_until_restored(run: Run, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in(BUYER)
    assert run("user", "suspend", BUYER).exit_code == 0
    assert client.get("/purchases").status_code == 303
    assert "(suspended)" in run("user", "list").output
    assert run("user", "restore", BUYER).exit_code == 0
    assert signed_in(BUYER).get("/purchases").status_code == 200


def test_a_person_is_signed_out_by_hand(run: Run, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in(BUYER)
    assert run("user", "sign-out", BUYER).output == "Signed out on 1 browser(s).\n"
    assert client.get("/purchases").status_code == 303


def test_a_token_is_printed_alone_and_once(app: Flask, run: Run) -> None:
    made = run("token", "new", "--role", "operator", "--email", "Ops@example.com", "--days", "30")
    assert made.exit_code == 0
    token = made.output.removesuffix("\n")
    assert "\n" not in token
    with app.app_context(), reading() as session:
        actor = tokens.actor_of(session, token, now())
    assert actor is not None
    assert actor.role is Role.OPERATOR
    assert token not in run("token", "list").output


def test_a_token_is_listed_and_revoked_by_its_id(app: Flask, run: Run) -> None:
    token = run("token", "new", "--role", "buyer", "--email", BUYER).output.strip()
    line = run("token", "list").output.split()
    assert line[1:3] == ["buyer", BUYER]
    assert run("token", "revoke", line[0]).exit_code == 0
    with app.app_context(), reading() as session:
        assert tokens.actor_of(session, token, now()) is None
    assert "revoked" in run("token", "list").output
    again = run("token", "revoke", line[0])
    assert (again.exit_code, "revoked before" in again.output) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "--role", "king", "--email", BUYER),
        ("new", "--role", "buyer"),
        ("new", "--role", "buyer", "--email", BUYER, "--days", "0"),
        ("revoke", "17"),
    ],
)
def test_bad_use_ends_with_two(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("token", *arguments).exit_code == 2


@pytest.mark.parametrize("command", [("user",), ("user", "move"), ("token",), ("token", "new"), ("token", "revoke")])
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(main, [*command, "--help"])
    assert answer.exit_code == 0
    assert len(answer.output) > 150
