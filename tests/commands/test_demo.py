"""The demo: one command, links that work, nobody else's data touched, and going on after being cut off."""

import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from html import unescape
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
from arbitration.domain.actors import Actor, Role
from arbitration.models import Dispute, Message, Person, Purchase
from arbitration.scheduler.deadlines import run_due
from arbitration.services import installation
from arbitration.services.deadline_claims import RAN_OUT
from arbitration.services.disputes.showing import show
from arbitration.services.outbox import QUIET
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


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> frozenset[str]:
    """The demo tells only the stories that end open, and one that does not; gives their purchases."""
    told = [each for each in story.stories() if each.ends_open or each.id == "c01"]
    chosen = frozenset(each.script["purchase"] for each in told)

    def events(now: datetime | None = None) -> list[story.Event]:
        return list(_only(chosen, story.events(now)))

    monkeypatch.setattr(playing, "events", events)
    return chosen


def _only(chosen: frozenset[str], events: list[story.Event]) -> Iterator[story.Event]:
    for event in events:
        if isinstance(event, story.Step):
            if event.purchase in chosen:
                yield event
        elif rows := [row for row in event.rows if row["external_id"] in chosen]:
            yield story.Arrival(event.at, rows)


@pytest.mark.usefixtures("short")
def test_one_command_serves_what_was_filled_and_lets_people_in(tmp_path: Path) -> None:
    env = environment() | {"ARBITRATION_INSTANCE": str(tmp_path / "instance")}
    filled = CliRunner().invoke(main, ["demo", "--no-serve"], env=env)
    assert filled.exit_code == 0, filled.output
    _say_that_all_was_played(config.load(env).database_url)
    with started(env, "demo", "--port", "0", folder=tmp_path) as demo:
        demo.until("The demo is served at")
        title = demo.until("Українська, buyer.*“(.+)”")[1]
        link = demo.until(LINK)[1]
        for _ in range(2):
            assert title in unescape(pages(link))
        again = run(env, "demo", "--links", folder=tmp_path)
        for role in ("Українська, seller", "English, arbiter", "English, operator"):
            assert "Arbitration" in pages(re.search(rf"{role}.*\n\s+{LINK}", again.stdout)[1])
        assert demo.tell(signal.SIGTERM) == 0
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700
    refused = run(env, "serve", "--port", "0", folder=tmp_path)
    assert refused.returncode == 2


def _say_that_all_was_played(url: str) -> None:
    """The command runs elsewhere, where all stories are told: for it nothing is left to do."""
    engine = create_engine(url)
    with engine.begin() as connection:
        asked = text("SELECT value FROM installation_values WHERE name = :name")
        told_at = connection.scalar(asked, {"name": playing.TOLD_AT})
        said = {"name": playing.PLAYED, "number": len(story.events(datetime.fromisoformat(told_at)))}
        connection.execute(text("UPDATE installation_values SET value = :number WHERE name = :name"), said)
    engine.dispose()


def test_a_demo_that_was_cut_off_goes_on_to_the_same_end(
    app: Flask, work: Work, settings: Settings, short: frozenset[str]
) -> None:
    list(islice(playing.play(app, NOW), 30))
    later = NOW + timedelta(hours=5)
    assert not playing.is_played(app, later)
    *_, last = playing.play(app, later)
    assert playing.is_played(app, later)
    assert last == len(playing.events(NOW))
    with work() as session:
        assert installation.is_demo(session)
        assert session.scalar(select(func.count()).select_from(Purchase)) == len(short)
        assert session.scalar(select(func.max(Message.posted_at))) <= NOW
        assert _stages(session) == _expected(short)
        found = Counter((door.language, door.role) for door in people.doors(session, NOW))
        assert found[("en", "operator")] == 1
        assert {language for language, role in found if role == "buyer"} == {"en", "fr", "uk", "ru", "pl", "fa"}
        assert {role for _, role in found} == {"buyer", "seller", "arbiter", "operator"}
        assert _owed(session, short) >= {
            ("buyer", "answerOffer"),
            ("buyer", "postMessage"),
            ("seller", "deliverReplacement"),
            ("arbiter", "issueRuling"),
            ("arbiter", "takeDispute"),
            ("operator", "confirmRefund"),
            ("operator", "decideObjection"),
        }
    assert not run_due(app, NOW + timedelta(days=1))[RAN_OUT]
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in settings.instance.glob("mail/*")]
    assert max(mail["Date"].datetime for mail in mails) <= NOW + QUIET


def _expected(chosen: frozenset[str]) -> dict[str, str]:
    told = [each.script for each in story.stories() if each.script["purchase"] in chosen]
    return {each["purchase"]: each["expect"]["stage"] for each in told if each["expect"]["stage"]}


def _stages(session: Session) -> dict[str, str]:
    query = select(Purchase.external_id, Dispute.stage).join(Dispute, Dispute.purchase_id == Purchase.id)
    return dict(session.execute(query.order_by(Dispute.number)).all())


def _owed(session: Session, chosen: frozenset[str]) -> set[tuple[str, str]]:
    """What each role could do next in some dispute: what it owes, or what waits for anybody of that role."""
    operator = session.scalars(select(Person).where(Person.email == playing.OPERATOR[0])).one()
    anybody = session.scalars(select(Person).where(Person.email == story.arbiters()[0]["email"])).one()
    found = set()
    for dispute in session.scalars(select(Dispute).where(Dispute.stage != "closed")):
        purchase = dispute.purchase
        assert purchase.external_id in chosen
        viewers = {
            "buyer": Actor(purchase.buyer_id),
            "seller": Actor(purchase.seller.person_id),
            "arbiter": Actor(dispute.arbiter_id or anybody.id, Role.ARBITER),
            "operator": Actor(operator.id, Role.OPERATOR),
        }
        for role, actor in viewers.items():
            if role == "arbiter" and dispute.called_at is None:
                continue
            for act in show(session, actor, dispute.id, NOW).actions:
                if act.owed or act.name in ("takeDispute", "decideObjection"):
                    found.add((role, act.name))
    return found


def test_stories_that_end_open_end_within_the_last_day_whenever_the_demo_is_begun() -> None:
    open_ones = [each for each in story.stories() if each.ends_open]
    assert open_ones
    for hours in range(0, 24 * 8, 5):
        now = NOW + timedelta(hours=hours)
        for each in open_ones:
            last = max(step.at for step in each.steps(story.moved_by(each, now)))
            assert timedelta(0) <= now - last <= story.SHORTEST_REST, (each.id, now)


def test_the_story_is_told_in_order() -> None:
    events = story.events()
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert {event.story for event in events if isinstance(event, story.Step)} == {each.id for each in story.stories()}


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
    monkeypatch.setattr(playing, "events", lambda _now=None: beginning)
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


def test_a_demo_of_another_version_says_how_to_begin_anew(settings: Settings, work: Work) -> None:
    with work() as session:
        installation.mark_demo(session)
        installation.keep(session, playing.EDITION, "the stories of last year")
    done = CliRunner().invoke(main, ["demo", "--no-serve"], env=environment(settings))
    assert done.exit_code == 2
    assert "--fresh" in done.output
