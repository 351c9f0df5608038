"""Letting go of what has had its time: nothing that anybody could still need."""

from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, or_
from sqlalchemy.orm import Session

from arbitration.domain.handovers import KEPT as HANDOVERS_KEPT
from arbitration.models import (
    BrowserSession,
    IdempotentAnswer,
    Intent,
    KeptText,
    SignInLink,
    StaffSetUp,
    Throttle,
    UsedHandOver,
)
from arbitration.services import heartbeat, outbox
from arbitration.services.idempotency import KEPT

LINKS_KEPT = timedelta(days=1)


def tidy(session: Session, now: datetime) -> int:
    """Delete expired sessions, links, used hand-overs, kept texts, throttles and old answers; gives the number of rows.

    A request for a sign-in link goes a day after it was settled: its row holds an address under which perhaps nobody is
    known. What was queued to people stays, as the record of what they were told; mails that a wrong clock has queued
    for a later day are due now.
    """
    rows = sum(session.execute(statement).rowcount for statement in _outlived(now))  # type: ignore[attr-defined]
    outbox.bring_back(session, now)
    return rows + heartbeat.forget(session, now)


def _outlived(now: datetime) -> list[Delete]:
    return [
        delete(BrowserSession).where(BrowserSession.expires_at < now),
        delete(SignInLink).where(SignInLink.expires_at < now - LINKS_KEPT),
        delete(UsedHandOver).where(UsedHandOver.expires_at < now - HANDOVERS_KEPT),
        delete(StaffSetUp).where(StaffSetUp.expires_at < now - LINKS_KEPT),
        delete(KeptText).where(KeptText.expires_at < now),
        delete(Throttle).where(Throttle.expires_at < now),
        delete(IdempotentAnswer).where(IdempotentAnswer.answered_at < now - KEPT),
        delete(Intent).where(
            Intent.kind == "sign_in_link",
            Intent.state != "waiting",
            or_(Intent.settled_at.is_(None), Intent.settled_at < now - LINKS_KEPT),
        ),
    ]
