"""What the first import of a purchase keeps."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from arbitration.domain.actors import NOBODY, Actor, Role
from arbitration.domain.refusals import ForbiddenError, InvalidError
from arbitration.models import DocketEntry, Listing, Person, Purchase, Seller
from arbitration.rules.policy_file import builtin_policy, builtin_policy_text
from arbitration.services import policies
from arbitration.services.imports import take_in
from tests.moments import NOW
from tests.support.marketplace import exported

OPERATOR = Actor(role=Role.OPERATOR)


def results(work, rows):
    with work() as session:
        return Counter(row.result for row in take_in(session, OPERATOR, rows, NOW))


def test_the_whole_export_comes_in_and_coming_again_changes_nothing(work):
    assert results(work, exported()) == {"created": 240}
    with work() as session:
        entries = session.scalar(select(func.count()).select_from(DocketEntry))
    assert results(work, exported()) == {"unchanged": 240}
    with work() as session:
        assert session.scalar(select(func.count()).select_from(DocketEntry)) == entries


def test_two_spellings_of_an_address_are_one_person(work):
    results(work, exported())
    with work() as session:
        marta = session.scalars(select(Person).where(Person.email.contains("lisowska"))).one()
        bought = session.scalar(select(func.count()).select_from(Purchase).where(Purchase.buyer_id == marta.id))
        spellings = {row["buyer"]["email"] for row in exported() if row["buyer"]["email"].lower() == marta.email}
    assert len(spellings) == 2
    assert marta.written_as in spellings
    assert bought == sum(row["buyer"]["email"].lower() == marta.email for row in exported())


def test_each_purchase_keeps_the_listing_of_its_day(work):
    results(work, exported())
    with work() as session:
        texts = Counter(session.scalars(select(Listing.external_id)))
        kept = dict(session.execute(select(Purchase.external_id, Listing.description).join(Listing)).all())
    assert sorted(texts.values())[-4:] == [1, 2, 2, 2]
    assert kept == {row["external_id"]: row["listing"]["description"] for row in exported()}


def test_purchases_of_the_same_words_share_one_listing(work, shop):
    shop.purchase()
    shop.purchase()
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Listing)) == 1


def test_amounts_are_kept_in_the_smallest_unit_of_each_currency(work, shop):
    cases = {"USD": ("12.50", 1250), "JPY": ("1250", 1250), "IRR": ("28300000", 28300000), "KWD": ("1.500", 1500)}
    for currency, (amount, _) in cases.items():
        shop.purchase(price={"amount": amount, "currency": currency})
    with work() as session:
        assert dict(session.execute(select(Purchase.currency, Purchase.amount)).all()) == {
            currency: minor for currency, (_, minor) in cases.items()
        }


def test_a_buyer_and_a_seller_come_into_being(work, shop):
    shop.purchase()
    bought, sold = shop.buyer, shop.seller
    with work() as session:
        buyer = session.get(Person, bought.person_id)
        shop_row = session.scalars(select(Seller)).one()
    assert (buyer.name, buyer.language) == ("Marcus Lowe", "en")
    assert (shop_row.person_id, shop_row.time_zone) == (sold.person_id, "Europe/London")


def test_one_person_may_sell_in_two_shops_and_buy_in_a_third(work, shop):
    shop.purchase()
    shop.purchase(seller={"external_id": "8", "name": "Second shop"})
    shop.purchase(seller={"external_id": "9", "email": "third@example.org"}, buyer={"email": "SHOP@example.net"})
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 3
        owners = dict(session.execute(select(Seller.external_id, Seller.person_id)).all())
    assert owners["7"] == owners["8"] == shop.seller.person_id


def later_agreement():
    text = builtin_policy_text().replace("version = 1", "version = 2", 1)
    return text.replace('in_force_from = "2025-01-01T00:00:00Z"', 'in_force_from = "2026-06-01T00:00:00Z"')


@pytest.mark.parametrize(
    ("started", "paid", "version"),
    [
        ("2026-05-31T23:59:59Z", "2026-06-01T00:00:30Z", 1),
        ("2026-06-01T00:00:00Z", "2026-06-01T00:00:30Z", 2),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:30Z", 1),
    ],
    ids=["begun under the first", "begun under the second", "before the first"],
)
def test_a_purchase_is_judged_by_the_agreement_in_force_when_the_buyer_began_to_pay(work, shop, started, paid, version):
    with work() as session:
        policies.install(session, later_agreement(), NOW)
    name = shop.purchase(payment_started_at=started, paid_at=paid, delivered_at=None)
    with work() as session:
        purchase = session.scalars(select(Purchase).where(Purchase.external_id == name)).one()
        assert purchase.policy.version == version
        assert policies.policy_of(purchase).version == version


def test_an_agreement_can_be_installed_twice_but_not_in_two_wordings(work):
    with work() as session:
        first = policies.install_builtin(session, NOW)
        assert first.sha256 == builtin_policy().sha256
        assert policies.install_builtin(session, NOW) is first
        with pytest.raises(policies.ConflictError, match="next version number"):
            policies.install(session, builtin_policy_text() + "\n# a word more\n", NOW)
        with pytest.raises(InvalidError):
            policies.install(session, "id = 1", NOW)


def test_the_agreement_in_force_changes_at_the_instant_it_names(work):
    turn = datetime(2026, 6, 1, tzinfo=UTC)
    with work() as session:
        policies.install_builtin(session, NOW)
        policies.install(session, later_agreement(), NOW)
        before, after = (
            policies.in_force_at(session, turn - timedelta(microseconds=1)),
            policies.in_force_at(session, turn),
        )
    assert (before.version, after.version) == (1, 2)


@pytest.mark.parametrize("actor", [NOBODY, Actor(role=Role.ARBITER), Actor(role=Role.GATEWAY)])
def test_only_an_operator_imports(work, shop, actor):
    with work() as session, pytest.raises(ForbiddenError):
        take_in(session, actor, [shop.row()], NOW)


def test_more_than_a_thousand_rows_at_once_are_too_many(work, shop):
    with work() as session, pytest.raises(InvalidError):
        take_in(session, OPERATOR, [shop.row() for _ in range(1001)], NOW)
