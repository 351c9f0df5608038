"""Checking the numbers of unread messages that are kept with a purchase against its messages and read marks."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from arbitration.domain.sides import BUYER, SELLER
from arbitration.models import ReadMark
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding

MARKS = select(ReadMark.purchase_id, ReadMark.person_id, ReadMark.position)


class CountedUnread:
    """What each side of a purchase has not read (``services/sides.py``), counted as its messages go by."""

    def __init__(self, purchase: Row[Any] | None, marks: Iterable[Row[Any]]) -> None:
        self.purchase, self.numbers = purchase, {BUYER: 0, SELLER: 0}
        seen: dict[UUID, int] = {row.person_id: row.position for row in marks}
        self.sides: dict[str, tuple[UUID, int]] = {}
        if purchase is not None:
            people = {BUYER: purchase.buyer_id, SELLER: purchase.person_id}
            if people[SELLER] == people[BUYER]:  # who bought from himself reads as the buyer
                del people[SELLER]
            self.sides = {side: (person, seen.get(person, 0)) for side, person in people.items()}

    def passing(self, messages: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
        """The messages as they came, counted on the way."""
        for row in messages:
            if row.deleted_at is None and row.hidden_at is None:
                for side, (person, seen) in self.sides.items():
                    self.numbers[side] += row.position > seen and row.author_id != person
            yield row

    def check(self, where: str) -> Iterator[Finding]:
        """How the kept numbers differ from these, once all messages went by."""
        if self.purchase is None:
            return
        for side, counted in self.numbers.items():
            kept = getattr(self.purchase, f"{side}_unread")
            if kept != counted:
                yield Finding(where, None, findings.OTHER_UNREAD, {"side": side, "kept": kept, "counted": counted})
