"""One side of a purchase at the browser."""

import itertools
import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_keys = itertools.count(1)


@dataclass
class Desk:
    """A signed-in browser, and the purchase it looks at."""

    client: FlaskClient
    purchase: str

    @property
    def address(self) -> str:
        return f"/purchases/{self.purchase}"

    def look(self, query: str = "", **headers: str) -> TestResponse:
        """Open the page of the purchase."""
        return self.client.get(self.address + query, headers=_named(headers))

    def poll(self, after: int = 0, **headers: str) -> TestResponse:
        """Ask for what is new, as the page does by itself."""
        return self.client.get(f"{self.address}/messages?after={after}", headers=_named(headers))

    def write(self, text: str, key: str | None = None, **fields: str) -> TestResponse:
        """Send a message."""
        return self.client.post(f"{self.address}/messages", data={"text": text} | fields | _key(key))

    def edit(self, position: int, text: str, key: str | None = None, **fields: str) -> TestResponse:
        """Send another text for a message."""
        return self.client.post(f"{self.address}/messages/{position}/edit", data={"text": text} | fields | _key(key))

    def delete(self, position: int, key: str | None = None) -> TestResponse:
        """Press the button that deletes a message."""
        return self.client.post(f"{self.address}/messages/{position}/delete", data=_key(key))


def positions(page: TestResponse) -> list[int]:
    """The messages shown, by position."""
    return [int(number) for number in re.findall(r'data-position="(\d+)"', page.text)]


def message(page: TestResponse, position: int) -> str:
    """The part of a page that shows one message."""
    found = re.search(rf'<li class="message[^>]*data-position="{position}".*?</li>', page.text, re.DOTALL)
    assert found, f"message {position} is not on the page"
    return found[0]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _key(key: str | None) -> dict[str, str]:
    return {"idempotency_key": key or f"key-of-a-form-{next(_keys)}"}
