"""Checking the books of a purchase against what its chain says of them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, select

from arbitration.domain.docket import Link, instant
from arbitration.models import LedgerEntry, LedgerLine
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding

BOOKINGS = select(
    LedgerEntry.purchase_id,
    LedgerEntry.id,
    LedgerEntry.key,
    LedgerEntry.kind,
    LedgerEntry.at,
    LedgerEntry.dispute_id,
    LedgerEntry.remedy_id,
)
LINES = select(
    LedgerEntry.purchase_id, LedgerLine.entry_id, LedgerLine.number, LedgerLine.account, LedgerLine.amount
).join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)


class ToldBooks:
    """What the entries of a chain tell of the books."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[int, dict[str, Any]]] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        if link.kind == "ledger.booked":
            self.told[str(body["facts"].get("entry"))] = link.sequence, body["facts"] | {"at": instant(link.at)}

    def check(self, bookings: Iterator[Row[Any]], lines: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the books differ from what the entries tell of them."""
        of_entries: dict[str, list[list[object]]] = {}
        for line in lines:
            of_entries.setdefault(str(line.entry_id), []).append([line.account, line.amount])
        seen = set()
        for row in bookings:
            seen.add(str(row.id))
            sequence, facts = self.told.get(str(row.id), (None, {}))
            if sequence is None:
                yield Finding(where, None, findings.UNKNOWN_BOOKING, {"key": row.key})
            elif facts != _stands(row, of_entries.get(str(row.id), [])):
                yield Finding(where, sequence, findings.OTHER_BOOKING, {"key": row.key})
        for id_, (sequence, facts) in self.told.items():
            if id_ not in seen:
                yield Finding(where, sequence, findings.NO_BOOKING, {"key": facts.get("key")})


def _stands(row: Row[Any], lines: list[list[object]]) -> dict[str, object]:
    return {
        "entry": str(row.id),
        "booking": row.kind,
        "key": row.key,
        "dispute": str(row.dispute_id) if row.dispute_id else None,
        "remedy": str(row.remedy_id) if row.remedy_id else None,
        "lines": lines,
        "at": instant(row.at),
    }
