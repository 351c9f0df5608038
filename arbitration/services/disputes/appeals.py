"""Appealing against a ruling: once, on a named ground, within the window; another arbiter hears it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from arbitration.domain import arbiters, rulings
from arbitration.domain.actors import Actor
from arbitration.domain.deadlines import Kind
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError, Faults, NotFoundError
from arbitration.domain.stages import Stage
from arbitration.ids import new_id
from arbitration.models import Appeal
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes.assigning import RULED, release
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.moving import move
from arbitration.services.disputes.rulings import in_force
from arbitration.services.thread import post_event, role_of


def appeal(
    session: Session, actor: Actor, dispute_id: UUID, ruling_number: int, ground: str, text: str, now: datetime
) -> tuple[Case, Appeal]:
    """Appeal against the ruling in force; the last moment of the window still counts.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; no such ruling in force; the window is over.
        InvalidError: no such ground, or no words.
    """
    case = find_dispute(session, actor, "appealRuling", dispute_id)
    with (faults := Faults()):
        arbiters.require_ground(ground, rulings.APPEAL_GROUNDS)
    with faults:
        words = words_of(text, needed=True)
    faults.refuse()
    ruling = in_force(session, dispute_id)
    if ruling is None or ruling.number != ruling_number:
        raise NotFoundError
    windows = deadlines.open_ones(session, dispute_id, [Kind.APPEAL], ruling.id)
    if not windows or now > windows[0].due_at:
        raise ConflictError(N_("The time for an appeal is over, so the ruling stands."))
    row = Appeal(
        id=new_id(),
        ruling_id=ruling.id,
        dispute_id=dispute_id,
        by=role_of(actor, case.purchase),
        ground=ground,
        made_at=now,
        position=case.purchase.last_position + 1,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(N_("There has been an appeal against this ruling already.")) from error
    told = {"appeal": str(row.id), "ruling": ruling.number, "ground": ground}
    post_event(session, case.purchase, actor, "appeal", now, text=words, about=told, facts=told)
    deadlines.meet(session, case.dispute, now, Kind.APPEAL)
    release(session, case.dispute, RULED, now)
    move(session, case.dispute, "appealRuling", Stage.APPEAL, now)
    return case, row
