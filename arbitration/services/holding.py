"""Holding back everything that leaves the installation: mails, and refunds that a gateway would pay.

An operator does it, and a restored backup begins so: what was sent since the backup must not be sent again unseen.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.docket import Entry, instant
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, ForbiddenError
from arbitration.models import InstallationValue
from arbitration.rules.marking import N_
from arbitration.services import docket, installation

HOLD = "hold"
BY_OPERATOR, BY_RESTORE = "operator", "restore"


@dataclass(frozen=True, slots=True)
class Hold:
    """Since when everything is held back, why (``operator`` or ``restore``), and by whom (None: the command line)."""

    since: datetime
    why: str
    by: UUID | None


def current(session: Session) -> Hold | None:
    """The hold that is on, or None."""
    return read(installation.value(session, HOLD))


def read(kept: str | None) -> Hold | None:
    """The hold that a kept value tells of."""
    if not kept:
        return None
    told = json.loads(kept)
    return Hold(datetime.fromisoformat(told["since"]), told["why"], UUID(told["by"]) if told["by"] else None)


def is_on() -> ColumnElement[bool]:
    """Whether everything is held back, as a condition within a query."""
    return exists().where(InstallationValue.name == HOLD, InstallationValue.value != "")


def begin(session: Session, actor: Actor, now: datetime, why: str = BY_OPERATOR) -> Hold:
    """Hold back all that leaves, until it is let go.

    Raises:
        ForbiddenError: the actor is no operator.
        ConflictError: it is held back already.
    """
    _require(actor)
    if current(session) is not None:
        raise ConflictError(N_("Everything is held back already."))
    told = {"since": instant(now), "why": why, "by": str(actor.person_id) if actor.person_id else None}
    installation.keep(session, HOLD, json.dumps(told))
    docket.append_to_installation(session, Entry("outbox.held", now, actor.person_id, {"why": why}))
    return Hold(now, why, actor.person_id)


def end(session: Session, actor: Actor, now: datetime) -> None:
    """Let everything go out again; what came to wait meanwhile goes with the next tick.

    Raises:
        ForbiddenError: the actor is no operator.
        ConflictError: nothing is held back.
    """
    _require(actor)
    if current(session) is None:
        raise ConflictError(N_("Nothing is held back."))
    installation.keep(session, HOLD, "")
    docket.append_to_installation(session, Entry("outbox.released", now, actor.person_id, {}))


def _require(actor: Actor) -> None:
    if not may(actor, "manageOutbox"):
        raise ForbiddenError
