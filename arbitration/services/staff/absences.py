"""When arbiters are away. No new case is proposed to them then; what they have can be given to others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import Entry, instant
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError, NotFoundError
from arbitration.ids import new_id
from arbitration.models import ArbiterAbsence
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.staff.accounts import find_account

LONGEST = timedelta(days=731)


def declare(
    session: Session, actor: Actor, person_id: UUID, begins_at: datetime, ends_at: datetime, now: datetime
) -> ArbiterAbsence:
    """Note that an arbiter is away from one moment until another.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: the person is no arbiter.
        InvalidError: the end is over, or does not come after the beginning, or is too far off.
        ConflictError: it meets another absence of the same arbiter.
    """
    _require(actor)
    account = find_account(session, person_id, lock=True)
    if account is None or account.role != Role.ARBITER:
        raise NotFoundError
    if faults := _faults(begins_at, ends_at, now):
        raise InvalidError(faults=faults)
    if any(each.begins_at < ends_at and begins_at < each.ends_at for each in of(session, person_id, now)):
        raise ConflictError(N_("Another absence falls into this time. End that one first."))
    absence = ArbiterAbsence(
        id=new_id(),
        person_id=person_id,
        begins_at=begins_at,
        ends_at=ends_at,
        declared_at=now,
        declared_by=actor.person_id,
    )
    session.add(absence)
    session.flush()
    told = {"begins": instant(begins_at), "ends": instant(ends_at)}
    _record(session, "arbiter.absence_declared", absence, actor, now, told)
    return absence


def end(session: Session, actor: Actor, absence_id: UUID, now: datetime) -> ArbiterAbsence:
    """Say that an arbiter is back, or does not go after all. What was stays on record.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: there is none with this id, or it is over.
    """
    _require(actor)
    absence = session.get(ArbiterAbsence, absence_id, with_for_update=True)
    if absence is None or absence.ends_at <= now or absence.ends_at <= absence.begins_at:
        raise NotFoundError
    absence.ends_at = max(now, absence.begins_at)
    session.flush()
    _record(session, "arbiter.absence_ended", absence, actor, now, {})
    return absence


def of(session: Session, person_id: UUID, now: datetime) -> Sequence[ArbiterAbsence]:
    """The absences of an arbiter that are not over, in order."""
    return of_many(session, [person_id], now).get(person_id, [])


def of_many(session: Session, ids: Sequence[UUID], now: datetime) -> dict[UUID, list[ArbiterAbsence]]:
    """The absences of arbiters that are not over, in order, by person."""
    found: dict[UUID, list[ArbiterAbsence]] = {}
    query = select(ArbiterAbsence).where(ArbiterAbsence.person_id.in_(ids), ArbiterAbsence.ends_at > now)
    query = query.where(ArbiterAbsence.ends_at > ArbiterAbsence.begins_at)
    for absence in session.scalars(query.order_by(ArbiterAbsence.begins_at)) if ids else ():
        found.setdefault(absence.person_id, []).append(absence)
    return found


def away_until(session: Session, person_id: UUID, now: datetime) -> datetime | None:
    """Until when an arbiter is away; None if they are there."""
    return session.connection().execute(_AWAY_UNTIL, {"person": person_id, "now": now}).scalar()


def is_away(person_id: ColumnElement[UUID], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether an arbiter is away, as a condition within a query."""
    return select(_absence.id).where(_absence.person_id == person_id, *_at(now)).exists()


def _at(now: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    return _absence.begins_at <= now, _absence.ends_at > now


_absence = cast(Table, ArbiterAbsence.__table__).c
_AWAY_UNTIL = (
    select(_absence.ends_at)
    .where(_absence.person_id == bindparam("person"), *_at(bindparam("now", type_=_absence.ends_at.type)))
    .order_by(_absence.ends_at.desc())
    .limit(1)
)


def _faults(begins_at: datetime, ends_at: datetime, now: datetime) -> list[FieldFault]:
    if ends_at <= begins_at:
        return [FieldFault("until", N_("The end must come after the beginning."))]
    if ends_at <= now:
        return [FieldFault("until", N_("This time is over already."))]
    if ends_at - now > LONGEST:
        return [FieldFault("until", N_("That is more than two years from now. Name an earlier day."))]
    return []


def _require(actor: Actor) -> None:
    if not may(actor, "manageStaff"):
        raise ForbiddenError


def _record(
    session: Session, kind: str, absence: ArbiterAbsence, actor: Actor, now: datetime, told: dict[str, str]
) -> None:
    facts = {"person": str(absence.person_id), "absence": str(absence.id), **told}
    docket.append_to_installation(session, Entry(kind, now, actor.person_id, facts))
