"""Checking a purchase and its messages against what its chain says of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from arbitration.domain.docket import Link, instant, text_commitment
from arbitration.domain.events import EVENTS, KIND_OF_ENTRY, MESSAGE
from arbitration.domain.sides import BUYER, SELLER
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding

IMPORTED = "purchase.imported"
POSTED = "message.posted"


@dataclass(slots=True)
class ToldVersion:
    """A text of a message, as an entry tells of it."""

    sequence: int
    at: str
    commitment: object


@dataclass(slots=True)
class ToldMessage:
    """A message, as entries tell of it."""

    sequence: int
    at: str
    author: object
    reports_problem: object
    versions: dict[int, ToldVersion]
    kind: str | None = MESSAGE
    role: object = None
    asks: object = False
    deleted: int | None = None
    deleted_at: str | None = None
    hidden_at: str | None = None

    @property
    def edited_at(self) -> str | None:
        """When the text that stands now was written, if it is not the first."""
        last = max(self.versions)
        return self.versions[last].at if last > 1 else None


class ToldPurchase:
    """What the entries of a chain tell of a purchase."""

    def __init__(self) -> None:
        self.first: Link | None = None
        self.facts: dict[str, Any] = {}
        self.delivered: tuple[int, object] | None = None
        self.messages: dict[int, ToldMessage] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts = body["facts"]
        if self.first is None:
            self.first = link
            self.facts = facts if link.kind == IMPORTED else {}
            self.delivered = link.sequence, self.facts.get("delivered_at")
        elif link.kind == "purchase.delivered":
            self.delivered = link.sequence, facts.get("delivered_at")
        elif isinstance(position := facts.get("position"), int):
            if link.kind == POSTED or link.kind in KIND_OF_ENTRY:
                self._learn_of_message(link, position, body.get("by"), facts)
            elif message := self.messages.get(position):
                self._learn_of_change(link, message, facts)

    def _learn_of_message(self, link: Link, position: int, by: object, facts: dict[str, Any]) -> None:
        version = ToldVersion(link.sequence, instant(link.at), facts.get("text"))
        self.messages[position] = ToldMessage(
            link.sequence,
            version.at,
            by,
            facts.get("reports_problem", False),
            {1: version},
            KIND_OF_ENTRY.get(link.kind, MESSAGE),
            facts.get("role"),
            facts.get("asks", False),
        )
        hidden = facts.get("message")
        if link.kind == EVENTS["hiding"] and isinstance(hidden, int) and hidden in self.messages:
            self.messages[hidden].hidden_at = instant(link.at)

    def _learn_of_change(self, link: Link, message: ToldMessage, facts: dict[str, Any]) -> None:
        if link.kind == "message.edited" and isinstance(number := facts.get("version"), int):
            message.versions[number] = ToldVersion(link.sequence, instant(link.at), facts.get("text"))
        elif link.kind == "message.deleted":
            message.deleted, message.deleted_at = link.sequence, instant(link.at)

    def check(self, purchase: Row[Any], where: str) -> Iterator[Finding]:
        """How the purchase differs from its first entry."""
        if self.first is None:
            yield Finding(where, None, findings.NO_CHAIN)
            return
        if self.first.kind != IMPORTED:
            yield Finding(where, self.first.sequence, findings.NOT_IMPORTED)
            return
        for name, value in _values(purchase).items():
            if self.facts.get(name) != value:
                yield _other(where, self.first.sequence, name)
        if instant(self.first.at) != instant(purchase.imported_at):
            yield _other(where, self.first.sequence, "imported_at")
        since, delivered = self.delivered or (self.first.sequence, None)
        if delivered != _moment(purchase.delivered_at):
            yield _other(where, since, "delivered_at")
        if purchase.last_position != len(self.messages):
            yield _other(where, self.first.sequence, "number of messages")

    def check_messages(self, messages: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the messages differ from what the entries tell of them."""
        seen = set()
        for row in messages:
            seen.add(row.position)
            told = self.messages.get(row.position)
            if told is None:
                yield Finding(where, None, findings.UNKNOWN_MESSAGE, {"position": row.position})
                continue
            yield from _check_message(told, row, where, told.role or self._side_of(told.author))
        for position, told in self.messages.items():
            if position not in seen:
                yield Finding(where, told.sequence, findings.NO_MESSAGE, {"position": position})

    def _side_of(self, author: object) -> str:
        return BUYER if author == self.facts.get("buyer") else SELLER

    def check_texts(self, versions: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the texts of the messages differ from what the entries tell of them."""
        seen = set()
        for row in versions:
            seen.add((row.position, row.number))
            told = self.messages[row.position].versions.get(row.number) if row.position in self.messages else None
            values = {"position": row.position, "version": row.number}
            if told is None:
                yield Finding(where, None, findings.UNKNOWN_TEXT, values)
            elif told.commitment != text_commitment(row.salt, row.text) or told.at != instant(row.written_at):
                yield Finding(where, told.sequence, findings.OTHER_TEXT, values)
        for position, message in self.messages.items():
            for number, version in message.versions.items():
                if (position, number) not in seen:
                    values = {"position": position, "version": number}
                    yield Finding(where, version.sequence, findings.NO_TEXT, values)


def _check_message(told: ToldMessage, row: Row[Any], where: str, side: object) -> Iterator[Finding]:
    pairs = {
        "kind": (told.kind, row.kind),
        "author": (told.author, str(row.author_id) if row.author_id else None),
        "author's side": (side, row.author_role),
        "time": (told.at, instant(row.posted_at)),
        "mark as a report": (told.reports_problem, row.reports_problem),
        "mark as a question": (told.asks, row.asks),
        "number of versions": (len(told.versions), row.versions),
        "last change": (told.edited_at, _moment(row.edited_at)),
        "deletion": (told.deleted_at, _moment(row.deleted_at)),
        "hiding": (told.hidden_at, _moment(row.hidden_at)),
    }
    for name, (said, stands) in pairs.items():
        if said != stands:
            values = {"field": name, "position": row.position}
            yield Finding(where, told.deleted or told.sequence, findings.OTHER_MESSAGE, values)


def _values(purchase: Row[Any]) -> dict[str, object]:
    """What the first entry must say of a purchase."""
    return {
        "external_id": purchase.external_id,
        "batch": str(purchase.batch_id),
        "buyer": str(purchase.buyer_id),
        "seller": str(purchase.seller_id),
        "seller_person": str(purchase.person_id),
        "listing": purchase.digest,
        "amount": purchase.amount,
        "currency": purchase.currency,
        "quantity": purchase.quantity,
        "payment_started_at": _moment(purchase.payment_started_at),
        "paid_at": _moment(purchase.paid_at),
        "policy": {"id": purchase.policy_name, "version": purchase.version, "sha256": purchase.sha256},
    }


def _moment(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None


def _other(where: str, sequence: int, name: str) -> Finding:
    return Finding(where, sequence, findings.OTHER_VALUE, {"field": name})
