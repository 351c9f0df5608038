"""The scheduler and the sweep as processes."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from arbitration.cli import main
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.services import heartbeat, messages
from tests.support.processes import environment, started
from tests.support.shop import Shop
from tests.support.smtp import post_office

Work = Callable[[], AbstractContextManager[Session]]


def test_the_scheduler_sends_what_is_due_shows_that_it_lives_and_ends_cleanly(
    settings: Settings, work: Work, shop: Shop
) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with (
        post_office() as office,
        started(environment(settings, ARBITRATION_SMTP_URL=office.url), "scheduler") as ticking,
    ):
        ticking.until("The scheduler runs")
        with work() as session:
            messages.post_message(session, buyer, purchase, "Hello", now() - timedelta(minutes=2))
        assert office.reached.wait(60)
        with work() as session:
            (alive,) = heartbeat.pulses(session, now())
            assert alive.process.endswith(f":{ticking.process.pid}")
        assert ticking.tell() == 0
        with work() as session:
            assert not heartbeat.pulses(session, now())
    assert len(office.mails) == 1


def test_a_sweep_does_what_is_due_by_the_moment_it_is_told(settings: Settings, work: Work, shop: Shop) -> None:
    purchase, buyer, at = shop.purchase(), shop.buyer, now() + timedelta(days=3)
    with work() as session:
        messages.post_message(session, buyer, purchase, "Hello", at)
    later = (at + timedelta(minutes=1)).isoformat()
    sent = []
    for options in ([], ["--now", later]):
        done = CliRunner().invoke(main, ["sweep", "--json", *options], env=environment(settings))
        sent.append(json.loads(done.output)["sent"])
    assert sent == [0, 1]


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-11-21", "2026-11-21T12:00:00", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_needs_a_day_a_time_and_an_offset(moment: str) -> None:
    done = CliRunner().invoke(main, ["sweep", "--now", moment])
    assert done.exit_code == 2
    assert "is no instant" in done.output
