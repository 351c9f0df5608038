"""Keeping the books: a sale, the hold on its takings while a dispute runs, the release, and the refund.

Each happens once, by its key, in the transaction of the act that causes it, and is told in the purchase's chain. The
purchase is locked by the caller.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Select, Table, UpdateBase, bindparam, case, func, select
from sqlalchemy.orm import Session

from arbitration.domain import ledger
from arbitration.domain.docket import Entry
from arbitration.domain.remedies import DONE
from arbitration.ids import new_id
from arbitration.models import Dispute, LedgerAccount, LedgerEntry, LedgerLine, Purchase, Remedy
from arbitration.services import docket, rows
from arbitration.services.inserting import dialect_of, insert_for
from arbitration.services.sending import send


def hold(session: Session, dispute: Dispute, now: datetime) -> None:
    """Hold of the seller's takings what a dispute is about: the price, less what was paid back before."""
    purchase = session.get_one(Purchase, dispute.purchase_id)
    sale_key = f"sale:{purchase.id}"
    asked = {"purchase": purchase.id, "dispute": dispute.id, "sale": sale_key}
    stands = _read(session, _STANDS, asked).one()
    amount = max(purchase.amount - int(stands.paid_back or 0), 0) + int(stands.held or 0)
    if amount <= 0:
        return
    held = _Booking(ledger.HOLD, f"hold:{dispute.id}:{dispute.times_reopened}", amount, dispute.id)
    sale = [] if stands.sold else [_Booking(ledger.SALE, sale_key, purchase.amount)]
    _book(session, purchase, now, *sale, held)


def release(session: Session, dispute: Dispute, now: datetime) -> None:
    """Let go what is still held for a dispute that has ended."""
    amount = held(session, dispute.id)
    if amount > 0:
        purchase = session.get_one(Purchase, dispute.purchase_id)
        key = f"release:{dispute.id}:{dispute.times_reopened}"
        _book(session, purchase, now, _Booking(ledger.RELEASE, key, amount, dispute.id))


def pay_back(session: Session, remedy: Remedy, now: datetime) -> UUID:
    """Book a refund from what is held; gives its entry's id. A second booking of the same refund fails by its key."""
    assert remedy.dispute_id is not None
    dispute = session.get_one(Dispute, remedy.dispute_id)
    purchase = session.get_one(Purchase, remedy.purchase_id)
    if held(session, dispute.id) < (remedy.amount or 0):
        hold(session, dispute, now)
    paid = _Booking(ledger.REFUND, f"refund:{remedy.id}", remedy.amount or 0, dispute.id, remedy.id)
    return _book(session, purchase, now, paid)[-1]


_ENTRIES, _LINES = cast(Table, LedgerEntry.__table__), cast(Table, LedgerLine.__table__)
_REMEDIES = cast(Table, Remedy.__table__)
_HELD = (
    select(func.sum(_LINES.c.amount).label("held"))
    .select_from(_ENTRIES.join(_LINES, _LINES.c.entry_id == _ENTRIES.c.id))
    .where(_ENTRIES.c.dispute_id == bindparam("dispute"), _LINES.c.account.contains(f":{ledger.HELD}:"))
)
"""By the code of the account: asked by its kind, SQLite goes through all that is held."""
_DONE = case((_REMEDIES.c.state == DONE, _REMEDIES.c.amount))  # so as a condition, SQLite goes through all that is done
PAID_BACK = select(func.sum(_DONE).label("paid_back")).where(_REMEDIES.c.purchase_id == bindparam("purchase"))
_SOLD = select(_ENTRIES.c.id).where(_ENTRIES.c.key == bindparam("sale")).exists()
_STANDS = select(
    PAID_BACK.scalar_subquery().label("paid_back"), _HELD.scalar_subquery().label("held"), _SOLD.label("sold")
)
"""What stands in the books of a dispute; what is held is negative there."""


def _read(session: Session, query: Select[Any], asked: dict[str, Any]) -> CursorResult[Any]:
    session.flush()
    return session.connection().execute(query, asked)


def held(session: Session, dispute_id: UUID) -> int:
    """What is held for a dispute, in minor units."""
    return -int(_read(session, _HELD, {"dispute": dispute_id}).scalar() or 0)


def paid_back(session: Session, purchase_id: UUID) -> int:
    """What of the price of a purchase was paid back already, in minor units."""
    return int(_read(session, PAID_BACK, {"purchase": purchase_id}).scalar() or 0)


@dataclass(frozen=True, slots=True)
class _Booking:
    """What is to be booked once, by its key: an amount in minor units, and what it is for."""

    kind: str
    key: str
    amount: int
    dispute_id: UUID | None = None
    remedy_id: UUID | None = None


def _book(session: Session, purchase: Purchase, now: datetime, *bookings: _Booking) -> list[UUID]:
    """Book money of a purchase, in this order; gives the ids of the entries."""
    entries, lines, told = [], [], []
    accounts: dict[str, dict[str, Any]] = {}
    for booking in bookings:
        entry = _entry(booking, purchase, now)
        changes = [(_account(purchase, kind), change) for kind, change in ledger.lines_of(booking.kind, booking.amount)]
        accounts |= {account["code"]: account for account, _ in changes}
        for number, (account, change) in enumerate(changes, 1):
            lines.append({"entry_id": entry["id"], "number": number, "account": account["code"], "amount": change})
        entries.append(entry)
        told.append(Entry("ledger.booked", now, None, _told(entry, changes)))
    rows.write(session, LedgerEntry, *entries)
    if lines:
        send(session.connection(), _ensure(dialect_of(session)), *accounts.values())
        rows.write(session, LedgerLine, *lines)
    docket.append(session, purchase.id, *told)
    return [entry["id"] for entry in entries]


def _entry(booking: _Booking, purchase: Purchase, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "key": booking.key,
        "kind": booking.kind,
        "at": now,
        "purchase_id": purchase.id,
        "dispute_id": booking.dispute_id,
        "remedy_id": booking.remedy_id,
    }


def _account(purchase: Purchase, kind: str) -> dict[str, Any]:
    code = ledger.code_of(purchase.currency, kind, str(purchase.seller_id))
    owner = None if kind == ledger.CASH else purchase.seller_id
    return {"code": code, "kind": kind, "currency": purchase.currency, "seller_id": owner}


def _told(entry: Mapping[str, Any], changes: Iterable[tuple[Mapping[str, Any], int]]) -> dict[str, object]:
    """What the docket says of an entry of the books."""
    return {
        "entry": str(entry["id"]),
        "booking": entry["kind"],
        "key": entry["key"],
        "dispute": str(entry["dispute_id"]) if entry["dispute_id"] else None,
        "remedy": str(entry["remedy_id"]) if entry["remedy_id"] else None,
        "lines": [[account["code"], change] for account, change in changes],
    }


@cache
def _ensure(dialect: str) -> UpdateBase:
    row = insert_for(dialect, LedgerAccount).values(
        {name: bindparam(name) for name in ("code", "kind", "currency", "seller_id")}
    )
    return row.on_conflict_do_nothing(index_elements=[LedgerAccount.code])
