"""An installation moves to PostgreSQL while a refund is on its way: it is paid once, and known to be paid."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from arbitration.app import create_app
from arbitration.config import with_driver
from arbitration.db import db, unit_of_work
from arbitration.models import Remedy
from arbitration.scheduler.refunds import RESTS, pay_due
from tests.disputes.hearing import at
from tests.marketplace.conftest import ExampleShop
from tests.remedies.conftest import Opened
from tests.running.conftest import empty_postgresql  # noqa: F401 (fixture)
from tests.support.databases import SqliteTemplate
from tests.support.processes import call


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[str]:
    with sqlite_template.fresh(tmp_path) as url:
        yield url


@pytest.mark.parametrize("fault", ["pending", "late", "error_after_paying"])
def test_a_refund_on_its_way_is_settled_at_the_new_place_and_paid_once(
    opened: Opened,
    example_shop: ExampleShop,
    app: Flask,
    empty_postgresql: str,  # noqa: F811
    fault: str,
) -> None:
    dispute = opened()
    example_shop.sold(dispute)
    dispute.agreed("refund", 1250)
    example_shop.turn(fault)
    assert pay_due(app, at(2)) == {}
    moved = call(example_shop.env, "move", "--to", empty_postgresql)
    assert moved.returncode == 0, moved.stderr
    example_shop.turn("none")
    example_shop.write("UPDATE refunds SET pays_at = 0", ())
    there = create_app(replace(example_shop.settings, database_url=with_driver(empty_postgresql)))
    assert _paid(there) == 1
    assert [amount for _, amount in example_shop.payouts()] == [1250]
    env = example_shop.env | {"ARBITRATION_DATABASE_URL": empty_postgresql}
    assert [call(env, name).returncode for name in ("reconcile", "verify")] == [0, 0]


def _paid(there: Flask) -> int:
    paid = 0
    with there.app_context():
        for _ in range(10):
            there.extensions.pop(RESTS, None)
            with unit_of_work() as session:
                session.query(Remedy).update({"lease_until": None, "ask_again_at": None})
            paid += pay_due(there, at(3))["refunded"]
        db.session.remove()
        db.engine.dispose()
    return paid
