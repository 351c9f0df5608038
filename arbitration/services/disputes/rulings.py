"""Ruling on a dispute, on an appeal, and what follows when nobody appealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as clocks
from arbitration.domain import rulings as rules
from arbitration.domain.actors import Actor
from arbitration.domain.amounts import require_left
from arbitration.domain.deadlines import Kind
from arbitration.domain.refusals import ConflictError, Faults
from arbitration.domain.rulings import RulingForm
from arbitration.domain.stages import Outcome, Stage
from arbitration.ids import new_id
from arbitration.models import Appeal, DeadlineRow, DocketHead, Ruling
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes import citing, claims, remedies, requests, unreached
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.moving import close, move
from arbitration.services.disputes.objections_to_arbiters import PENDS, pending
from arbitration.services.disputes.offers import supersede_all
from arbitration.services.policies import policy_of
from arbitration.services.thread import SYSTEM, post_event

ACT = "issueRuling"


@dataclass(frozen=True, slots=True)
class Checked:
    """A ruling that may be issued: the amount from the purchase, the text, and the engine's answer as it stands."""

    form: RulingForm
    amount: int | None
    text: str
    departs: bool
    verdict: dict[str, Any]


def issue(session: Session, actor: Actor, dispute_id: UUID, form: RulingForm, now: datetime) -> Ruling:
    """Rule on a dispute. The first ruling opens the window for an appeal; one on an appeal is carried out at once.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; an objection to the arbiter or a request
            for an exhibit is open; an exhibit has not lain open long enough; a silent seller's mail came back.
        InvalidError: remedy, amount, reasons or what it rests on are wrong.
    """
    case = find_dispute(session, actor, ACT, dispute_id)
    _require_ripe(session, case, form)
    checked = _checked(session, case, form, now)
    before = in_force(session, dispute_id)
    appealed = before if case.dispute.stage == Stage.APPEAL else None
    if before is not None:
        before.superseded_at = now
        session.flush()
    ruling = _row(session, actor, case, checked, appealed, now)
    told = _told(ruling)
    about = {name: value for name, value in told.items() if name != "verdict"}
    message = post_event(session, case.purchase, actor, "ruling", now, text=checked.text, about=about, facts=told)
    ruling.docket_head = session.get_one(DocketHead, case.purchase.id).hash
    message.about = {**about, "docket_head": ruling.docket_head}
    supersede_all(session, case.dispute, now)
    deadlines.meet(session, case.dispute, now, Kind.RULING)
    deadlines.drop(session, case.dispute, now)
    if appealed is None:
        move(session, case.dispute, ACT, Stage.RULED, now)
        deadlines.start(session, case.dispute, clocks.appeal(policy_of(case.purchase), now), subject_id=ruling.id)
    else:
        _settle_appeal(session, ruling, now)
        _carry_out(session, case, ruling, ACT, now)
    return ruling


def check(session: Session, actor: Actor, dispute_id: UUID, form: RulingForm, now: datetime) -> tuple[Case, Checked]:
    """What ``issue`` would say now, for whoever looks at a ruling before giving it. Changes nothing.

    Raises:
        what ``issue`` raises.
    """
    case = find_dispute(session, actor, ACT, dispute_id, lock=False)
    _require_ripe(session, case, form)
    return case, _checked(session, case, form, now)


def window_closed(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """Nobody appealed in time: the ruling stands. A dismissal closes the dispute, anything else is carried out."""
    ruling = session.get_one(Ruling, row.subject_id)
    told = {"ruling": ruling.number, "remedy": ruling.remedy, "amount": ruling.amount}
    post_event(session, case.purchase, SYSTEM, "window_closed", now, about=told, facts=told)
    _carry_out(session, case, ruling, "appealWindowClosed", now)


def in_force(session: Session, dispute_id: UUID) -> Ruling | None:
    """The ruling of a dispute that holds."""
    return session.scalar(select(Ruling).where(Ruling.dispute_id == dispute_id, Ruling.superseded_at.is_(None)))


def require_grounds(session: Session, case: Case, form: RulingForm, verdict: dict[str, Any], at: datetime) -> None:
    """See that what a ruling given at ``at`` rests on is there, and that exhibits have lain open long enough.

    Raises:
        InvalidError, ConflictError: see ``domain.rulings``.
    """
    purchase_id, faults = case.purchase.id, Faults()
    with faults:
        rules.require_findings(form.findings, {each["rule"] for each in verdict.get("findings", ())})
    with faults:
        filed = citing.filed(session, purchase_id, form.exhibits)
        rules.require_exhibits(policy_of(case.purchase), form.exhibits, filed, at)
    with faults:
        rules.require_messages(form.messages, citing.messages(session, purchase_id, form.messages))
    faults.refuse()


def _require_ripe(session: Session, case: Case, form: RulingForm) -> None:
    if pending(session, case.dispute.id) is not None:
        raise ConflictError(PENDS)
    owed = requests.running(session, case.dispute.id)
    if owed:
        raise ConflictError(STILL_ASKED, number=owed[0].number, at=_due(session, case, owed[0].id))
    if not form.reached_otherwise and unreached.seller_unreached(session, case):
        raise ConflictError(UNREACHED)


def _due(session: Session, case: Case, request_id: UUID) -> datetime:
    """Until when a request runs, with the time that was asked for since."""
    (row,) = deadlines.open_ones(session, case.dispute.id, [Kind.EXHIBIT_REQUEST], request_id)
    return row.due_at


def _checked(session: Session, case: Case, form: RulingForm, now: datetime) -> Checked:
    purchase, faults = case.purchase, Faults()
    with faults:
        amount = rules.amount_of(form.remedy, form.amount, purchase.amount, less_than_price=form.less_than_price)
        require_left(amount, purchase.amount, remedies.refundable(session, purchase), purchase.currency)
    judged = claims.judge(session, case.purchase, case.dispute, now, now)
    kept, verdict = claims.snapshot(judged), judged.verdict
    departs = rules.departs(form.remedy, verdict.verdict if verdict else None, verdict.remedies if verdict else ())
    with faults:
        text = rules.reasons_of(form, departs)
    with faults:
        require_grounds(session, case, form, kept, now)
    faults.refuse()
    return Checked(form, amount, text, departs, kept)


def _row(
    session: Session, actor: Actor, case: Case, checked: Checked, appealed: Ruling | None, now: datetime
) -> Ruling:
    form = checked.form
    decision = None
    if appealed is not None:
        decision = rules.appeal_decision(form.remedy, checked.amount, (appealed.remedy, appealed.amount))
    last = select(func.max(Ruling.number)).where(Ruling.dispute_id == case.dispute.id)
    ruling = Ruling(
        id=new_id(),
        dispute_id=case.dispute.id,
        number=(session.scalar(last) or 0) + 1,
        arbiter_id=actor.person_id,
        issued_at=now,
        position=case.purchase.last_position + 1,
        remedy=form.remedy,
        amount=checked.amount,
        findings=list(dict.fromkeys(form.findings)),
        exhibits=sorted(set(form.exhibits)),
        messages=sorted(set(form.messages)),
        verdict=checked.verdict,
        departs=checked.departs,
        on_appeal_of=appealed.id if appealed else None,
        appeal=decision,
    )
    session.add(ruling)
    session.flush()
    return ruling


def _told(ruling: Ruling) -> dict[str, Any]:
    """What event and docket say of a ruling: ids, codes and numbers; the amount in minor units."""
    return {
        "ruling": ruling.number,
        "id": str(ruling.id),
        "dispute": str(ruling.dispute_id),
        "remedy": ruling.remedy,
        "amount": ruling.amount,
        "findings": ruling.findings,
        "exhibits": ruling.exhibits,
        "messages": ruling.messages,
        "departs": ruling.departs,
        "verdict": ruling.verdict,
        "on_appeal_of": str(ruling.on_appeal_of) if ruling.on_appeal_of else None,
        "appeal": ruling.appeal,
    }


def _settle_appeal(session: Session, ruling: Ruling, now: datetime) -> None:
    appeal = session.scalar(select(Appeal).where(Appeal.ruling_id == ruling.on_appeal_of))
    if appeal is not None:
        appeal.decided_at, appeal.decision = now, ruling.appeal
        session.flush()


def _carry_out(session: Session, case: Case, ruling: Ruling, act: str, now: datetime) -> None:
    if ruling.remedy == rules.DISMISSAL:
        deadlines.drop(session, case.dispute, now)
        close(session, case.dispute, act, Outcome.DISMISSED, now)
    else:
        remedies.order(session, case, ruling.remedy, ruling.amount, "ruling", ruling.id, act, now)


STILL_ASKED = N_("What you asked for in request %(number)d may still be filed until %(at)s. Rule after that.")
UNREACHED = N_(
    "The seller has not answered, and a mail to the seller about this case came back. Make sure that the seller has "
    "been told in some other way, and confirm that, before you rule."
)
