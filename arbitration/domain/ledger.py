"""Double entry: what each movement of money does to the accounts. Lines of an entry always sum to zero.

A line above zero is a debit, one below a credit. ``cash`` is what the marketplace has in hand, ``takings`` what it owes
a seller for their sales, ``held`` the part of that which waits for the end of a dispute.
"""

from collections.abc import Mapping

CASH, TAKINGS, HELD = "cash", "takings", "held"
SALE, HOLD, RELEASE, REFUND = "sale", "hold", "release", "refund"
KINDS = (SALE, HOLD, RELEASE, REFUND)
_MOVES: Mapping[str, tuple[str, str]] = {
    SALE: (CASH, TAKINGS),
    HOLD: (TAKINGS, HELD),
    RELEASE: (HELD, TAKINGS),
    REFUND: (HELD, CASH),
}
"""The account that is debited and the one that is credited."""


def lines_of(kind: str, amount: int) -> list[tuple[str, int]]:
    """The lines by which an amount (minor units, not negative) moves: kind of account and change; none for nothing."""
    if amount < 0:
        raise ValueError("money moves one way: use the opposite movement")
    debited, credited = _MOVES[kind]
    return [(debited, amount), (credited, -amount)] if amount else []


def code_of(currency: str, kind: str, seller: str | None) -> str:
    """The code of an account: cash is the marketplace's, takings and what is held of them a seller's."""
    return f"{currency}:{kind}" if kind == CASH else f"{currency}:{kind}:{seller}"
