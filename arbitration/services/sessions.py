"""Sessions: a person signed in on one browser. The browser holds a secret, the database its hash."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import sign_in as rules
from arbitration.domain.actors import Actor, OwnAffairs
from arbitration.domain.docket import Entry
from arbitration.domain.permissions import may
from arbitration.domain.refusals import NotFoundError
from arbitration.ids import new_id
from arbitration.models import BrowserSession
from arbitration.services import docket


def open_session(session: Session, person_id: UUID, now: datetime, browser: str, instead_of: str = "") -> str:
    """Sign a person in on a browser; gives the secret for its cookie. Always a new one, so none can be foisted.

    The session whose secret is ``instead_of``, the browser's last one, ends.
    """
    left = find_session(session, instead_of, now)
    if left is not None:
        left.ended_at = now
    secret = rules.new_secret()
    opened = BrowserSession(
        id=new_id(),
        secret_hash=rules.hash_of(secret),
        person_id=person_id,
        browser=browser[:200],
        created_at=now,
        seen_at=now,
        expires_at=now + rules.SESSION_LASTS,
    )
    session.add(opened)
    session.flush()
    entries = [_entry("person.signed_out", left, now)] if left else []
    docket.append_to_installation(session, *entries, _entry("person.signed_in", opened, now))
    return secret


def find_session(session: Session, secret: str, now: datetime) -> BrowserSession | None:
    """The session behind a secret, with its person, if it still counts."""
    if not rules.is_secret(secret):
        return None
    query = select(BrowserSession).where(BrowserSession.secret_hash == rules.hash_of(secret))
    found = session.scalar(query.options(joinedload(BrowserSession.person)))
    if found is None or found.ended_at is not None or found.person.suspended_at is not None:
        return None
    return found if rules.is_open(found.expires_at, found.seen_at, now) else None


def actor_of(session: Session, secret: str, now: datetime) -> Actor | None:
    """Who is signed in with a secret, or None."""
    found = find_session(session, secret, now)
    return Actor(found.person_id) if found else None


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
    """The browsers that the actor is signed in on, the last used first."""
    query = select(BrowserSession).where(
        BrowserSession.person_id == actor.person_id,
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at >= now,
        BrowserSession.seen_at >= now - rules.SESSION_IDLES,
    )
    return list(session.scalars(query.order_by(BrowserSession.seen_at.desc(), BrowserSession.id)))


def end_session(session: Session, actor: Actor, session_id: UUID, now: datetime) -> None:
    """End one of one's own sessions.

    Raises:
        NotFoundError: there is none, or it is another person's.
    """
    found = session.get(BrowserSession, session_id, with_for_update=True)
    if found is None or found.ended_at is not None or not may(actor, "endSession", OwnAffairs(found.person_id)):
        raise NotFoundError
    _end(session, found, now)


def end_all(session: Session, person_id: UUID, now: datetime) -> int:
    """End all sessions of a person; gives how many there were."""
    theirs = (BrowserSession.person_id == person_id) & BrowserSession.ended_at.is_(None)
    ended = session.execute(update(BrowserSession).where(theirs).values(ended_at=now))
    assert isinstance(ended, CursorResult)
    return ended.rowcount


def _end(session: Session, found: BrowserSession, now: datetime) -> None:
    found.ended_at = now
    session.flush()
    docket.append_to_installation(session, _entry("person.signed_out", found, now))


def _entry(kind: str, browser_session: BrowserSession, now: datetime) -> Entry:
    return Entry(kind, now, browser_session.person_id, {"session": str(browser_session.id)})
