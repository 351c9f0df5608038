"""Reporting a message, striking a report, hiding a message."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.conduct import KINDS
from arbitration.domain.events import words_of
from arbitration.domain.messages import MESSAGE, OVER
from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError, NotFoundError
from arbitration.domain.sides import SIDES
from arbitration.domain.stages import require_stage
from arbitration.ids import new_id
from arbitration.models import ConductReport, Message
from arbitration.rules.marking import N_
from arbitration.services import gathering, sides
from arbitration.services.disputes.finding import Case, find_dispute, last_dispute_of
from arbitration.services.loading import case_parties, find_message
from arbitration.services.thread import post_event, role_of


def report_conduct(
    session: Session, actor: Actor, external_id: str, position: int, kind: str, now: datetime, text: str = ""
) -> ConductReport:
    """Report a message of the other side; it counts as of the message, and stands until an arbiter strikes it.

    Raises:
        NotFoundError, ForbiddenError: see ``find_message``; it is one's own message.
        ConflictError: it was reported for this before, or the arbiter's case is closed.
        InvalidError: no such kind of conduct, or nobody's words.
    """
    purchase, message = find_message(session, actor, "reportConduct", external_id, position)
    if actor.role is Role.ARBITER and case_parties(session, actor, purchase).closed:
        raise ConflictError(OVER)
    if kind not in KINDS:
        raise InvalidError(faults=[FieldFault("kind", N_("Choose what is wrong with the message."))])
    if message.author_id == actor.person_id:
        raise ForbiddenError(N_("This is your own message. You can delete it."))
    if message.author_role not in SIDES:
        raise InvalidError(faults=[FieldFault("message", N_("Only what buyer or seller wrote can be reported."))])
    words = words_of(text)
    same = select(ConductReport.id).where(ConductReport.message_id == message.id, ConductReport.kind == kind)
    if session.scalar(same) is not None:
        raise ConflictError(N_("This message has been reported for that already."))
    report = ConductReport(
        id=new_id(),
        purchase_id=purchase.id,
        message_id=message.id,
        message_position=position,
        kind=kind,
        by=message.author_role,
        happened_at=message.posted_at,
        reported_by=actor.person_id,
        reported_role=role_of(actor, purchase),
        reported_at=now,
    )
    session.add(report)
    told = {"report": str(report.id), "message": position, "kind": kind, "by": message.author_role}
    post_event(session, purchase, actor, "conduct", now, text=words, about=told, facts=told)
    return report


def strike_conduct(
    session: Session, actor: Actor, dispute_id: UUID, report_id: UUID, reason: str, now: datetime
) -> tuple[Case, ConductReport]:
    """Strike a report, with a reason that both sides read.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; no such report, or struck before.
        InvalidError: there is no reason.
    """
    case = find_dispute(session, actor, "strikeConduct", dispute_id)
    report = session.get(ConductReport, report_id)
    if report is None or report.purchase_id != case.purchase.id:
        raise NotFoundError
    if report.struck_at is not None:
        raise ConflictError(N_("This report was struck before."))
    words = words_of(reason, "reason", needed=True)
    report.struck_by, report.struck_at = actor.person_id, now
    told = {"report": str(report.id), "message": report.message_position, "kind": report.kind}
    message = post_event(session, case.purchase, actor, "conduct_struck", now, text=words, about=told, facts=told)
    report.struck_position = message.position
    return case, report


def hide_message(
    session: Session, actor: Actor, external_id: str, position: int, reason: str, now: datetime
) -> Message:
    """Hide an abusive message from buyer and seller; a line says who hid it and why.

    Raises:
        NotFoundError, ForbiddenError: see ``find_message``.
        ConflictError: not at this stage; it is hidden or deleted already.
        InvalidError: there is no reason, or it is nobody's message.
    """
    purchase, message = find_message(session, actor, "hideMessage", external_id, position)
    dispute = last_dispute_of(session, purchase.id)
    if dispute is None:
        raise NotFoundError
    require_stage("hideMessage", dispute.stage)
    if message.kind != MESSAGE or message.author_role not in SIDES:
        raise InvalidError(faults=[FieldFault("message", N_("Only what buyer or seller wrote can be hidden."))])
    if message.hidden_at is not None or message.deleted_at is not None:
        raise ConflictError(N_("Nobody is shown this message any more."))
    words = words_of(reason, "reason", needed=True)
    message.hidden_at, message.hidden_by = now, actor.person_id
    told = {"message": position}
    post_event(session, purchase, actor, "hiding", now, text=words, about=told, facts=told)
    sides.recount(session, purchase.id)
    return message


def list_reports(session: Session, purchase_id: UUID) -> Sequence[ConductReport]:
    """What was reported on a purchase, in the order of the messages."""
    found = gathering.of_purchase(session, ConductReport, purchase_id, lambda it: (it.message_position, it.kind))
    if found is not None:
        return found
    query = select(ConductReport).where(ConductReport.purchase_id == purchase_id)
    return session.scalars(query.order_by(ConductReport.message_position, ConductReport.kind)).all()
