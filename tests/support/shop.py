"""A made-up shop: purchases, buyers and sellers for tests, imported as a marketplace would."""

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.models import Person
from arbitration.services import imports
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]

BUYER = "marcus@example.com"
SELLER = "shop@example.net"

ROW: dict[str, Any] = {
    "external_id": "AAAAAAAAAAAAAAAA",
    "listing": {
        "external_id": "100",
        "title": "Snow Harbour, key for Playgate",
        "description": "A key for Playgate, worldwide.\nWarranty: 30 days from delivery.",
        "language": "en",
        "kind": "key",
        "terms": {"warranty": {"kind": "period", "duration": "P30D", "starts": "delivery"}},
    },
    "seller": {
        "external_id": "7",
        "name": "Harbour Keys",
        "email": SELLER,
        "language": "en",
        "time_zone": "Europe/London",
        "working_hours": None,
    },
    "buyer": {"email": BUYER, "name": "Marcus Lowe", "language": "en"},
    "price": {"amount": "12.50", "currency": "USD"},
    "payment_started_at": "2026-11-10T10:00:00Z",
    "paid_at": "2026-11-10T10:01:00Z",
    "delivered_at": "2026-11-10T10:02:00Z",
    "quantity": 1,
}

OPERATOR = Actor(None, Role.OPERATOR)


class Shop:
    """Imports purchases and knows their people."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._numbers = itertools.count(1)

    def row(self, **changes: Any) -> dict[str, Any]:
        """A purchase as a marketplace states it; ``changes`` replace fields, and parts of objects."""
        row = deepcopy(ROW)
        row["external_id"] = f"PURCHASE{next(self._numbers):08d}"
        for name, value in changes.items():
            row[name] = row[name] | value if isinstance(value, dict) and isinstance(row[name], dict) else value
        return row

    def purchase(self, **changes: Any) -> str:
        """Imports a purchase; gives its external id."""
        row = self.row(**changes)
        with self._work() as session:
            results = imports.take_in(session, OPERATOR, [row], NOW)
        assert [result.result for result in results] == ["created"], results
        return str(row["external_id"])

    def person(self, email: str) -> Actor:
        """The person behind an address, as a party."""
        with self._work() as session:
            return Actor(session.scalars(select(Person.id).where(Person.email == email)).one())

    @property
    def buyer(self) -> Actor:
        """The buyer of a purchase that was imported without another one."""
        return self.person(BUYER)

    @property
    def seller(self) -> Actor:
        """The seller likewise."""
        return self.person(SELLER)
