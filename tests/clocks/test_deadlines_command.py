"""`arbitration deadlines`: what is owed, why then, and whether somebody sees to it."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from arbitration.cli import main
from arbitration.config import Settings
from arbitration.services import deadline_lists
from tests.clocks.conftest import Opened
from tests.moments import NOW
from tests.support.processes import environment

Work = Callable[[], AbstractContextManager[Session]]
HOUR = timedelta(hours=1)


@pytest.fixture
def ask(settings: Settings) -> Callable[..., Result]:
    return lambda *options: CliRunner().invoke(main, ["deadlines", *options], env=environment(settings))


def test_it_lists_what_is_owed_and_explains_it(ask: Callable[..., Result], opened: Opened) -> None:
    opened(NOW + HOUR)
    dispute = opened(NOW)
    at = "--now", (NOW + HOUR).isoformat()
    listed = ask("list", "--json", *at)
    assert listed.exit_code == 0
    first, second = [json.loads(line) for line in listed.stdout.splitlines()]
    assert (first["dispute"], first["owed_by"], first["due_at"]) == (str(dispute), "seller", "2026-11-24T12:00:00Z")
    assert second["due_at"] == "2026-11-24T13:00:00Z"
    assert len(ask("list", "--within", "PT71H", *at).stdout.splitlines()) == 1
    assert len(ask("list", "--purchase", "PURCHASE00000001", *at).stdout.splitlines()) == 1
    assert ask("list", "--within", "soon").exit_code == 2
    told = ask("explain", first["id"]).stdout
    assert "Due 24 November 2026, 12:00: 72 hours after the dispute was opened, 21 November 2026, 12:00." in told
    assert "2 hours of the seller's working day (09:00 to 21:00, London time)" in told


def test_what_nobody_carries_out_is_told(
    ask: Callable[..., Result], opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline_lists, "PAGE", 1)
    for _ in range(3):
        opened(NOW)
    listed = ask("list", "--now", (NOW + 73 * HOUR).isoformat())
    assert listed.exit_code == 1
    assert listed.stdout.count("OVERDUE") == 3
    assert "arbitration scheduler" in listed.stderr
