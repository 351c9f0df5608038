"""Who may do what."""

from uuid import UUID

import pytest

from arbitration.domain.actors import NOBODY, Actor, AuthoredMessage, OwnAffairs, PurchaseParties, Role
from arbitration.domain.permissions import PERMISSIONS, may

BUYER, SELLER, STRANGER = UUID(int=1), UUID(int=2), UUID(int=3)
PARTIES = PurchaseParties(BUYER, SELLER)
OPERATOR = Actor(UUID(int=9), Role.OPERATOR)
OF_A_PURCHASE = ("getPurchase", "assessPurchase", "listMessages", "postMessage", "reportProblem")


@pytest.mark.parametrize("action", [name for name, allowed in PERMISSIONS.items() if "anyone" not in allowed])
def test_nobody_gets_in_without_signing_in(action: str) -> None:
    assert not may(NOBODY, action, PARTIES)


@pytest.mark.parametrize("action", OF_A_PURCHASE)
@pytest.mark.parametrize("role", [Role.PARTY, Role.ARBITER, Role.GATEWAY])
def test_a_stranger_may_do_nothing_to_a_purchase(action: str, role: Role) -> None:
    assert not may(Actor(STRANGER, role), action, PARTIES)


def test_both_sides_read_and_write_but_only_the_buyer_reports_a_problem() -> None:
    assert [may(Actor(BUYER), action, PARTIES) for action in OF_A_PURCHASE] == [True] * 5
    assert [may(Actor(SELLER), action, PARTIES) for action in OF_A_PURCHASE] == [True] * 4 + [False]


def test_an_operator_sees_the_purchase_but_not_what_was_written() -> None:
    assert [may(OPERATOR, action, PARTIES) for action in OF_A_PURCHASE] == [True, True, False, False, False]


@pytest.mark.parametrize("action", ["editMessage", "deleteMessage"])
def test_only_its_author_changes_a_message(action: str) -> None:
    message = AuthoredMessage(PARTIES, BUYER)
    assert may(Actor(BUYER), action, message)
    assert not may(Actor(SELLER), action, message)
    assert not may(OPERATOR, action, message)
    assert not may(Actor(STRANGER), action, AuthoredMessage(PARTIES, STRANGER))


def test_a_token_of_another_role_gives_no_part_in_ones_own_purchases() -> None:
    assert not may(Actor(BUYER, Role.GATEWAY), "getPurchase", PARTIES)


def test_settings_are_ones_own() -> None:
    assert may(Actor(BUYER), "changeSettings", OwnAffairs(BUYER))
    assert not may(Actor(SELLER), "changeSettings", OwnAffairs(BUYER))


def test_what_has_no_line_nobody_may_do() -> None:
    assert not may(OPERATOR, "somethingNew", PARTIES)
