"""What a monitoring is told: the truth, and nothing to strangers."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from arbitration.app import create_app
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.db import db, newest_revision
from arbitration.door.uploads import LEFT_FREE
from arbitration.services import heartbeat, messages
from arbitration.web import health
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
TOKEN = "a-token-for-the-metrics"


def beat(work: Work, ago: int) -> None:
    with work() as session:
        heartbeat.beat(session, heartbeat.SCHEDULER, "here:1", now() - timedelta(seconds=ago))


def test_a_scheduler_that_died_shows_within_a_minute(client: FlaskClient, work: Work) -> None:
    assert client.get("/readyz").status_code == 503
    beat(work, 1)
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready\n")
    beat(work, 60)
    told = client.get("/readyz")
    assert told.status_code == 503
    assert told.text.startswith("scheduler:")
    assert client.get("/healthz").status_code == 200


def test_a_database_of_another_version_is_not_ready(client: FlaskClient, work: Work) -> None:
    beat(work, 1)
    with work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert client.get("/readyz").text == f"{health.TABLES}\n"


def test_the_newest_revision_is_the_last_of_the_chain() -> None:
    from alembic.script import ScriptDirectory

    from arbitration.assets import PACKAGE

    assert ScriptDirectory(str(PACKAGE / "migrations")).get_current_head() == newest_revision()


def test_a_full_disk_is_not_ready(client: FlaskClient, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    beat(work, 1)
    monkeypatch.setattr(health, "TOO_LITTLE", 2**63)
    assert client.get("/readyz").text == f"{health.DISK}\n"


def test_a_full_disk_of_exhibits_alone_is_not_ready(
    client: FlaskClient, work: Work, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files can't be filed any more, though everything else can be written. They may have a disk of their own."""
    beat(work, 1)
    assert client.get("/readyz").text == "ready\n"
    settings.exhibits_folder.mkdir(exist_ok=True)
    usage = shutil.disk_usage

    def shown(folder: Path) -> object:
        return usage(folder)._replace(free=LEFT_FREE - 1) if folder == settings.exhibits_folder else usage(folder)

    monkeypatch.setattr(shutil, "disk_usage", shown)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, f"{health.ROOM}\n")


@pytest.fixture
def measured(settings: Settings) -> FlaskClient:
    app = create_app(replace(settings, metrics_token=TOKEN, metrics_networks="10.1.0.0/16"))
    with app.app_context():
        yield app.test_client()
        db.engine.dispose()


def ask(client: FlaskClient, token: str = TOKEN) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return answer.text


def test_metrics_are_for_those_alone_whom_the_settings_name(client: FlaskClient, measured: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404
    assert measured.get("/metrics").status_code == 404
    assert measured.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    inside = {"REMOTE_ADDR": "10.1.2.3"}
    assert measured.get("/metrics", environ_base=inside).status_code == 200
    passed_on = {"X-Forwarded-For": "203.0.113.9"}
    assert measured.get("/metrics", environ_base=inside, headers=passed_on).status_code == 404


def test_metrics_tell_of_requests_by_route_and_never_by_address(measured: FlaskClient, shop: Shop) -> None:
    purchase = shop.purchase()
    measured.get(f"/purchases/{purchase}")
    measured.get("/no/such/place")
    measured.open("/", method="BREW")
    told = ask(measured)
    assert 'route="/purchases/<external_id>"' in told
    assert 'method="other"' in told
    assert 'route="(no route)",status="404"' in told
    assert purchase not in told
    assert "no/such" not in told


def test_metrics_tell_what_waits_and_who_lives(measured: FlaskClient, shop: Shop, work: Work) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "Hello", NOW)
    beat(work, 5)
    told = ask(measured)
    assert 'arbitration_outbox{state="waiting"} 1.0' in told
    assert "arbitration_schedulers_alive 1.0" in told
    assert 'arbitration_disputes{stage="negotiation"} 0.0' in told
    assert "arbitration_held 0.0" in told
    assert 'arbitration_refunds_pending{state="owed"} 0.0' in told


def test_metrics_are_told_while_the_database_is_away(tmp_path: Path, settings: Settings) -> None:
    away = replace(settings, database_url=f"sqlite:///{tmp_path}/none/at/all.sqlite3", metrics_token=TOKEN)
    told = ask(create_app(away).test_client())
    assert "arbitration_database_up 0.0" in told
    assert create_app(away).test_client().get("/readyz").status_code == 503


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"metrics_token": "short"}, "ARBITRATION_METRICS_TOKEN"),
        ({"metrics_networks": "everywhere"}, "ARBITRATION_METRICS_NETWORKS"),
        ({"log_format": "xml"}, "ARBITRATION_LOG_FORMAT"),
    ],
)
def test_settings_of_operations_that_cannot_be_are_named(settings: Settings, changes: dict, named: str) -> None:
    from arbitration.config import faults

    assert [fault.partition(":")[0] for fault in faults(replace(settings, **changes))] == [named]


def test_an_id_of_a_request_is_taken_from_a_trusted_proxy_alone(app: Flask, settings: Settings) -> None:
    stated = {"X-Request-Id": "0123456789abcdef"}
    assert app.test_client().get("/healthz", headers=stated).headers["X-Request-Id"] != stated["X-Request-Id"]
    behind = create_app(replace(settings, trusted_proxies=1)).test_client()
    assert behind.get("/healthz", headers=stated).headers["X-Request-Id"] == stated["X-Request-Id"]
    for forged in ("short", "a b c d e f g h", "x" * 65, "line\tbreak1"):
        assert behind.get("/healthz", headers={"X-Request-Id": forged}).headers["X-Request-Id"] != forged
