"""Somebody asks to be forgotten: who they are goes, and what happened stays, under no name."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.cli import main
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.db import Model
from arbitration.domain.actors import Actor, Role
from arbitration.domain.forgetting import neutral_address
from arbitration.domain.refusals import ConflictError, NotFoundError, RefusalError
from arbitration.models import BrowserSession, DocketEntry, Message, Person, Purchase, StaffAccount, Token
from arbitration.services import forgetting, imports, messages, people, sign_in, tokens
from arbitration.services.disputes.talks import withdraw
from arbitration.services.staff.accounts import remove
from arbitration.services.verification import verify
from tests.disputes.hearing import Hearing, at
from tests.moments import NOW
from tests.support.shop import BUYER, OPERATOR, SELLER, Shop
from tests.support.staff import ARBITER, with_account

Work = Callable[[], AbstractContextManager[Session]]
SignedIn = Callable[[str], FlaskClient]
LATER = NOW + timedelta(days=3)
NAMED_BY = ("marcus", "lowe")


def forget(work: Work, address: str = BUYER) -> bool:
    with work() as session:
        return forgetting.forget(session, OPERATOR, address, LATER)


def all_that_is_stored(session: Session) -> Iterator[str]:
    """Every row of every table, as text."""
    for table in Model.metadata.sorted_tables:
        for row in session.execute(select(table)):
            yield f"{table.name}: {' '.join(str(value) for value in row)}"


def differences(work: Work) -> list[object]:
    with work() as session:
        return list(verify(session, session.info["seal_key"]))


def test_nothing_in_the_database_tells_who_they_were_and_the_record_is_whole(
    shop: Shop, work: Work, signed_in: SignedIn
) -> None:
    purchase = shop.purchase()
    signed_in(BUYER)
    buyer = shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "It does not work.", NOW)
        people.move(session, OPERATOR, BUYER, "marcus.lowe@example.org", NOW)
        sign_in.ask(session, "marcus.lowe@example.org", NOW)
        sign_in.issue_link(session, "marcus.lowe@example.org", NOW)
    with work() as session:
        assert any("marcus" in row.casefold() for row in all_that_is_stored(session))
    assert forget(work, "Marcus.Lowe@example.org")
    with work() as session:
        told = [row for row in all_that_is_stored(session) if any(name in row.casefold() for name in NAMED_BY)]
        said = session.scalar(select(func.count()).select_from(Message))
    assert (told, said) == ([], 1)
    assert differences(work) == []


def test_nobody_signs_in_as_them_any_more(shop: Shop, work: Work, signed_in: SignedIn) -> None:
    shop.purchase()
    client, person = signed_in(BUYER), shop.buyer.person_id
    assert person is not None
    with work() as session:
        link = sign_in.issue_link(session, BUYER, now())
        tokens.new_token(session, "buyer", BUYER, NOW)
    assert link is not None
    forget(work)
    assert client.get("/purchases").status_code == 303
    with work() as session:
        assert sign_in.look(session, link[0], now()) is None
        assert sign_in.issue_link(session, BUYER, now()) is None
        assert sign_in.issue_link(session, neutral_address(person), now()) is None
        assert session.scalars(select(Token.revoked_at)).all() == [LATER]
        assert session.scalars(select(BrowserSession)).all() == []


def test_the_other_side_reads_on_without_their_name(shop: Shop, work: Work, signed_in: SignedIn) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "It does not work.", NOW)
    seller = signed_in(SELLER)
    assert "Marcus Lowe" in seller.get(f"/purchases/{purchase}").text
    forget(work)
    page = seller.get(f"/purchases/{purchase}").text
    assert "It does not work." in page
    assert "The buyer" in page
    for word in ("Marcus", "example.com", "forgotten"):
        assert word not in page
    assert seller.get("/purchases?role=seller&q=marcus").text.count(purchase) == 0


def test_what_the_marketplace_tells_again_brings_nobody_back(shop: Shop, work: Work) -> None:
    """Full exports come every night; they name forgotten people as before."""
    row = shop.row()
    other = shop.row()
    before = {"delivered_at": None}
    for told in (row | before, other):
        with work() as session:
            assert [each.result for each in imports.take_in(session, OPERATOR, [told], NOW)] == ["created"]
    forget(work)
    again = [row | {"buyer": row["buyer"] | {"name": "Marcus B. Lowe", "language": "fr"}}, other]
    for expected in (["updated", "unchanged"], ["unchanged", "unchanged"]):
        with work() as session:
            results = imports.take_in(session, OPERATOR, again, LATER)
            assert ([each.result for each in results], results[0].errors) == (expected, ())
        with work() as session:
            assert not [it for it in all_that_is_stored(session) if any(name in it.casefold() for name in NAMED_BY)]
    assert differences(work) == []


def test_who_buys_again_is_somebody_new(shop: Shop, work: Work, signed_in: SignedIn) -> None:
    old = shop.purchase()
    forget(work)
    new = shop.purchase()
    client = signed_in(BUYER)
    assert client.get(f"/purchases/{new}").status_code == 200
    assert client.get(f"/purchases/{old}").status_code == 404


def test_a_shop_keeps_its_name_and_gets_no_new_purchases(shop: Shop, work: Work, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    forget(work, SELLER)
    with work() as session:
        assert not [row for row in all_that_is_stored(session) if SELLER in row]
        again, new = shop.row(), shop.row()
        again["external_id"] = purchase
        again["seller"] = again["seller"] | {"name": "Harbour Keys Ltd", "language": "pl"}
        results = imports.take_in(session, OPERATOR, [again, new], LATER)
        assert [each.result for each in results] == ["updated", "refused"]
        assert [fault.path for fault in results[1].errors] == ["seller.external_id"]
    with work() as session:
        assert not [row for row in all_that_is_stored(session) if SELLER in row]
        assert session.scalars(select(Person.stated_language).where(Person.email.endswith("invalid"))).all() == [None]
    assert "Harbour Keys Ltd" in signed_in(BUYER).get(f"/purchases/{purchase}").text
    assert differences(work) == []


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_while_a_dispute_is_open_its_people_are_not_forgotten(work: Work, shop: Shop, side: str) -> None:
    hearing = Hearing.opened(work, shop)
    address = hearing.address_of(getattr(hearing, side))
    with pytest.raises(ConflictError, match="not closed"):
        forget(work, address)
    with work() as session:
        assert session.scalars(select(Purchase.buyer_address)).all() == [BUYER]
    hearing.do(withdraw, hearing.buyer, "", at(1))
    assert forget(work, address)
    assert differences(work) == []


def test_who_works_here_or_has_stays_named_in_what_they_decided(work: Work) -> None:
    with_account(work, NOW)
    with pytest.raises(ConflictError, match="works here, or has"):
        forget(work, ARBITER)
    with work() as session:
        remove(session, OPERATOR, ARBITER, NOW)
    with pytest.raises(ConflictError, match="works here, or has"):
        forget(work, ARBITER)


def test_it_is_done_once_for_all_and_on_record(shop: Shop, work: Work) -> None:
    shop.purchase()
    person = shop.buyer.person_id
    assert person is not None
    assert forget(work)
    assert not forget(work, neutral_address(person))
    with pytest.raises(NotFoundError):
        forget(work)
    with work() as session:
        kinds = session.scalars(select(DocketEntry.kind).where(DocketEntry.kind == "person.forgotten")).all()
    assert kinds == ["person.forgotten"]
    for act in (
        lambda session: people.restore(session, OPERATOR, neutral_address(person), LATER),
        lambda session: people.move(session, OPERATOR, neutral_address(person), BUYER, LATER),
    ):
        with pytest.raises(ConflictError, match="can't be undone"), work() as session:
            act(session)


def test_only_operators_forget_people(shop: Shop, work: Work) -> None:
    shop.purchase()
    for actor in (shop.seller, Actor(shop.buyer.person_id, Role.ARBITER)):
        with pytest.raises(RefusalError), work() as session:
            forgetting.forget(session, actor, BUYER, NOW)
        with pytest.raises(RefusalError), work() as session:
            forgetting.look(session, actor, BUYER)


@pytest.fixture
def run(settings: Settings, shop: Shop) -> Callable[..., Result]:
    shop.purchase()
    environment = {
        "ARBITRATION_INSTANCE": str(settings.instance),
        "ARBITRATION_DATABASE_URL": settings.database_url,
        "ARBITRATION_SECRET_KEY": settings.secret_key,
    }
    return lambda *arguments, typed="": CliRunner().invoke(main, arguments, env=environment, input=typed)


def test_the_command_says_what_goes_and_what_stays_and_asks(run: Callable[..., Result], shop: Shop) -> None:
    person = shop.buyer.person_id
    assert person is not None
    asked = run("user", "forget", BUYER, typed="n\n")
    assert asked.exit_code == 1
    for words in ("Marcus Lowe", BUYER, "1 purchase(s) bought and 0 sold", "backups"):
        assert words in asked.output
    assert run("user", "show", BUYER).exit_code == 0
    assert run("user", "forget", BUYER).exit_code == 1, "nobody answered"
    assert "Harbour Keys" in run("user", "forget", SELLER, typed="n\n").output
    done = run("user", "forget", BUYER, typed="y\n")
    assert (done.exit_code, neutral_address(person) in done.output) == (0, True)
    again = run("user", "forget", "--yes", neutral_address(person))
    assert (again.exit_code, "forgotten before" in again.output) == (0, True)
    assert "Nobody is known" in run("user", "forget", "--yes", BUYER).output
    assert "(forgotten)" in run("user", "list").output
    assert run("user", "forget", "--yes", SELLER).exit_code == 0


def test_the_address_that_stands_for_somebody_forgotten_gets_no_role_and_no_token(
    run: Callable[..., Result], shop: Shop, work: Work
) -> None:
    person = shop.buyer.person_id
    assert person is not None
    run("user", "forget", "--yes", BUYER)
    nobody = neutral_address(person)
    for command in (
        ("user", "add", "--role", "arbiter", nobody),
        ("init", "--operator", nobody.upper()),
        ("token", "new", "--role", "buyer", "--email", nobody),
    ):
        refused = run(*command)
        assert (refused.exit_code, "asked to be forgotten, and was" in refused.output) == (1, True), command
    with work() as session:
        assert (session.scalars(select(Token)).all(), session.scalars(select(StaffAccount)).all()) == ([], [])
