"""The demo: one command, links that work, nobody else's data touched, and going on after being cut off."""

import re
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.cookiejar import CookieJar
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from arbitration import config
from arbitration.cli import main
from arbitration.config import Settings
from arbitration.demo import people, playing, story
from arbitration.models import Message, Purchase
from arbitration.services import installation
from tests.moments import NOW
from tests.support.processes import environment, run, started
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
LINK = r"(http://127\.0\.0\.1:\d+/sign-in/\S{43})"


def pages(link: str) -> str:
    """What a person sees who opens a link and presses the button."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    asked = browser.open(link, timeout=60)
    html = asked.read().decode()
    form = re.search(r'<form[^>]*action="(/sign-in[^"]*)".*?</form>', html, re.S)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    address = re.match(r"http://[^/]+", link)[0] + form[1]
    landed = browser.open(address, urlencode(hidden).encode(), timeout=60)
    return landed.read().decode()


def test_one_command_fills_serves_and_lets_people_in(tmp_path: Path) -> None:
    env = environment()
    with started(env, "demo", "--port", "0", folder=tmp_path) as demo:
        demo.until("The demo is served at")
        demo.until("Українська, buyer")
        link = demo.until(LINK)[1]
        for _ in range(2):
            assert "Зоря ТБ" in pages(link)
        again = run(env, "demo", "--links", folder=tmp_path)
        assert "Зоря ТБ" in pages(re.search(rf"Українська, seller.*\n\s+{LINK}", again.stdout)[1])
        assert demo.tell(signal.SIGTERM) == 0
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700
    refused = run(env, "serve", "--port", "0", folder=tmp_path)
    assert refused.returncode == 2


def test_a_demo_that_was_cut_off_goes_on_to_the_same_end(app: Flask, work: Work, settings: Settings) -> None:
    list(islice(playing.play(app), 60))
    assert not playing.is_played(app)
    *_, last = playing.play(app)
    assert playing.is_played(app)
    assert last == len(story.events())
    with work() as session:
        assert installation.is_demo(session)
        assert session.scalar(select(func.count()).select_from(Purchase)) == 240
        told = list(session.scalars(select(Message).order_by(Message.posted_at)))
        assert len(told) == 11
        assert told[0].posted_at == datetime(2026, 1, 17, 20, 20, 31, tzinfo=UTC)
        assert sum(message.reports_problem for message in told) == 3
        doors = {(door.language, door.role): door for door in people.doors(session, NOW)}
    assert {language for language, _ in doors} == {"en", "fr", "uk", "ru", "pl", "fa"}
    assert len(doors) == 12
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in settings.instance.glob("mail/*")]
    assert len(mails) == 11
    assert min(mail["Date"].datetime for mail in mails) == datetime(2026, 1, 17, 20, 21, 31, tzinfo=UTC)


def test_the_story_is_told_in_order_and_only_as_far_as_there_is_no_dispute() -> None:
    events = story.events()
    assert [event.at for event in events] == sorted(event.at for event in events)
    told = {event.purchase for event in events if isinstance(event, story.Saying)}
    assert told == {"BOPEYLC42D10JXHE", "RDPGG2YFZ3MXSZRC", "OBB0FLSSQQF03PV5"}


def test_the_demo_leaves_another_database_alone(settings: Settings, work: Work, shop: Shop) -> None:
    shop.purchase()
    for options in ([], ["--fresh"], ["--links"], ["--no-serve"]):
        done = CliRunner().invoke(main, ["demo", "--port", "0", *options], env=environment(settings))
        assert done.exit_code == 2, done.output
        assert "leaves it alone" in done.output
    with work() as session:
        assert not installation.is_demo(session)
        assert session.scalar(select(func.count()).select_from(Purchase)) == 1


def test_the_demo_stays_on_this_machine(unprepared: dict[str, str]) -> None:
    for host in ("0.0.0.0", "::", "example.com", "192.168.1.5"):
        done = CliRunner().invoke(main, ["demo", "--host", host], env=unprepared)
        assert done.exit_code == 2
        assert "stays on this machine" in done.output


def test_a_fresh_demo_begins_anew(bare: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    beginning = story.events()[:3]
    monkeypatch.setattr(playing, "events", lambda: beginning)
    instance = Path(bare["ARBITRATION_INSTANCE"])
    for options in ([], ["--fresh"]):
        done = CliRunner().invoke(main, ["demo", "--no-serve", *options], env=bare)
        assert done.exit_code == 0, done.output
        left = list(instance.glob("mail/*.eml"))
        (instance / "mail").mkdir(exist_ok=True)
        (instance / "mail" / "old.eml").touch()
    assert left == []
    engine = create_engine(config.load(bare).database_url)
    with engine.connect() as connection:
        bought = connection.scalar(text("SELECT count(*) FROM purchases"))
    engine.dispose()
    assert bought == sum(len(event.rows) for event in beginning)
