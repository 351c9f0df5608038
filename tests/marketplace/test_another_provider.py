"""From one payment provider straight to another: who was asked for a refund is the only one who is ever asked for it.

Two example shops, each with books of its own that know nothing of the other's.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, update

from arbitration.config_marketplace import provider_name
from arbitration.db import db
from arbitration.domain.actors import Role
from arbitration.domain.refusals import ConflictError
from arbitration.models import Remedy
from arbitration.scheduler.refunds import RESTS, pay_due
from arbitration.services.refunds import confirming
from tests.disputes.hearing import Work, at
from tests.handovers.signing import Signer
from tests.marketplace.conftest import SECRET, ExampleShop, connected, running
from tests.remedies.conftest import Opened, Settled
from tests.support.processes import call

PROBE = "arbitration-asks-whether-anybody-is-there"
"""The key that nobody has, by which the doctor tries a provider."""
Paid = Callable[..., dict[str, int]]


@pytest.fixture
def second(app: Flask, tmp_path: Path) -> Iterator[ExampleShop]:
    """Another shop with the same secret; it is not set yet."""
    (tmp_path / "second").mkdir()
    signer = Signer("http://127.0.0.1:8000")
    with running(tmp_path / "second", signer.audience, "none", signer) as (url, database):
        yield ExampleShop(url, database, connected(app.config["SETTINGS"], url, signer))


@pytest.fixture
def switch(app: Flask) -> Callable[[ExampleShop], None]:
    """The settings name this shop from now on."""

    def set_shop(shop: ExampleShop) -> None:
        app.config.update(SETTINGS=shop.settings, REFUND_TERMS=shop.settings.refund_terms)

    return set_shop


@pytest.fixture
def pay(app: Flask, work: Work) -> Paid:
    """``pay(2)``: schedulers two hours later, when all leases and pauses are over; gives what they did."""

    def sweep(hours: int, times: int = 10) -> dict[str, int]:
        done: Counter[str] = Counter()
        while times and not done:
            times -= 1
            app.extensions.pop(RESTS, None)
            with work() as session:
                session.execute(update(Remedy).values(lease_until=None, ask_again_at=None))
            done += pay_due(app, at(hours))
        return dict(done)

    return sweep


@pytest.fixture
def left(
    opened: Opened, example_shop: ExampleShop, second: ExampleShop, switch: Callable[[ExampleShop], None], pay: Paid
) -> Settled:
    """A refund that the first shop has accepted and not paid yet; now the second one is set."""
    switch(example_shop)
    dispute = opened()
    example_shop.sold(dispute)
    second.sold(dispute)
    dispute.agreed("refund", 1250)
    example_shop.turn("pending")
    assert pay(2, times=1) == {}
    switch(second)
    return dispute


def asked(shop: ExampleShop) -> list[object]:
    return [key for (key,) in shop.read("SELECT DISTINCT key FROM calls ORDER BY key")]


def test_the_second_is_never_asked_to_pay_what_the_first_has(
    opened: Opened, left: Settled, second: ExampleShop, pay: Paid
) -> None:
    newer = opened()
    second.sold(newer)
    newer.agreed("refund", 1250)
    assert pay(3) == {"refunded": 1}
    assert pay(4) == {}
    assert asked(second) == [newer.remedy().gateway_key]
    assert second.payouts() == [(newer.remedy().gateway_key, 1250)]
    assert left.outcome() == ("enforcement", None)


def test_operators_are_told_where_it_is_and_end_it_by_hand(
    left: Settled, example_shop: ExampleShop, second: ExampleShop, signed_in: Callable[..., object]
) -> None:
    key, where = left.remedy().gateway_key, example_shop.settings.gateway_url
    told = call(second.env, "reconcile")
    assert told.returncode == 1
    assert f"({key}) is with a payment provider that is set no more ({where})" in told.stdout
    assert "look up there what became of it" in told.stdout
    findings = [one["told"] for one in json.loads(call(second.env, "doctor", "--json").stdout)["findings"]]
    assert f"1 on their way at a payment provider that is set no more ({where})" in findings
    operator = signed_in("olga@market.example.org", Role.OPERATOR)
    page = operator.get(f"/operations/disputes/{left.dispute_id}").text  # type: ignore[attr-defined]
    assert f"under the key {key}." in page
    assert where in page
    left.confirm(left.operator, 5)
    assert left.outcome() == ("closed", "settled")
    assert call(second.env, "reconcile").returncode == 0
    assert asked(second) == [PROBE]


def test_the_first_set_again_settles_what_it_has_paid_meanwhile(
    left: Settled, example_shop: ExampleShop, switch: Callable[[ExampleShop], None], pay: Paid
) -> None:
    example_shop.turn("none")
    example_shop.write("UPDATE refunds SET pays_at = 0", ())
    switch(example_shop)
    assert pay(3) == {"refunded": 1}
    assert example_shop.payouts() == [(left.remedy().gateway_key, 1250)]
    assert call(example_shop.env, "reconcile").returncode == 0


def test_the_same_provider_at_another_address_goes_on_once_an_operator_has_said_so(
    left: Settled, example_shop: ExampleShop, switch: Callable[[ExampleShop], None], pay: Paid
) -> None:
    former = example_shop.settings.gateway_url
    url = former.replace("127.0.0.1", "localhost")
    moved = replace(example_shop, settings=replace(example_shop.settings, gateway_url=url))
    example_shop.turn("none")
    example_shop.write("UPDATE refunds SET pays_at = 0", ())
    switch(moved)
    assert pay(3) == {}
    assert left.outcome() == ("enforcement", None)
    wrong = call(moved.env, "gateway", "--same-as", "https://pay.example.com/refunds")
    assert wrong.returncode == 2
    assert former in wrong.stderr
    said = call(moved.env, "gateway", "--same-as", former)
    assert (said.returncode, said.stdout) == (
        0,
        f"{url} is asked from now on what became of the refunds at {former} (1).\n",
    )
    assert pay(4) == {"refunded": 1}
    assert example_shop.payouts() == [(left.remedy().gateway_key, 1250)]


def test_what_the_first_refused_is_paid_by_hand_and_the_second_is_not_asked(
    opened: Opened, example_shop: ExampleShop, second: ExampleShop, switch: Callable[[ExampleShop], None], pay: Paid
) -> None:
    switch(example_shop)
    dispute = opened()
    second.sold(dispute)  # and not at the first, which therefore refuses
    dispute.agreed("refund", 1250)
    assert pay(2) == {"refused by the provider": 1}
    switch(second)
    with pytest.raises(ConflictError, match="has not refused"):
        dispute.do(confirming.retry_refund, dispute.operator, at(3))
    assert pay(4) == {}
    dispute.confirm(dispute.operator, 5)
    assert asked(second) == []


def test_a_secret_that_is_changed_while_a_refund_is_pending_refuses_nothing(
    app: Flask, opened: Opened, example_shop: ExampleShop, pay: Paid
) -> None:
    dispute = opened()
    example_shop.sold(dispute)
    dispute.agreed("refund", 1250)
    example_shop.turn("pending")
    assert pay(2, times=1) == {}
    example_shop.turn("none")
    example_shop.write("UPDATE refunds SET pays_at = 0", ())
    app.config["SETTINGS"] = replace(example_shop.settings, gateway_secret="whsec_" + SECRET[6:][::-1])
    assert pay(3, times=2) == {}
    remedy = dispute.remedy()
    assert remedy.state == "sent"
    assert "our signature is wrong" in (remedy.provider_reason or "")
    app.config["SETTINGS"] = example_shop.settings
    assert pay(4) == {"refunded": 1}
    assert example_shop.payouts() == [(remedy.gateway_key, 1250)]


@pytest.mark.usefixtures("left")
def test_after_the_update_what_was_asked_before_is_with_the_provider_that_is_set(
    app: Flask, example_shop: ExampleShop, switch: Callable[[ExampleShop], None], work: Work
) -> None:
    def updated() -> str | None:
        with app.app_context():
            flask_migrate.downgrade(revision="0019")
            flask_migrate.upgrade()
            db.session.remove()
        with work() as session:
            return session.scalar(select(Remedy.provider))

    switch(example_shop)
    assert updated() == example_shop.settings.gateway_url
    app.config["REFUND_TERMS"] = replace(app.config["REFUND_TERMS"], gateway="manual", provider="")
    assert updated() == "unknown"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://Pay.example.com:443/refunds/", "https://pay.example.com/refunds"),
        ("http://127.0.0.1:80", "http://127.0.0.1/"),
        ("https://[2001:db8::1]/x", "https://[2001:DB8::1]/x"),
    ],
)
def test_one_address_written_in_two_ways_is_one_provider(one: str, other: str) -> None:
    assert provider_name(one) == provider_name(other)


@pytest.mark.parametrize(
    "other",
    [
        "https://pay.example.com/b",
        "https://pay.example.org/a",
        "https://pay.example.com:8443/a",
        "https://pay.example.com/a?account=2",
        "manual:",
    ],
)
def test_another_host_path_or_account_is_another_provider(other: str) -> None:
    assert provider_name(other) != provider_name("https://pay.example.com/a?account=1")
    assert "account" not in provider_name(other)
