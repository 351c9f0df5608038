"""Bare views that write: a message, and the opening of a dispute; durably, and each in one transaction."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import redirect, request
from sqlalchemy import func, select

from arbitration.db import db, unit_of_work
from arbitration.models import (
    DeadlineRow,
    Dispute,
    DocketEntry,
    DocketHead,
    Intent,
    LedgerEntry,
    LedgerLine,
    ListingReading,
    Message,
    MessageVersion,
    Person,
    Purchase,
    ReadMark,
    RequestedRemedy,
)
from benchmarks.bare_loading import purchase_of, signed_in


def _post(person: Person, purchase: Purchase, kind: str, words: str, now: datetime) -> Message:
    """The rows of a message: it, its text, its docket entry, the read mark and a mail."""
    purchase.last_position += 1
    purchase.last_message_at = purchase.active_at = now
    message = Message(
        id=uuid4(),
        purchase_id=purchase.id,
        position=purchase.last_position,
        kind=kind,
        author_id=person.id,
        author_role="buyer",
        posted_at=now,
        reports_problem=False,
        versions=1,
    )
    db.session.add(message)
    db.session.flush()
    db.session.add(
        MessageVersion(
            message_id=message.id,
            number=1,
            text=words,
            salt=secrets.token_bytes(16),
            written_at=now,
            search_text=words.casefold(),
        )
    )
    _append(purchase.id, "message.posted", words, now)
    mark = db.session.get(ReadMark, (purchase.id, person.id))
    if mark is None:
        mark = ReadMark(purchase_id=purchase.id, person_id=person.id)
        db.session.add(mark)
    mark.position, mark.read_at = message.position, now
    id_ = uuid4()
    db.session.add(
        Intent(
            id=id_,
            kind="new_message",
            person_id=purchase.seller.person_id,
            payload={"purchase": purchase.external_id, "position": message.position},
            message_id=str(id_),
            created_at=now,
            due_at=now + timedelta(minutes=1),
            state="sent",
        )
    )
    return message


def _append(chain: UUID, kind: str, body: str, now: datetime) -> None:
    head = db.session.get(DocketHead, chain)
    assert head is not None
    head.length += 1
    head.hash = secrets.token_hex(32)
    db.session.add(DocketEntry(chain_id=chain, sequence=head.length, at=now, kind=kind, body=body, hash=head.hash))


def post(name: str) -> Any:
    now = datetime.now(UTC)
    with unit_of_work():
        person = signed_in()
        purchase = purchase_of(name, person)
        db.session.scalar(select(Dispute).where(Dispute.purchase_id == purchase.id, Dispute.stage != "closed"))
        _post(person, purchase, "message", request.form["text"], now)
    return redirect(f"/purchases/{name}")


def open_dispute(name: str) -> Any:
    now = datetime.now(UTC)
    with unit_of_work():
        person = signed_in()
        purchase = purchase_of(name, person)
        dispute = _dispute(purchase, now)
        _post(person, purchase, "opening", request.form["statement"], now)
        db.session.add(_deadline(dispute, now))
        _book(purchase, dispute, now)
    return redirect(f"/purchases/{name}")


def _dispute(purchase: Purchase, now: datetime) -> Dispute:
    count = db.session.scalar(select(func.count()).select_from(Dispute).where(Dispute.purchase_id == purchase.id))
    db.session.get(ListingReading, purchase.listing_id)
    dispute = Dispute(
        id=uuid4(),
        purchase_id=purchase.id,
        buyer_id=purchase.buyer_id,
        seller_id=purchase.seller_id,
        number=(count or 0) + 1,
        stage="closed",
        outcome="settled",
        stage_since=now,
        reason=request.form["reason"],
        requested=request.form["requested"],
        opened_at=now,
        position=purchase.last_position + 1,
    )
    db.session.add(dispute)
    db.session.flush()
    db.session.add(RequestedRemedy(dispute_id=dispute.id, number=1, requested="refund", at=now))
    return dispute


def _deadline(dispute: Dispute, now: datetime) -> DeadlineRow:
    return DeadlineRow(
        id=uuid4(),
        dispute_id=dispute.id,
        purchase_id=dispute.purchase_id,
        buyer_id=dispute.buyer_id,
        seller_id=dispute.seller_id,
        kind="seller_answer",
        owed_by="seller",
        base_event="opened",
        base_at=now,
        first_due_at=now,
        due_at=now,
        consequence="escalated",
        steps=[],
        passed=[],
        next_at=now,
        state="met",
    )


def _book(purchase: Purchase, dispute: Dispute, now: datetime) -> None:
    for kind in ("sale", "hold"):
        entry = LedgerEntry(id=uuid4(), key=f"{kind}:{dispute.id}", kind=kind, at=now, purchase_id=purchase.id)
        db.session.add(entry)
        db.session.flush()
        for number in (1, 2):
            sign = 1 if number == 1 else -1
            line = LedgerLine(entry_id=entry.id, number=number, account="bare", amount=sign * purchase.amount)
            db.session.add(line)
        _append(purchase.id, "ledger.booked", kind, now)
