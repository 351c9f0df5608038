"""Checking the arbiters' notes against their own chains, which lie apart from those of the purchases."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from arbitration.domain.docket import Link, instant, notes_chain, text_commitment
from arbitration.models import Dispute, DocketHead, Note
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding
from arbitration.services.verification.streams import paged

WRITTEN = "note.written"


class ToldNotes:
    """What the entries of a chain tell of notes."""

    def __init__(self) -> None:
        self.purchase_id: UUID | None = None
        self.told: dict[tuple[str, object], tuple[int, tuple[object, ...]]] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts = body["facts"]
        if link.kind != WRITTEN:
            return
        if self.purchase_id is None:
            self.purchase_id = _id(facts.get("purchase"))
        place = str(facts.get("dispute")), facts.get("number")
        self.told[place] = link.sequence, (body.get("by"), instant(link.at), facts.get("text"))

    def is_chain(self, chain_id: UUID) -> bool:
        """Whether the chain is one of notes: its entries name the purchase that its id is made of."""
        return self.purchase_id is not None and notes_chain(self.purchase_id) == chain_id

    def check(self, session: Session, where: str) -> Iterator[Finding]:
        """How the notes on the purchase differ from what the entries tell of them."""
        query = select(Note).join(Dispute, Dispute.id == Note.dispute_id).where(Dispute.purchase_id == self.purchase_id)
        seen = set()
        for note in session.scalars(query.order_by(Note.id)):
            place: tuple[str, object] = (str(note.dispute_id), note.number)
            seen.add(place)
            stands = str(note.author_id), instant(note.written_at), text_commitment(note.salt, note.text)
            sequence, said = self.told.get(place, (None, None))
            if said is None:
                yield Finding(where, None, findings.UNKNOWN_NOTE)
            elif said != stands:
                yield Finding(where, sequence, findings.OTHER_NOTE)
        for told, (sequence, _) in self.told.items():
            if told not in seen:
                yield Finding(where, sequence, findings.NO_NOTE)


def check_unchained(session: Session) -> Iterator[Finding]:
    """Which purchases have notes, but no chain that tells of them."""
    query = select(Dispute.purchase_id, Note.id).join(Note, Note.dispute_id == Dispute.id)
    batch: list[Row[Any]] = []
    for row in paged(session, query, (Dispute.purchase_id, Note.id), 200):
        batch.append(row)
        if len(batch) == 200:
            yield from _without_chain(session, batch)
            batch = []
    yield from _without_chain(session, batch)


def _without_chain(session: Session, rows: Iterable[Row[Any]]) -> Iterator[Finding]:
    chains = {notes_chain(row.purchase_id): row.purchase_id for row in rows}
    known = session.scalars(select(DocketHead.chain_id).where(DocketHead.chain_id.in_(chains)))
    for chain_id in sorted(set(chains) - set(known)):
        yield Finding(f"notes {chains[chain_id]}", None, findings.UNKNOWN_NOTE)


def _id(written: object) -> UUID | None:
    try:
        return UUID(str(written))
    except ValueError:
        return None
