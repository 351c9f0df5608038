"""What ``benchmarks.pages`` measures can be measured: each page, and the bare view that it is set against, answers."""

import os
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from arbitration import clock, config
from arbitration.app import create_app
from arbitration.db import db, reading
from arbitration.services.verification import verify
from arbitration.web.purchases import PAGE
from benchmarks import bare, pages, sweep
from benchmarks.filling import LONG, Seen

MESSAGE = re.compile(r'id="m\d+"')


class Filled(NamedTuple):
    """An installation filled as for a measurement, as small as one can be."""

    folder: Path
    url: str
    seen: Seen
    found: list[str]
    """What `arbitration verify` would say of it."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    folder = tmp_path_factory.mktemp("filled")
    url = f"sqlite:///{folder / 'arbitration.sqlite3'}"
    before = os.umask(0o077)
    try:
        seen = pages.prepare(folder, url, 660)
        return Filled(folder, url, seen, said_of(folder, url))
    finally:
        os.umask(before)


def said_of(folder: Path, url: str) -> list[str]:
    app = create_app(config.load({}, instance=folder, secret_key=pages.SECRET, database_url=url))
    with app.app_context():
        with reading() as session:
            found = [str(finding) for finding in verify(session, pages.SECRET)]
        db.engine.dispose()
    return found


@pytest.fixture
def ours(filled: Filled) -> Iterator[Flask]:
    app = create_app(config.load({}, instance=filled.folder, secret_key=pages.SECRET, database_url=filled.url))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def theirs(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    for name, value in pages.environment(filled.folder, filled.url).items():
        monkeypatch.setenv(name, value)
    app = bare.application()
    yield app
    with app.app_context():
        db.engine.dispose()


def answers(app: Flask, seen: Seen, keys: Iterator[int] | None = None) -> dict[str, tuple[int, str]]:
    """The status and the text of what an application says to one request of each kind."""
    said = {}
    for name, (requests, _) in pages.Kinds(seen, keys or count()).all().items():
        head, _, body = requests().decode("ascii").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        method, path, _ = first.split(" ")
        headers = [tuple(line.split(": ", 1)) for line in lines]
        answer = app.test_client(use_cookies=False).open(path, method=method, headers=headers, data=body)
        said[name] = (answer.status_code, answer.text)
    return said


def test_what_is_measured_is_an_installation_in_order(filled: Filled) -> None:
    assert filled.found == []


def test_it_is_in_order_however_often_it_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disputes of the last time are withdrawn, as buyers do, and what the bare views write lies in a copy."""
    url = f"sqlite:///{tmp_path / 'arbitration.sqlite3'}"
    before = os.umask(0o077)
    try:
        for run in range(2):
            seen = pages.prepare(tmp_path, url, 660)
            assert said_of(tmp_path, url) == [], run
            with pages.copied(tmp_path, url) as same:
                for name, value in pages.environment(tmp_path, same).items():
                    monkeypatch.setenv(name, value)
                for app in (create_app(config.load()), bare.application()):
                    opened = answers(app, seen, count(1000 * run))["dispute opened"]
                    assert opened[0] in (302, 303)
                    with app.app_context():
                        db.engine.dispose()
    finally:
        os.umask(before)
    assert said_of(tmp_path, url) == []
    assert not list(tmp_path.glob("bare*"))


def test_as_many_deadlines_are_due_as_the_sweep_is_measured_with(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "CARRIERS", 20)
    now = clock.now()
    sweep.prepare(app, 100, 7, now)
    assert sweep.make_due(app, 7, now) == 7
    assert sweep.run_due(app, now)["ran out"] == 7


def test_each_page_answers_and_shows_what_is_measured(ours: Flask, filled: Filled) -> None:
    said = answers(ours, filled.seen)
    wanted = {name: status for name, (_, status) in pages.Kinds(filled.seen, count()).all().items()}
    assert {name: status for name, (status, _) in said.items()} == wanted
    for page in ("purchase page, 50 messages", "the first, written anew"):
        assert len(MESSAGE.findall(said[page][1])) == LONG
    assert said["list of a buyer"][1].count("Snow Harbour") >= PAGE


def test_each_bare_view_answers_with_the_same_rows(theirs: Flask, filled: Filled) -> None:
    said = answers(theirs, filled.seen)
    assert {status for status, _ in said.values()} == {200, 302}
    for page in ("purchase page, 50 messages", "the first, written anew"):
        assert len(MESSAGE.findall(said[page][1])) == LONG
    assert said["list of a buyer"][1].count("Snow Harbour") == PAGE


def test_a_page_takes_ten_queries_at_most(filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    pages.statements(filled.folder, filled.url, filled.seen)
    told = [int(number) for number in re.findall(r" (\d+);", capsys.readouterr().out)]
    assert len(told) == 8
    assert 0 < min(told) <= max(told) <= 10
