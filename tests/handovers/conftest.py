"""An installation that knows the marketplace's key."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from arbitration.clock import now
from tests.handovers.signing import Signer

Handed = Callable[..., TestResponse]


@pytest.fixture
def signer(app: Flask) -> Signer:
    signer = Signer(app.config["SETTINGS"].base_url)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], handover_key=signer.public_pem)
    return signer


@pytest.fixture
def hand_over(client: FlaskClient, signer: Signer) -> Handed:
    """``hand_over(purchase, **claims)`` comes with a token of the marketplace; ``token`` shows that one instead."""

    def come(to: str = "", /, token: str | None = None, by: FlaskClient | None = None, **claims: Any) -> TestResponse:
        shown = signer.token(signer.claims(**({"purchase": to, "now": now()} | claims))) if token is None else token
        return (by or client).post("/handover", data={"token": shown})

    return come
