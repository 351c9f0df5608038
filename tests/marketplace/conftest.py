"""The example shop as a process of its own, on a free port, beside an installation that knows it."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from arbitration import clock
from arbitration.config import Settings
from arbitration.outside.provider import Provider
from arbitration.scheduler.refunds import provider_of
from tests.handovers.signing import Signer
from tests.remedies.conftest import Opened, Settled, opened, paying  # noqa: F401 (fixtures)
from tests.support.processes import environment

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class ExampleShop:
    """The shop's address, and its books, read past it."""

    url: str
    database: Path
    settings: Settings

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command of the installation that this shop pays for."""
        told = {"ARBITRATION_GATEWAY_URL": self.settings.gateway_url, "ARBITRATION_GATEWAY_SECRET": SECRET}
        return environment(self.settings, **told, ARBITRATION_GATEWAY_TIMEOUT="1")

    @property
    def provider(self) -> Provider:
        return provider_of(self.settings)

    def sold(self, dispute: Settled) -> None:
        """Put the order of a dispute's purchase into the shop's books."""
        row = (dispute.purchase, "marcus@example.com", "harbour", 1250, "USD", "A", clock.now().isoformat())
        self.write(
            "INSERT INTO orders (id, buyer, good, amount, currency, content, paid_at) VALUES (?,?,?,?,?,?,?)", row
        )

    def turn(self, fault: str) -> None:
        """Turn the switch of faults."""
        self.write("INSERT OR REPLACE INTO switches VALUES ('fault', ?)", (fault,))

    def write(self, statement: str, values: tuple[object, ...]) -> None:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            connection.execute(statement, values)

    def read(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def payouts(self) -> list[tuple[object, object]]:
        """What the buyers really have: key and amount."""
        return [(key, amount) for key, amount in self.read("SELECT key, amount FROM payouts ORDER BY key")]


@contextmanager
def running(folder: Path, arbitration: str, token: str, signer: Signer) -> Iterator[tuple[str, Path]]:
    """The shop's process; gives its address and its database."""
    key, database = folder / "handover.pem", folder / "shop.sqlite3"
    key.write_text(signer.private_pem, "utf-8")
    env = os.environ | {
        "SHOP_DATABASE": str(database),
        "SHOP_ARBITRATION_URL": arbitration,
        "SHOP_ARBITRATION_TOKEN": token,
        "SHOP_HANDOVER_KEY_FILE": str(key),
        "SHOP_GATEWAY_SECRET": SECRET,
        "SHOP_SECRET_KEY": "for tests",
        "SHOP_LATE_SECONDS": "1.3",
        "SHOP_PENDING_SECONDS": "0.5",
    }
    command = [sys.executable, "-m", "shop", "--port", "0"]
    process = subprocess.Popen(command, cwd=EXAMPLE, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http://[0-9.]+:[0-9]+", process.stdout.readline())
        assert found, process.wait(5)
        yield found[0], database
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def connected(settings: Settings, url: str, signer: Signer) -> Settings:
    """The installation's settings once it knows the shop."""
    return replace(
        settings,
        base_url="http://127.0.0.1:8000" if settings.base_url == "http://localhost" else settings.base_url,
        gateway_url=f"{url}/arbitration/refunds",
        gateway_secret=SECRET,
        gateway_timeout=1,
        handover_key=signer.public_pem,
    )


@pytest.fixture
def example_shop(app: Flask, tmp_path: Path) -> Iterator[ExampleShop]:
    """The shop, paying the refunds of the test's installation."""
    signer = Signer("http://127.0.0.1:8000")
    with running(tmp_path, signer.audience, "none", signer) as (url, database):
        settings = connected(app.config["SETTINGS"], url, signer)
        app.config.update(SETTINGS=settings, REFUND_TERMS=settings.refund_terms)
        yield ExampleShop(url, database, settings)


@pytest.fixture
def owed(opened: Opened, example_shop: ExampleShop) -> Callable[[int], list[Settled]]:  # noqa: F811
    """``owed(3)``: so many purchases of the shop whose refunds are owed, the whole price or a part of it."""

    def make(number: int) -> list[Settled]:
        disputes = [opened() for _ in range(number)]
        for place, dispute in enumerate(disputes):
            example_shop.sold(dispute)
            dispute.agreed("refund", 1250) if place % 3 else dispute.agreed("part_refund", 400 + place)
        return disputes

    return make
