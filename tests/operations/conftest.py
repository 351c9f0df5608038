"""An operator at work on an installation in which a dispute is before the arbiters."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from arbitration.domain.actors import Actor
from tests.disputes.hearing import Hearing
from tests.people.pages import fields
from tests.workplace.conftest import browser, hearing, watch, window

__all__ = ["browser", "hearing", "watch", "window"]

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def operator(hearing: Hearing, browser: Browser) -> FlaskClient:
    return browser(hearing.operator)


def send(client: FlaskClient, page: str, **said: object) -> TestResponse:
    """Fill in the form of a page that asks once more, and send it."""
    form = fields(client.get(f"/operations{page}"), f"/operations{page}")
    return client.post(f"/operations{page}", data=form | said, follow_redirects=True)
