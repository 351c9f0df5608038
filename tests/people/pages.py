"""What the tests of signing in read from pages."""

import re
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from arbitration.clock import now
from arbitration.db import unit_of_work
from arbitration.services import sign_in

KEY = re.compile(r'name="idempotency_key" value="[^"]+"')


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.action = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = known.get("action", "")
            self.forms[self.action] = {}
        elif tag == "input" and "name" in known and self.action:
            self.forms[self.action][known["name"]] = known.get("value", "")


def fields(page: TestResponse, action: str) -> dict[str, str]:
    """The fields of a page's form, by where it posts to."""
    reader = _Fields()
    reader.feed(page.text)
    return reader.forms[action]


def without_keys(page: TestResponse) -> str:
    """A page without what differs on every showing."""
    return KEY.sub("", page.text)


def link_to(app: Flask, address: str, lands_on: str | None = None) -> str:
    """The path of a fresh sign-in link."""
    with app.app_context(), unit_of_work() as session:
        issued = sign_in.issue_link(session, address, now(), lands_on)
        assert issued is not None
        return f"/sign-in/{issued[0]}"


def follow(client: FlaskClient, link: str) -> TestResponse:
    """Open a link and press the button, as a person does."""
    arrived = client.get(link)
    assert arrived.status_code == 303
    shown = client.get(arrived.location)
    assert shown.status_code == 200, shown.text
    return client.post("/sign-in/confirm", data=fields(shown, "/sign-in/confirm"))
