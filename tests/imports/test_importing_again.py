"""What importing a purchase again may change, and what it may not."""

import pytest
from sqlalchemy import func, select, update

from arbitration.domain.actors import Actor, Role
from arbitration.models import DocketEntry, Person, Purchase, Seller
from arbitration.schemas.purchases import read_purchase
from arbitration.services import people
from arbitration.services.imports import take_in
from tests.moments import NOW

OPERATOR = Actor(role=Role.OPERATOR)


@pytest.fixture
def send(work):
    """Imports rows together; gives the result of the last."""

    def sending(*rows):
        with work() as session:
            return take_in(session, OPERATOR, rows, NOW)[-1]

    return sending


@pytest.fixture
def row(shop):
    return shop.row(delivered_at=None)


def changed(row, **changes):
    return row | {name: row[name] | value if isinstance(value, dict) else value for name, value in changes.items()}


def kinds(work):
    with work() as session:
        return sorted(session.scalars(select(DocketEntry.kind)))


def test_a_delivery_is_logged_once(work, send, row):
    send(row)
    delivered = changed(row, delivered_at="2026-11-10T10:02:00Z")
    assert send(delivered).result == "updated"
    assert "purchase.delivered" in kinds(work)
    assert send(delivered).result == "unchanged"
    assert send(changed(row, delivered_at="2026-11-10T12:02:00+02:00")).result == "unchanged"
    for other in ("2026-11-10T10:03:00Z", None):
        refused = send(changed(row, delivered_at=other))
        assert (refused.result, refused.errors[0].path) == ("refused", "delivered_at")


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("price.amount", {"price": {"amount": "12.51"}}),
        ("price.currency", {"price": {"currency": "EUR"}}),
        ("quantity", {"quantity": 2}),
        ("payment_started_at", {"payment_started_at": "2026-11-10T09:59:00Z"}),
        ("paid_at", {"paid_at": "2026-11-10T10:01:01Z"}),
        ("seller.external_id", {"seller": {"external_id": "70"}}),
        ("seller.email", {"seller": {"email": "other@example.net"}}),
        ("buyer.email", {"buyer": {"email": "other@example.com"}}),
    ],
)
def test_what_was_agreed_stays_and_the_row_that_says_otherwise_is_refused(send, row, path, changes):
    send(row)
    refused = send(changed(row, **changes, delivered_at="2026-11-10T10:02:00Z"))
    assert refused.result == "refused"
    assert [fault.path for fault in refused.errors] == [path]
    assert send(row).result == "unchanged"


def test_a_changed_listing_is_ignored_and_said_to_be(work, send, row):
    send(row)
    other = changed(row, listing={"title": "Another", "terms": None}, delivered_at="2026-11-10T10:02:00Z")
    told = send(other)
    assert (told.result, told.ignored) == ("updated", ["listing.title", "listing.terms"])
    assert send(other).ignored == ["listing.title", "listing.terms"]
    with work() as session:
        assert session.scalars(select(Purchase)).one().listing.title == row["listing"]["title"]


def test_names_hours_zones_and_languages_may_change(work, send, row):
    send(row)
    hours = [{"days": ["mon", "tue"], "from": "09:00", "to": "24:00"}]
    seller = {"name": "Harbour Keys Ltd", "time_zone": "Europe/Paris", "language": "fr", "working_hours": hours}
    assert send(changed(row, seller=seller)).result == "updated"
    assert send(changed(row, seller=seller, buyer={"name": "Marc Lowe", "language": "pl"})).result == "updated"
    with work() as session:
        shop_row, purchase = session.scalars(select(Seller)).one(), session.scalars(select(Purchase)).one()
        assert {name: getattr(shop_row, name) for name in seller} == seller
        assert (purchase.buyer.name, purchase.buyer.language) == ("Marc Lowe", "pl")
        assert (shop_row.person.language, shop_row.person.time_zone) == ("fr", "Europe/Paris")
    assert {"seller.updated", "person.updated"} < set(kinds(work))


def test_hours_can_be_taken_back_and_an_unknown_name_takes_nothing_away(work, send, row):
    hours = [{"days": ["mon"], "from": "09:00", "to": "17:00"}]
    send(changed(row, seller={"working_hours": hours}))
    assert send(changed(row, seller={"working_hours": None}, buyer={"name": None})).result == "updated"
    with work() as session:
        assert session.scalars(select(Seller)).one().working_hours is None
        assert session.scalars(select(Purchase)).one().buyer.name == "Marcus Lowe"


def test_what_a_person_chose_for_himself_outlives_every_import(work, send, row, shop):
    send(row)
    buyer = shop.buyer.person_id
    with work() as session:
        session.get_one(Person, buyer).language = "uk"
    send(changed(row, buyer={"language": "fr"}))
    with work() as session:
        assert session.get_one(Person, buyer).language == "uk"


def test_rows_that_call_one_person_by_two_names_do_not_take_turns(send, row, shop):
    other = changed(shop.row(), buyer={"name": "M. Lowe"})
    assert send(row, other).result == "created"
    assert send(row, other).result == "unchanged"
    assert send(row).result == "unchanged"


def test_the_same_purchase_twice_in_one_import_is_taken_in_order(send, row):
    assert send(row, row).result == "unchanged"


def test_a_purchase_and_its_delivery_in_one_import(work, send, row):
    assert send(row, changed(row, delivered_at="2026-11-10T10:02:00Z")).result == "updated"
    with work() as session:
        assert session.scalars(select(Purchase)).one().delivered_at is not None


def test_a_known_shop_under_another_address_is_refused_with_what_to_do(send, row, shop):
    send(row)
    refused = send(changed(shop.row(), seller={"email": "other@example.net"}))
    assert (refused.result, refused.errors[0].path) == ("refused", "seller.email")
    assert "arbitration user move" in refused.errors[0].msgid


def test_after_a_move_old_and_new_address_are_the_same_person(work, send, row, shop):
    send(row)
    with work() as session:
        people.move(session, OPERATOR, "marcus@example.com", "marcus@example.org", NOW)
        people.move(session, OPERATOR, "shop@example.net", "harbour@example.net", NOW)
    buyer = shop.person("marcus@example.org")
    assert send(row).result == "unchanged"
    assert send(changed(row, buyer={"email": "marcus@example.org"})).result == "unchanged"
    assert send(changed(row, seller={"email": "Harbour@example.net"})).result == "unchanged"
    assert send(shop.row()).result == "created"
    assert send(changed(shop.row(), buyer={"email": "harbour@example.net"})).result == "refused"
    with work() as session:
        assert set(session.scalars(select(Purchase.buyer_id))) == {buyer.person_id}


def digest_of(work, row):
    with work() as session:
        return session.scalar(select(Purchase.said_digest).where(Purchase.external_id == row["external_id"]))


def test_a_purchase_of_an_older_version_which_noted_only_the_people_is_known_all_the_same(work, send, row):
    send(row)
    with work() as session:
        session.execute(update(Purchase).values(said_digest=func.substr(Purchase.said_digest, 1, 32) + "0" * 32))
    assert send(row).result == "unchanged"
    assert send(changed(row, price={"amount": "12.51"})).result == "refused"
    delivered = changed(row, delivered_at="2026-11-10T10:02:00Z")
    assert [send(delivered).result, send(delivered).result] == ["updated", "unchanged"]
    assert digest_of(work, row) == read_purchase(delivered).said_digest


def test_a_listing_that_reads_otherwise_is_told_of_each_time(work, send, row):
    send(row)
    other = changed(row, listing={"title": "Another"}, delivered_at="2026-11-10T10:02:00Z")
    renamed = changed(other, buyer={"name": "Someone Else"})
    assert [send(each).ignored for each in (other, other, renamed, renamed)] == [["listing.title"]] * 4
    assert send(changed(renamed, listing=row["listing"])).result == "unchanged"
    assert digest_of(work, row) == read_purchase(changed(renamed, listing=row["listing"])).said_digest


def test_a_purchase_that_comes_twice_in_one_batch_is_begun_once_and_renewed(work, send, row):
    delivered = changed(row, delivered_at="2026-11-10T10:02:00Z", buyer={"name": "Someone Else"})
    assert send(row, delivered).result == "updated"
    assert send(delivered).result == "unchanged"
    assert digest_of(work, row) == read_purchase(delivered).said_digest
    assert kinds(work).count("purchase.imported") == 1
    with work() as session:
        assert session.scalars(select(Purchase.delivered_at)).one() is not None
