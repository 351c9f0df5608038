"""Calling the arbiter, withdrawing, changing what is asked for, asking for more time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as clocks
from arbitration.domain.actors import Actor
from arbitration.domain.deadlines import EXTENDABLE, Kind
from arbitration.domain.docket import instant
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError, Faults, FieldFault, InvalidError
from arbitration.domain.sides import SELLER
from arbitration.domain.stages import Outcome, Stage
from arbitration.ids import new_id
from arbitration.models import DeadlineRow, Dispute, Extension, RequestedRemedy
from arbitration.rules import codes
from arbitration.rules.instants import show_instant
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes.escalating import to_arbitration
from arbitration.services.disputes.finding import Case, find_dispute, since
from arbitration.services.disputes.moving import close
from arbitration.services.disputes.offers import supersede_all
from arbitration.services.policies import policy_of
from arbitration.services.thread import post_event, role_of


def change_remedy(
    session: Session, actor: Actor, dispute_id: UUID, requested: str, now: datetime, text: str = ""
) -> Case:
    """Ask for the other remedy from now on.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``.
        InvalidError: no such remedy.
    """
    case = find_dispute(session, actor, "changeRequestedRemedy", dispute_id)
    if requested not in codes.REMEDIES:
        msgid = N_("Choose what you would like: your money back, or a replacement.")
        raise InvalidError(faults=[FieldFault("requested", msgid)])
    words = words_of(text)
    if case.dispute.requested == requested:
        return case
    last = select(func.max(RequestedRemedy.number)).where(RequestedRemedy.dispute_id == dispute_id)
    number = (session.scalar(last) or 0) + 1
    session.add(RequestedRemedy(dispute_id=dispute_id, number=number, requested=requested, at=now))
    case.dispute.requested = requested
    told = {"requested": requested}
    post_event(session, case.purchase, actor, "wish", now, text=words, about=told, facts=told)
    return case


def escalate(session: Session, actor: Actor, dispute_id: UUID, text: str, now: datetime) -> Case:
    """Call the arbiter.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; the window for it is not open yet.
    """
    case = find_dispute(session, actor, "escalateDispute", dispute_id)
    opens_at = escalation_opens_at(case)
    if now < opens_at:
        raise ConflictError(TOO_EARLY, at=opens_at)
    words = words_of(text)
    side = role_of(actor, case.purchase)
    told = {"because": side}
    post_event(session, case.purchase, actor, "escalation", now, text=words, about=told, facts=told)
    to_arbitration(session, case, "escalateDispute", now)
    return case


def escalation_opens_at(case: Case) -> datetime:
    """From when on either side may call the arbiter."""
    return clocks.escalation_opens_at(policy_of(case.purchase), since(case.dispute))


def withdraw(session: Session, actor: Actor, dispute_id: UUID, text: str, now: datetime) -> Case:
    """Withdraw one's dispute; it is closed.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``.
    """
    case = find_dispute(session, actor, "withdrawDispute", dispute_id)
    words = words_of(text)
    post_event(session, case.purchase, actor, "withdrawal", now, text=words)
    supersede_all(session, case.dispute, now)
    deadlines.drop(session, case.dispute, now)
    close(session, case.dispute, "withdrawDispute", Outcome.WITHDRAWN, now)
    return case


def ask_extension(
    session: Session, actor: Actor, dispute_id: UUID, until: datetime, reason: str, now: datetime
) -> tuple[Case, Extension]:
    """Ask for more time for the act that one owes; it is given at once, up to what the policy allows.

    A seller who has written already but says in time that the answer is still to come, owes it again.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; one owes nothing, or has had all the time.
        InvalidError: ``until`` is too early or too late, or there is no reason.
    """
    case, faults = find_dispute(session, actor, "askExtension", dispute_id), Faults()
    with faults:
        words = words_of(reason, "reason", needed=True)
    side = role_of(actor, case.purchase)
    row = extendable(session, case.dispute, side, now)
    if row is None:
        raise ConflictError(N_("There is nothing you owe an answer to, so there is nothing to extend."))
    before = row.due_at
    if row.state == deadlines.MET:
        deadlines.reopen(session, case.dispute, row)
    with faults:
        deadlines.extend(session, case.dispute, row, case.purchase, until, now)
    faults.refuse()
    facts = {"deadline": str(row.id), "kind": row.kind, "until": instant(until)}
    about = facts | {"until": show_instant(until)}
    message = post_event(session, case.purchase, actor, "extension", now, text=words, about=about, facts=facts)
    extension = Extension(
        id=new_id(),
        deadline_id=row.id,
        dispute_id=dispute_id,
        asked_by=side,
        asked_at=now,
        due_before=before,
        due_after=until,
        position=message.position,
    )
    session.add(extension)
    session.flush()
    return case, extension


def extendable(session: Session, dispute: Dispute, side: str, now: datetime) -> DeadlineRow | None:
    """The deadline that a side could ask more time for: the next it owes, or the answer it gave within its time."""
    for row in deadlines.open_ones(session, dispute.id, [kind.value for kind in EXTENDABLE]):
        if row.owed_by == side:
            return row
    if side != SELLER or dispute.stage != Stage.NEGOTIATION:
        return None
    query = select(DeadlineRow).where(
        DeadlineRow.dispute_id == dispute.id,
        DeadlineRow.kind == Kind.SELLER_ANSWER,
        DeadlineRow.state == deadlines.MET,
        DeadlineRow.due_at >= now,
    )
    return session.scalar(query.order_by(DeadlineRow.due_at.desc()).limit(1))


TOO_EARLY = N_("The arbiter can be called from %(at)s on. Until then, try to find a way together.")
