"""Keeping the books: a sale, the hold on its takings while a dispute runs, the release, and the refund.

Each happens once, by its key, in the transaction of the act that causes it, and is told in the purchase's chain. The
purchase is locked by the caller.
"""

from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Executable, Select, Table, bindparam, case, func, select
from sqlalchemy.orm import Session

from arbitration.domain import ledger
from arbitration.domain.docket import Entry
from arbitration.domain.remedies import DONE
from arbitration.ids import new_id
from arbitration.models import Dispute, LedgerAccount, LedgerEntry, LedgerLine, Purchase, Remedy
from arbitration.services import docket, rows
from arbitration.services.inserting import dialect_of, insert_for


def hold(session: Session, dispute: Dispute, now: datetime) -> None:
    """Hold of the seller's takings what a dispute is about: the price, less what was paid back before."""
    purchase = session.get_one(Purchase, dispute.purchase_id)
    sale_key = f"sale:{purchase.id}"
    asked = {"purchase": purchase.id, "dispute": dispute.id, "sale": sale_key}
    stands = _read(session, _STANDS, asked).one()
    amount = max(purchase.amount - int(stands.paid_back or 0), 0) + int(stands.held or 0)
    if amount <= 0:
        return
    if not stands.sold:
        _book(session, purchase, ledger.SALE, sale_key, purchase.amount, now)
    key = f"hold:{dispute.id}:{dispute.times_reopened}"
    _book(session, purchase, ledger.HOLD, key, amount, now, dispute_id=dispute.id)


def release(session: Session, dispute: Dispute, now: datetime) -> None:
    """Let go what is still held for a dispute that has ended."""
    amount = held(session, dispute.id)
    if amount > 0:
        purchase = session.get_one(Purchase, dispute.purchase_id)
        key = f"release:{dispute.id}:{dispute.times_reopened}"
        _book(session, purchase, ledger.RELEASE, key, amount, now, dispute_id=dispute.id)


def pay_back(session: Session, remedy: Remedy, now: datetime) -> LedgerEntry:
    """Book a refund from what is held. A second booking of the same refund fails by its key."""
    assert remedy.dispute_id is not None
    dispute = session.get_one(Dispute, remedy.dispute_id)
    purchase = session.get_one(Purchase, remedy.purchase_id)
    if held(session, dispute.id) < (remedy.amount or 0):
        hold(session, dispute, now)
    key = f"refund:{remedy.id}"
    return _book(
        session, purchase, ledger.REFUND, key, remedy.amount or 0, now, dispute_id=dispute.id, remedy_id=remedy.id
    )


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


def _book(
    session: Session,
    purchase: Purchase,
    kind: str,
    key: str,
    amount: int,
    now: datetime,
    *,
    dispute_id: UUID | None = None,
    remedy_id: UUID | None = None,
) -> LedgerEntry:
    seller = purchase.seller_id
    entry = LedgerEntry(
        id=new_id(), key=key, kind=kind, at=now, purchase_id=purchase.id, dispute_id=dispute_id, remedy_id=remedy_id
    )
    rows.add(session, entry)
    lines, accounts = [], []
    for account, change in ledger.lines_of(kind, amount):
        code = ledger.code_of(purchase.currency, account, str(seller))
        lines.append((code, change))
        owner = None if account == ledger.CASH else seller
        accounts.append({"code": code, "kind": account, "currency": purchase.currency, "seller_id": owner})
    if lines:
        session.connection().execute(_ensure(dialect_of(session)), accounts)
        names = ("entry_id", "number", "account", "amount")
        kept = [dict(zip(names, (entry.id, number, *line), strict=True)) for number, line in enumerate(lines, 1)]
        rows.write(session, LedgerLine, *kept)
    docket.append(session, purchase.id, Entry("ledger.booked", now, None, told_of(entry, lines)))
    return entry


def told_of(entry: LedgerEntry, lines: list[tuple[str, int]]) -> dict[str, object]:
    """What the docket says of an entry of the books."""
    return {
        "entry": str(entry.id),
        "booking": entry.kind,
        "key": entry.key,
        "dispute": str(entry.dispute_id) if entry.dispute_id else None,
        "remedy": str(entry.remedy_id) if entry.remedy_id else None,
        "lines": [[code, change] for code, change in lines],
    }


@cache
def _ensure(dialect: str) -> Executable:
    row = insert_for(dialect, LedgerAccount).values(
        {name: bindparam(name) for name in ("code", "kind", "currency", "seller_id")}
    )
    return row.on_conflict_do_nothing(index_elements=[LedgerAccount.code])
