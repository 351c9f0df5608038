"""Arbitration: taking a case, handing it over, objections to the arbiter, asking for exhibits, notes."""

from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.api.dispute_views import seen
from arbitration.api.operations import operation
from arbitration.door import guard
from arbitration.schemas import arbiters as said_of
from arbitration.schemas.acts import JustWords
from arbitration.schemas.disputes_shown import Notes, NoteShown, ShownDispute
from arbitration.schemas.queries import ListQuery
from arbitration.services import cursors
from arbitration.services.disputes import arbiters, notes, objections_to_arbiters, requests


@operation("takeDispute", takes=JustWords, gives=ShownDispute)
def take_dispute(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Take a case

    Refused where there is a conflict of interest: a party, a party's own mail domain, an earlier part in the same
    case, a declared tie.
    """
    arbiters.take(session, guard.actor(), dispute_id, g.now, said["text"])
    return seen(session, dispute_id)


@operation("handOverDispute", takes=said_of.HandOver, gives=ShownDispute)
def hand_over_dispute(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Hand a case over

    To a named arbiter, or to whoever takes it next.
    """
    arbiters.hand_over(session, guard.actor(), dispute_id, said["to"], said["ground"], said["text"], g.now)
    return seen(session, dispute_id)


@operation("objectToArbiter", takes=said_of.Objection, gives=ShownDispute, status=201)
def object_to_arbiter(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Object to the arbiter

    An operator decides; until then there is no ruling.
    """
    objections_to_arbiters.object_to(session, guard.actor(), dispute_id, said["ground"], said["text"], g.now)
    return seen(session, dispute_id)


@operation("decideObjection", takes=said_of.ObjectionDecision, gives=ShownDispute)
def decide_objection(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Decide an objection to the arbiter

    Granted: the case goes to another arbiter.
    """
    objections_to_arbiters.decide_objection(session, guard.actor(), dispute_id, said["granted"], said["text"], g.now)
    return seen(session, dispute_id)


@operation("requestExhibit", takes=said_of.NewRequest, gives=ShownDispute, status=201)
def request_exhibit(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Ask a party for an exhibit

    Of a named kind, until a named moment. Where a request to the buyer runs out, the evidence counts as closed.
    """
    requests.ask(session, guard.actor(), dispute_id, said["from_"], said["what"], said["due"], said["text"], g.now)
    return seen(session, dispute_id)


@operation("listNotes", asks=ListQuery, gives=Notes)
def list_notes(session: Session, asked: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Read the arbiters' notes

    For arbiters alone.
    """
    after, limit = cursors.read(asked["cursor"], [int])[0] if "cursor" in asked else 0, asked["limit"]
    found = notes.listed(session, guard.actor(), dispute_id, after=after, limit=limit + 1)
    following = cursors.write(found[limit - 1].number) if len(found) > limit else None
    return {"items": [_note(note) for note in found[:limit]], "next": following}


@operation("postNote", takes=said_of.NewNote, gives=NoteShown, status=201)
def post_note(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Write a note

    For arbiters alone; it is in no correspondence, mail, search or export.
    """
    return _note(notes.post(session, guard.actor(), dispute_id, said["text"], g.now))


def _note(note: Any) -> dict[str, Any]:
    return {"number": note.number, "by": note.author.name, "text": note.text, "written_at": note.written_at}
