"""Sessions: a person signed in on one browser, in one role. The browser holds a secret, the database its hash."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from arbitration.domain import sign_in as rules
from arbitration.domain.actors import Actor, OwnAffairs, Role
from arbitration.domain.docket import Entry
from arbitration.domain.permissions import may
from arbitration.domain.refusals import NotFoundError
from arbitration.ids import new_id
from arbitration.models import BrowserSession, Person, StaffAccount
from arbitration.services import docket
from arbitration.services.installation import demo_mark, note_demo
from arbitration.services.sides import shops_in_one


class Known(NamedTuple):
    """A session that still counts, and its person: asked for by every request, so as a plain row."""

    id: UUID
    person_id: UUID
    role: str
    second_factor_at: datetime | None
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    suspended_at: datetime | None
    written_as: str
    name: str | None
    language: str | None
    time_zone: str | None
    calendar: str | None
    digits: str | None
    account_role: str | None
    account_removed_at: datetime | None
    demo: str | None
    shops: str | None


def _by_secret() -> Select[Any]:
    browser, account, person = BrowserSession.__table__.c, StaffAccount.__table__.c, Person.__table__.c
    ours = {"account_role": account.role, "account_removed_at": account.removed_at, "demo": demo_mark()}
    ours["shops"] = shops_in_one(browser.person_id)
    places: list[Any] = [ours.get(name, browser.get(name, person.get(name))) for name in Known._fields]
    joined = BrowserSession.__table__.join(Person.__table__, person.id == browser.person_id).outerjoin(
        StaffAccount.__table__, account.person_id == browser.person_id
    )
    return select(*places).select_from(joined).where(browser.secret_hash == bindparam("secret_hash"))


_BY_SECRET = _by_secret()


def open_session(
    session: Session,
    person_id: UUID,
    now: datetime,
    browser: str,
    instead_of: str = "",
    role: Role = Role.PARTY,
    *,
    second_factor_at: datetime | None = None,
    kind: str = "person.signed_in",
) -> str:
    """Sign a person in on a browser; gives the secret for its cookie. Always a new one, so none can be foisted.

    The session whose secret is ``instead_of``, the browser's last one, ends. ``role`` is the one the person acts in;
    an arbiter's or operator's needs ``second_factor_at``, except in a demo. ``kind`` is what the docket calls it.
    """
    left = find_session(session, instead_of, now)
    if left is not None:
        left.ended_at = now
    secret = rules.new_secret()
    opened = BrowserSession(
        id=new_id(),
        secret_hash=rules.hash_of(secret),
        person_id=person_id,
        role=role.value,
        second_factor_at=second_factor_at,
        browser=browser[:200],
        created_at=now,
        seen_at=now,
        expires_at=now + rules.lasts(role),
    )
    session.add(opened)
    session.flush()
    entries = [_entry("person.signed_out", left, now)] if left else []
    docket.append_to_installation(session, *entries, _entry(kind, opened, now))
    return secret


def who_is(session: Session, secret: str, now: datetime) -> Known | None:
    """Whose session a secret is, if that still counts."""
    if not rules.is_secret(secret):
        return None
    row = session.connection().execute(_BY_SECRET, {"secret_hash": rules.hash_of(secret)}).one_or_none()
    if row is None:
        return None
    found = Known._make(row)
    note_demo(session, found.demo)
    if found.ended_at is not None or found.suspended_at is not None:
        return None
    if not rules.is_open(found.expires_at, found.seen_at, now, Role(found.role)):
        return None
    return found if found.role == Role.PARTY or _still_works_here(found) else None


def find_session(session: Session, secret: str, now: datetime) -> BrowserSession | None:
    """The session behind a secret, if it still counts."""
    known = who_is(session, secret, now)
    return session.get(BrowserSession, known.id) if known else None


def _still_works_here(found: Known) -> bool:
    """Whether an arbiter's or operator's session fits their account, and came by both factors (in a demo by none)."""
    if found.account_role != found.role or found.account_removed_at is not None:
        return False
    return found.second_factor_at is not None or found.demo is not None


def was_of_staff(session: Session, secret: str) -> bool:
    """Whether a session that may have ended was an arbiter's or operator's: they sign in again by another page."""
    if not rules.is_secret(secret):
        return False
    query = select(BrowserSession.role).where(BrowserSession.secret_hash == rules.hash_of(secret))
    return session.scalar(query) in (Role.ARBITER.value, Role.OPERATOR.value)


def was_anothers(session: Session, secret: str, person_id: UUID) -> bool:
    """Whether the last session of a browser, which may have ended, was another person's."""
    if not rules.is_secret(secret):
        return False
    query = select(BrowserSession.person_id).where(BrowserSession.secret_hash == rules.hash_of(secret))
    return session.scalar(query) not in (None, person_id)


def note_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that a session was used."""
    later = (BrowserSession.id == session_id) & (BrowserSession.seen_at < now)
    session.execute(update(BrowserSession).where(later).values(seen_at=now))


def leave(session: Session, secret: str, now: datetime) -> None:
    """Sign out: end the session behind a secret, if there is one."""
    found = find_session(session, secret, now)
    if found is not None:
        _end(session, found, now)


def list_sessions(session: Session, actor: Actor, now: datetime) -> list[BrowserSession]:
    """The browsers that the actor is signed in on in this role, the last used first."""
    query = select(BrowserSession).where(
        BrowserSession.person_id == actor.person_id,
        BrowserSession.role == actor.role.value,
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at >= now,
        BrowserSession.seen_at >= now - rules.idles(actor.role),
    )
    return list(session.scalars(query.order_by(BrowserSession.seen_at.desc(), BrowserSession.id)))


def end_session(session: Session, actor: Actor, session_id: UUID, now: datetime) -> None:
    """End one of one's own sessions of this role.

    Raises:
        NotFoundError: there is none, or it is another person's.
    """
    found = session.get(BrowserSession, session_id, with_for_update=True)
    if found is None or found.ended_at is not None or found.role != actor.role:
        raise NotFoundError
    if not may(actor, "endSession", OwnAffairs(found.person_id)):
        raise NotFoundError
    _end(session, found, now)


def end_all(session: Session, person_id: UUID, now: datetime, but: UUID | None = None) -> int:
    """End all sessions of a person, in every role, but for one if it is named; gives how many there were."""
    theirs = (BrowserSession.person_id == person_id) & BrowserSession.ended_at.is_(None)
    if but is not None:
        theirs &= BrowserSession.id != but
    ended = session.execute(update(BrowserSession).where(theirs).values(ended_at=now))
    assert isinstance(ended, CursorResult)
    return ended.rowcount


def _end(session: Session, found: BrowserSession, now: datetime) -> None:
    found.ended_at = now
    session.flush()
    docket.append_to_installation(session, _entry("person.signed_out", found, now))


def _entry(kind: str, browser_session: BrowserSession, now: datetime) -> Entry:
    return Entry(kind, now, browser_session.person_id, {"session": str(browser_session.id)})
