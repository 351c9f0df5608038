"""A case before the arbiters, and browsers at work on it at a moment that the test sets."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.domain.actors import Actor, Role
from arbitration.services import sessions
from arbitration.web.sessions import cookie_name
from tests.disputes.hearing import Hearing, at
from tests.support.browser import Browser, Page, visits
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]


@dataclass
class Watch:
    """What the time is; ``to`` sets it, in hours since the opening."""

    moment: datetime = field(default_factory=lambda: at(25))

    def to(self, hours: float) -> None:
        self.moment = at(hours)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(clock, "now", lambda: watch.moment)
    return watch


@pytest.fixture
def hearing(work: Work, shop: Shop) -> Hearing:
    return Hearing.opened(work, shop).called()


def _session_of(work: Work, actor: Actor, moment: datetime) -> str:
    assert actor.person_id is not None
    proved = moment if actor.role is not Role.PARTY else None
    with work() as session:
        return sessions.open_session(
            session, actor.person_id, moment, "Tests", role=actor.role, second_factor_at=proved
        )


@pytest.fixture
def browser(app: Flask, work: Work, watch: Watch) -> Callable[[Actor], FlaskClient]:
    """``browser(actor)`` is one in which that person is signed in now, in their role."""

    def open_for(actor: Actor) -> FlaskClient:
        secret = _session_of(work, actor, watch.moment)
        client = app.test_client()
        with app.app_context():
            client.set_cookie(cookie_name(), secret)
        return client

    return open_for


@pytest.fixture
def window(app: Flask, chromium: Browser, address: str, work: Work, watch: Watch) -> Iterator[Callable[..., Page]]:
    """``window(actor, ...)`` is a page of a real browser, watched until it is closed."""
    with app.app_context():
        name = cookie_name()
    with visits(chromium, address) as open_page:
        yield lambda actor, **options: open_page((name, _session_of(work, actor, watch.moment)), **options)
