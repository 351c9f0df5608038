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
from arbitration.rules.marking import N_
from arbitration.services import docket, gathering
from arbitration.services.disputes.arbiters import is_tied_to_party
from arbitration.services.disputes.finding import Case, find_dispute

TIED = N_("You are tied to one of the parties, so what arbiters note on this case is not for you.")


def post(session: Session, actor: Actor, dispute_id: UUID, text: str, now: datetime) -> Note:
    """Write a note. It changes nothing that buyer, seller or an operator could see.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``; arbiters alone, and none who is a party of the purchase or
            tied to one.
        InvalidError: it is empty or too long.
    """
    case = find_dispute(session, actor, "postNote", dispute_id)
    _refuse_tied(session, actor, case)
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
        NotFoundError, ForbiddenError: see ``post``.
    """
    _refuse_tied(session, actor, find_dispute(session, actor, "listNotes", dispute_id, lock=False))
    return _listed(session, dispute_id, after, limit)


def of_case(session: Session, actor: Actor, case: Case) -> Sequence[Note] | None:
    """All notes on a case that the actor was found to see; None for an arbiter who is tied to a party.

    Raises:
        ForbiddenError: the actor is no arbiter, or a party of the purchase.
    """
    if not may(actor, "listNotes", case.parties):
        raise ForbiddenError
    if is_tied_to_party(session, actor, case):
        return None
    found = gathering.of_dispute(session, Note, case.dispute, lambda note: note.number)
    return _listed(session, case.dispute.id, 0, None) if found is None else found


def _refuse_tied(session: Session, actor: Actor, case: Case) -> None:
    """What arbiters think of a party is not for whoever is close to it; the case itself can be read."""
    if is_tied_to_party(session, actor, case):
        raise ForbiddenError(TIED)


def _listed(session: Session, dispute_id: UUID, after: int, limit: int | None) -> Sequence[Note]:
    query = select(Note).where(Note.dispute_id == dispute_id, Note.number > after)
    query = query.options(joinedload(Note.author)).order_by(Note.number)
    return session.scalars(query.limit(limit)).all()
