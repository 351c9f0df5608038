"""Letting arbiters and operators in from the command line."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from arbitration.cli import main
from arbitration.config import Settings
from arbitration.domain.actors import Role
from tests.support.staff import ARBITER

Run = Callable[..., Result]
LINK = re.compile(r"http://\S+?(/staff/set-up/[A-Za-z0-9_-]{43})$", re.MULTILINE)


@pytest.fixture
def run(settings: Settings, app: Flask) -> Run:  # noqa: ARG001 (the database is there)
    environment = {
        "ARBITRATION_INSTANCE": str(settings.instance),
        "ARBITRATION_DATABASE_URL": settings.database_url,
        "ARBITRATION_SECRET_KEY": settings.secret_key,
    }
    return lambda *arguments: CliRunner().invoke(main, arguments, env=environment)


def test_the_link_that_is_printed_sets_up_the_account(run: Run, client: FlaskClient) -> None:
    added = run("user", "add", "--role", "arbiter", "--name", "Vera Lind", "--language", "uk", ARBITER)
    (link,) = LINK.findall(added.output)
    assert client.get(link, follow_redirects=True).status_code == 200
    (newer,) = LINK.findall(run("user", "set-up", ARBITER).output)
    assert client.get(link, follow_redirects=True).status_code == 410
    assert client.get(newer, follow_redirects=True).status_code == 200
    assert run("user", "list", "--staff").output == f"{ARBITER}  Vera Lind  (arbiter, not set up)\n"


def test_a_role_is_changed_and_taken_away(run: Run, signed_in: Callable[..., FlaskClient]) -> None:
    client = signed_in(ARBITER, Role.ARBITER)
    assert client.get("/staff/ties").status_code == 200
    assert "Signed in on:   1 browser(s)" in run("user", "show", ARBITER).output
    assert "is an operator now" in run("user", "role", ARBITER, "operator").output
    assert client.get("/staff/ties").status_code == 303
    assert run("user", "role", ARBITER, "operator").exit_code == 1
    assert run("user", "remove", ARBITER).exit_code == 0
    again = run("user", "remove", ARBITER)
    assert (again.exit_code, "neither arbiter nor operator" in again.output) == (1, True)
    assert run("user", "list", "--staff").output == ""


def test_who_works_here_already_is_not_added_again(run: Run) -> None:
    run("user", "add", "--role", "arbiter", ARBITER)
    again = run("user", "add", "--role", "operator", ARBITER)
    assert (again.exit_code, "works here already" in again.output) == (1, True)
    assert run("user", "add", "--role", "king", ARBITER).exit_code == 2
    assert run("user", "add", "--role", "arbiter", "no address").exit_code == 1


def test_init_makes_the_first_operator_and_shows_the_link_once(run: Run, client: FlaskClient) -> None:
    assert LINK.findall(run("init").output) == []
    (link,) = LINK.findall(run("init", "--operator", "olga@operates.example").output)
    assert client.get(link, follow_redirects=True).status_code == 200
    again = run("init", "--operator", "eve@example.com")
    assert LINK.findall(again.output) == []
    assert "There is an operator already" in again.output
