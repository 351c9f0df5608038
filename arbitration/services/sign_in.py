"""Sign-in links: asked for, issued, looked at, used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import sign_in as rules
from arbitration.domain.actors import Role
from arbitration.domain.refusals import RefusalError
from arbitration.models import Person, SignInLink, StaffSetUp
from arbitration.rules.marking import N_
from arbitration.services import outbox
from arbitration.services.installation import is_demo
from arbitration.services.sessions import end_all, open_session

ONCE = "sign_in"
DEMO = "demo"


class DeadLinkError(RefusalError):
    """The link was used, is too old, was followed by a newer one, or never was: nobody is told which."""

    code = "dead-link"
    msgid = N_("This link no longer works. Ask for a new one.")


def ask(session: Session, address: str, now: datetime, lands_on: str | None = None, language: str = "en") -> None:
    """Queue a sign-in link to an address. Does the same for every address, known or not: a worker finds out later.

    ``lands_on`` is the page to open afterwards (ignored unless it is a path of this site); ``language`` is what the
    asker reads, for the mail to a person who has not chosen one.

    Raises:
        InvalidError: it is no address.
    """
    payload = {"lands_on": rules.own_path(lands_on), "language": language}
    outbox.queue(session, "sign_in_link", now, address=rules.canonical_address(address), payload=payload)


def issue_link(
    session: Session, address: str, now: datetime, lands_on: str | None = None, asked_at: datetime | None = None
) -> tuple[str, Person] | None:
    """A new link's token for whoever is known by the address; None if nobody is, or they are suspended.

    Ends the links that the person got before it was ``asked_at`` (all, if that is not told): of a mail that has to be
    sent again, both have a link that works, since mail programs show but one of two with the same Message-ID. The token
    is to be mailed and nowhere to be kept: only its hash is stored.
    """
    query = select(Person).where(Person.email == rules.canonical_address(address), Person.suspended_at.is_(None))
    person = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if person is None:
        return None
    _end_links(session, person.id, now, ONCE, before=asked_at)
    return _add_link(session, person.id, ONCE, now, rules.own_path(lands_on)), person


def demo_link(
    session: Session, person_id: UUID, now: datetime, lands_on: str | None = None, role: Role = Role.PARTY
) -> str:
    """The token of a link for looking around in a demo: works for 24 hours, any number of times.

    For an arbiter or operator (of ``services.staff.demo_staff``) give the role: they come in without a second factor.
    """
    return _add_link(session, person_id, DEMO, now, rules.own_path(lands_on), role)


def look(session: Session, token: str, now: datetime, *, loopback: bool = False) -> SignInLink | None:
    """The link behind a token with its person, if it would sign somebody in now. Changes nothing.

    ``loopback`` says that the installation is reached on this machine alone; links of a demo work nowhere else.
    """
    if not rules.is_secret(token):
        return None
    query = (
        select(SignInLink).where(SignInLink.token_hash == rules.hash_of(token)).options(joinedload(SignInLink.person))
    )
    link = session.scalar(query.execution_options(populate_existing=True))
    if link is None or link.ended_at is not None or link.expires_at < now or link.person.suspended_at is not None:
        return None
    if link.purpose == DEMO:
        return link if loopback and is_demo(session) else None
    return link if link.role == Role.PARTY else None


def enter(
    session: Session, token: str, now: datetime, browser: str, *, instead_of: str = "", loopback: bool = False
) -> str:
    """Use a link: gives the secret of the session that it opens. ``browser`` is what the settings page calls it.

    The person's other links end with it, save those of a demo, and so does the session whose secret is ``instead_of``.
    Whoever issues, uses or ends links locks the person first.

    Raises:
        DeadLinkError: the link does not work, or somebody else used it at this very moment.
    """
    link = look(session, token, now, loopback=loopback)
    if link is not None:
        session.get(Person, link.person_id, with_for_update=True, populate_existing=True)
        link = look(session, token, now, loopback=loopback)
    if link is None or (link.purpose == ONCE and not _use_up(session, link.token_hash, now)):
        raise DeadLinkError
    if link.purpose == ONCE:
        _end_links(session, link.person_id, now, ONCE)
    return open_session(session, link.person_id, now, browser, instead_of, Role(link.role))


def end_access(session: Session, person_id: UUID, now: datetime) -> int:
    """End the links and all sessions of a person, in every role; gives how many sessions there were."""
    _end_links(session, person_id, now, ONCE, DEMO)
    set_ups = (StaffSetUp.person_id == person_id) & StaffSetUp.ended_at.is_(None)
    session.execute(update(StaffSetUp).where(set_ups).values(ended_at=now))
    return end_all(session, person_id, now)


def _use_up(session: Session, token_hash: str, now: datetime) -> bool:
    open_still = (SignInLink.token_hash == token_hash) & SignInLink.ended_at.is_(None) & (SignInLink.expires_at >= now)
    used = session.execute(update(SignInLink).where(open_still).values(ended_at=now))
    assert isinstance(used, CursorResult)
    return used.rowcount == 1


def _end_links(
    session: Session, person_id: UUID, now: datetime, *purposes: str, before: datetime | None = None
) -> None:
    theirs = (SignInLink.person_id == person_id) & SignInLink.ended_at.is_(None) & SignInLink.purpose.in_(purposes)
    if before is not None:
        theirs &= SignInLink.created_at < before
    session.execute(update(SignInLink).where(theirs).values(ended_at=now))


def _add_link(
    session: Session, person_id: UUID, purpose: str, now: datetime, lands_on: str | None, role: Role = Role.PARTY
) -> str:
    token = rules.new_secret()
    lasts = rules.DEMO_LINK_LASTS if purpose == DEMO else rules.LINK_LASTS
    session.add(
        SignInLink(
            token_hash=rules.hash_of(token),
            person_id=person_id,
            purpose=purpose,
            role=role.value,
            lands_on=lands_on,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return token
