"""The rows of a database that is being filled, kept until enough of them wait for a bulk insert; and valid dockets."""

from collections import defaultdict
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Table, insert

from arbitration.domain import docket
from arbitration.domain.docket import Entry
from arbitration.models import (
    BrowserSession,
    DeadlineRow,
    Dispute,
    DocketEntry,
    DocketHead,
    LedgerAccount,
    Listing,
    ListingReading,
    Message,
    MessageVersion,
    Person,
    Purchase,
    ReadMark,
    RequestedRemedy,
    Seller,
    StaffAccount,
)

ORDER = (
    LedgerAccount,
    Person,
    Seller,
    StaffAccount,
    BrowserSession,
    Listing,
    ListingReading,
    Purchase,
    Message,
    MessageVersion,
    ReadMark,
    Dispute,
    RequestedRemedy,
    DeadlineRow,
    DocketEntry,
    DocketHead,
)
LINK = ("chain_id", "sequence", "at", "kind", "body", "hash")


class Rows:
    """Rows by model. ``flush`` inserts them, each table after those that it refers to, and commits."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.waiting: dict[type, list[dict[str, Any]]] = defaultdict(list)

    def add(self, model: type, **values: Any) -> None:
        self.waiting[model].append(values)

    def add_chain(self, chain: "Chain") -> None:
        self.waiting[DocketEntry] += chain.entries
        self.waiting[DocketHead].append(chain.head())

    def flush(self) -> None:
        for model in ORDER:
            if rows := self.waiting.pop(model, []):
                self.connection.execute(insert(cast(Table, model.__table__)), rows)
        assert not self.waiting, list(self.waiting)
        self.connection.commit()


class Chain:
    """The docket of a purchase as it grows."""

    def __init__(self, key: str, id_: UUID) -> None:
        self.key, self.id, self.hash = key, id_, docket.GENESIS
        self.entries: list[dict[str, Any]] = []

    def append(self, entry: Entry) -> None:
        link = docket.join(self.id, len(self.entries), self.hash, entry)
        self.hash = link.hash
        self.entries.append({name: getattr(link, name) for name in LINK})

    def head(self) -> dict[str, Any]:
        length = len(self.entries)
        sealed = docket.seal(self.key, self.id, length, self.hash)
        return {"chain_id": self.id, "length": length, "hash": self.hash, "seal": sealed}
