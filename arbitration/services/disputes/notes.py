"""What arbiters write for arbiters alone: a table and a chain of its own, and nothing of it anywhere else."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.actors import Actor
from arbitration.domain.docket import Entry, notes_chain, text_commitment
from arbitration.domain.messages import text_of
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.ids import new_id
from arbitration.models import Note
from arbitration.services import docket, gathering
from arbitration.services.disputes.finding import Case, find_dispute


def post(session: Session, actor: Actor, dispute_id: UUID, text: str, now: datetime) -> Note:
    """Write a note. It changes nothing that buyer, seller or an operator could see.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``; arbiters alone, and none who is a party of the purchase.
        InvalidError: it is empty or too long.
    """
    case = find_dispute(session, actor, "postNote", dispute_id)
    words = text_of(text)
    last = select(func.max(Note.number)).where(Note.dispute_id == dispute_id)
    note = Note(
        id=new_id(),
        dispute_id=dispute_id,
        number=(session.scalar(last) or 0) + 1,
        author_id=actor.person_id,
        written_at=now,
        text=words,
        salt=secrets.token_bytes(16),
    )
    session.add(note)
    session.flush()
    facts = {
        "purchase": str(case.purchase.id),
        "dispute": str(dispute_id),
        "number": note.number,
        "text": text_commitment(note.salt, words),
    }
    docket.append(session, notes_chain(case.purchase.id), Entry("note.written", now, actor.person_id, facts))
    return note


def listed(
    session: Session, actor: Actor, dispute_id: UUID, *, after: int = 0, limit: int | None = None
) -> Sequence[Note]:
    """The notes on a dispute in order, each with its author: all, or up to ``limit`` from the one after ``after``.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``; arbiters alone, and none who is a party of the purchase.
    """
    find_dispute(session, actor, "listNotes", dispute_id, lock=False)
    return _listed(session, dispute_id, after, limit)


def of_case(session: Session, actor: Actor, case: Case) -> Sequence[Note]:
    """All notes on a case that the actor was found to see.

    Raises:
        ForbiddenError: the actor is no arbiter, or a party of the purchase.
    """
    if not may(actor, "listNotes", case.parties):
        raise ForbiddenError
    found = gathering.of_dispute(session, Note, case.dispute, lambda note: note.number)
    return _listed(session, case.dispute.id, 0, None) if found is None else found


def _listed(session: Session, dispute_id: UUID, after: int, limit: int | None) -> Sequence[Note]:
    query = select(Note).where(Note.dispute_id == dispute_id, Note.number > after)
    query = query.options(joinedload(Note.author)).order_by(Note.number)
    return session.scalars(query.limit(limit)).all()
