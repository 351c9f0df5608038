"""A purchase, and its people with something to show."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from arbitration.clock import now
from arbitration.config import Settings
from arbitration.services import tokens
from tests.api.conftest import EMAILS, Caller
from tests.support.shop import Shop, Work


def moment(back: timedelta = timedelta()) -> str:
    """An instant of a little while ago, as the API takes it."""
    return f"{datetime.now(tz=now().tzinfo) - timedelta(minutes=30) - back:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def purchase(shop: Shop) -> str:
    return shop.purchase()


@pytest.fixture
def caller(app: Flask, work: Work) -> Callable[[str], Caller]:
    made: dict[str, Caller] = {}

    def make(name: str) -> Caller:
        if name not in made:
            with work() as session:
                role = {"stranger": "buyer"}.get(name, name)
                made[name] = Caller(app.test_client(), tokens.new_token(session, role, EMAILS[name], now()))
        return made[name]

    return make


File = Callable[..., Any]


@pytest.fixture
def send(caller: Callable[[str], Caller], purchase: str) -> File:
    """``send(data, name, ...)`` files it as the buyer, through the API; gives the answer."""

    def sending(
        data: bytes, name: str, kind: str = "screenshot", who: str = "buyer", type: str = "", key: str = "", **said: str
    ) -> Any:
        if kind == "video":
            said = {"starts_at": moment(timedelta(minutes=5)), "ends_at": moment()} | said
        asker = caller(who)
        return asker.client.post(
            f"/api/purchases/{purchase}/exhibits",
            data={"kind": kind, **said, "file": (io.BytesIO(data), name, type or "application/octet-stream")},
            headers={"Authorization": f"Bearer {asker.token}", "Idempotency-Key": key or uuid4().hex},
        )

    return sending


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.exhibits_folder


@pytest.fixture
def lying(folder: Path) -> Callable[[], list[str]]:
    """The folders of files that lie there."""
    return lambda: sorted(path.name for path in folder.iterdir()) if folder.exists() else []
