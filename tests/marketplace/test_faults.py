"""The example shop's faults in random order, under several workers and a kill: no refund is paid twice, lost, or
claimed without being paid; and what a lie leads to is named.
"""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from threading import Event
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from sqlalchemy import select, update

from arbitration.app import create_app
from arbitration.clock import now
from arbitration.db import db, unit_of_work
from arbitration.models import LedgerEntry, Remedy
from arbitration.outside.signing import signature_headers
from arbitration.scheduler.refunds import pay_due
from arbitration.services.refunds import comparing, confirming
from arbitration.services.refunds.gateways import Answer
from tests.disputes.hearing import Work, at
from tests.marketplace.conftest import ExampleShop
from tests.remedies.conftest import Opened, Settled
from tests.support.processes import call, started

Owed = Callable[[int], list[Settled]]
HONEST = (
    "none",
    "late",
    "pending",
    "twice",
    "down",
    "error",
    "error_after_paying",
    "garbled",
    "endless",
    "redirect",
    "mixed",
)
SAFE = (*HONEST, "lies_unknown")
"""Those after which nothing is wrong once the shop behaves: a lie that it never heard of a refund costs nothing."""
MANY, ROUNDS = 6, 7


def leases_run_out(work: Work) -> None:
    """As if the time had passed that a worker, or a pause, has."""
    with work() as session:
        session.execute(update(Remedy).values(lease_until=None, ask_again_at=None))


def done(work: Work) -> set[str]:
    with work() as session:
        return {str(key) for key in session.scalars(select(Remedy.gateway_key).where(Remedy.state == "done"))}


def everything_fits(example_shop: ExampleShop, work: Work, disputes: list[Settled]) -> None:
    """Each refund was paid once with its amount, is booked once, closed its dispute, and nothing differs."""
    remedies = [dispute.remedy() for dispute in disputes]
    assert example_shop.payouts() == sorted((each.gateway_key, each.amount) for each in remedies)
    assert {dispute.outcome() for dispute in disputes} == {("closed", "settled")}
    with work() as session:
        assert len(session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "refund")).all()) == len(disputes)
    found = call(example_shop.env, "reconcile")
    assert (found.returncode, found.stdout) == (0, "The books, the refunds and the disputes fit each other.\n")
    assert call(example_shop.env, "verify").returncode == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_the_shop_does_each_refund_is_paid_once(
    example_shop: ExampleShop, owed: Owed, app: Flask, work: Work, seed: int
) -> None:
    chance, disputes = random.Random(seed), owed(MANY)

    def worker(_: int) -> None:
        pay_due(app, at(2), gateway=example_shop.provider)

    with ThreadPoolExecutor(3) as pool:
        for number in range(25):
            example_shop.turn(chance.choice(SAFE) if number < ROUNDS else "none")
            list(pool.map(worker, range(3)))
            leases_run_out(work)
            assert done(work) <= {str(key) for key, _ in example_shop.payouts()}, "claimed without being paid"
            if number >= ROUNDS and len(done(work)) == MANY:
                break
    everything_fits(example_shop, work, disputes)


def test_workers_that_are_killed_lose_nothing_and_pay_nothing_twice(
    example_shop: ExampleShop, owed: Owed, work: Work
) -> None:
    disputes, now = owed(MANY), at(2).isoformat()
    example_shop.turn("twice")
    with ExitStack() as stack:
        workers = [stack.enter_context(started(example_shop.env, "sweep", "--now", now)) for _ in range(3)]
        pause = Event()
        while len(example_shop.payouts()) < 2 and workers[0].process.poll() is None:
            pause.wait(0.02)
        for victim in workers[:2]:
            victim.tell(SIGKILL)
        workers[2].process.wait()
    assert done(work) <= {str(key) for key, _ in example_shop.payouts()}
    example_shop.turn("none")
    leases_run_out(work)
    assert call(example_shop.env, "sweep", "--now", now).returncode == 0
    everything_fits(example_shop, work, disputes)


def reconciled(example_shop: ExampleShop) -> str:
    found = call(example_shop.env, "reconcile")
    assert found.returncode == 1
    return found.stdout


def test_what_the_shop_lied_about_is_named_one_by_one(
    example_shop: ExampleShop, owed: Owed, app: Flask, work: Work
) -> None:
    claimed, refused, silent, twice, another = owed(5)
    with work() as session:
        session.execute(update(Remedy).values(lease_until=now() + timedelta(minutes=5)))
    met = ((claimed, "lies_paid"), (refused, "lies_refused"), (silent, "late"), (twice, "lies_refused"))
    met += ((another, "lies_amount"), (another, "lies_amount"))
    for dispute, fault in met:
        with work() as session:
            mine = Remedy.dispute_id == dispute.dispute_id
            session.execute(update(Remedy).where(mine).values(lease_until=None, ask_again_at=None))
        example_shop.turn(fault)
        pay_due(app, at(2), gateway=example_shop.provider)
    twice.confirm(twice.operator, 3)
    example_shop.turn("none")

    said = reconciled(example_shop)
    for dispute, words in (
        (claimed, "was settled as paid, but now the provider says: unknown"),
        (refused, "was paid there, and is still owed here"),
        (silent, "was paid there, and is still owed here"),
        (another, "was paid there, and is still owed here"),
        (twice, "the provider paid it as well: it was paid twice"),
    ):
        lines = [line for line in said.splitlines() if line.startswith(f"purchase {dispute.purchase}:")]
        assert any(words in line for line in lines), (words, said)
    assert said.count("→") == 5

    for dispute in (refused, another):
        dispute.do(confirming.retry_refund, dispute.operator, at(3))
    leases_run_out(work)
    pay_due(app, at(3), gateway=example_shop.provider)
    left = reconciled(example_shop)
    assert refused.purchase not in left
    assert silent.purchase not in left
    assert left.count("→") == 2
    dealt_with = [part for dispute in (claimed, twice) for part in ("--leave-out", str(dispute.remedy().gateway_key))]
    assert call(example_shop.env, "reconcile", *dealt_with[:2]).stdout.count("→") == 1
    assert call(example_shop.env, "reconcile", *dealt_with).returncode == 0
    assert call(example_shop.env, "reconcile", "--leave-out", "mistyped").returncode == 2


def test_what_the_shop_refuses_and_what_it_does_not_say_are_named(
    example_shop: ExampleShop, owed: Owed, app: Flask
) -> None:
    owed(2)
    example_shop.write("UPDATE orders SET amount = 1 WHERE 1 = ?", (1,))
    pay_due(app, at(2), gateway=example_shop.provider)
    said = reconciled(example_shop)
    assert said.count("was refused, and waits for an operator; now the provider says: refused (this is more than") == 2
    example_shop.turn("down")
    assert "the provider does not say what became of the refund" in reconciled(example_shop)


def test_what_the_shop_refused_is_paid_once_when_it_has_mended_the_reason_and_is_asked_again(
    example_shop: ExampleShop, owed: Owed, app: Flask, work: Work
) -> None:
    disputes = owed(2)
    example_shop.write("UPDATE orders SET amount = 1 WHERE 1 = ?", (1,))
    pay_due(app, at(2), gateway=example_shop.provider)
    disputes[0].do(confirming.retry_refund, disputes[0].operator, at(3))
    pay_due(app, at(3), gateway=example_shop.provider)
    assert example_shop.payouts() == []

    example_shop.write("UPDATE orders SET amount = 1250 WHERE 1 = ?", (1,))
    for dispute in disputes:
        dispute.do(confirming.retry_refund, dispute.operator, at(4))
    leases_run_out(work)
    pay_due(app, at(4), gateway=example_shop.provider)
    everything_fits(example_shop, work, disputes)


def test_an_order_that_was_held_up_until_somebody_had_paid_by_hand_is_named_or_refused_where_the_shop_knows_of_it(
    example_shop: ExampleShop, owed: Owed, app: Flask, work: Work
) -> None:
    disputes = owed(2)
    unknown_to_the_shop, known_to_it = disputes
    example_shop.write("UPDATE orders SET amount = 1 WHERE 1 = ?", (1,))
    pay_due(app, at(2), gateway=example_shop.provider)
    with work() as session:
        held_up = {each.where: each.order for each in comparing.refunds(session)}
    example_shop.write("UPDATE orders SET amount = 1250 WHERE 1 = ?", (1,))
    for dispute in disputes:
        dispute.confirm(dispute.operator, 3)
    by_hand = (str(known_to_it.remedy().gateway_key), known_to_it.purchase, 400, now().isoformat())
    example_shop.write("INSERT INTO payouts VALUES (?,?,?,?)", by_hand)
    answers = [example_shop.provider.pay(held_up[f"purchase {dispute.purchase}"]).answer for dispute in disputes]
    assert answers == [Answer.PAID, Answer.REFUSED]
    said = reconciled(example_shop)
    assert said.count("→") == 1
    assert f"purchase {unknown_to_the_shop.purchase}: the refund of 4.00 USD" in said
    assert "the provider paid it as well: it was paid twice" in said
    assert "have the provider take back its payment, or get back one of the two" in said


def test_a_question_that_was_signed_for_one_refund_tells_nothing_of_another(
    example_shop: ExampleShop, owed: Owed, app: Flask
) -> None:
    (dispute,) = owed(1)
    pay_due(app, at(2), gateway=example_shop.provider)
    ours = str(dispute.remedy().gateway_key)

    def told(signed_for: str) -> str:
        headers = signature_headers(example_shop.settings.signing_secret, signed_for, now(), "")
        asked = Request(f"{example_shop.url}/arbitration/refunds?key={ours}", headers=headers)
        with urlopen(asked, timeout=15) as answer:
            return str(json.load(answer)["state"])

    assert (told(ours), told("refund-of-somebody-else")) == ("paid", "unknown")


def test_the_command_that_asks_the_provider_says_whether_it_answers(example_shop: ExampleShop) -> None:
    assert "It answers, and knows nothing" in call(example_shop.env, "gateway").stdout
    assert call(example_shop.env, "gateway", "--secret").stdout.startswith("whsec_")
    wrong = example_shop.env | {"ARBITRATION_GATEWAY_SECRET": "whsec_" + "Q29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZS4="}
    found = call(wrong, "gateway")
    assert (found.returncode, "answered 401" in found.stdout) == (1, True)
    example_shop.turn("down")
    assert call(example_shop.env, "gateway").returncode == 1


def test_what_was_paid_after_the_backup_is_not_paid_again_once_people_come_to_it_again(
    example_shop: ExampleShop, opened: Opened, app: Flask, tmp_path: Path
) -> None:
    dispute = opened()
    example_shop.sold(dispute)
    assert call(example_shop.env, "backup", "--into", str(tmp_path / "backups")).returncode == 0
    (folder,) = (tmp_path / "backups").iterdir()
    dispute.agreed("part_refund", 400)
    assert pay_due(app, at(2), gateway=example_shop.provider) == {"refunded": 1}

    place = tmp_path / "restored"
    url = f"sqlite:///{place}/arbitration.sqlite3"
    env = example_shop.env | {"ARBITRATION_INSTANCE": str(place), "ARBITRATION_DATABASE_URL": url}
    for command in (("restore", str(folder)), ("hold", "--release")):
        assert call(env, *command).returncode == 0
    restored = create_app(replace(example_shop.settings, instance=place, database_url=url))
    with restored.app_context():
        again = replace(dispute, work=unit_of_work, app=restored)
        assert again.outcome() == ("negotiation", None)
        again.agreed("part_refund", 400)
        assert pay_due(restored, at(3), gateway=example_shop.provider) == {"refunded": 1}
        assert again.outcome() == ("closed", "settled")
        db.session.remove()
        db.engine.dispose()
    assert [amount for _, amount in example_shop.payouts()] == [400]
