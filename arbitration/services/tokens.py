"""Tokens of the API: made and shown once, stored hashed, revoked by their id."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import Entry
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, Faults, FieldFault, ForbiddenError, InvalidError, NotFoundError
from arbitration.domain.sign_in import canonical_address, hash_of, is_secret, new_secret
from arbitration.ids import new_id
from arbitration.models import Token
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.people import find_or_add

PREFIX = "arb_"
ROLES = {
    "operator": Role.OPERATOR,
    "arbiter": Role.ARBITER,
    "seller": Role.PARTY,
    "buyer": Role.PARTY,
    "gateway": Role.GATEWAY,
}
LONGEST_DAYS = 3660
COMMAND = Actor(role=Role.OPERATOR)


def new_token(
    session: Session,
    role: str,
    email: str,
    now: datetime,
    days: int | None = None,
    actor: Actor = COMMAND,
) -> str:
    """A new token for the person with an address, who is added if there is none. It is never to be seen again.

    ``role`` is a key of ``ROLES``; ``days`` is how long it works (None: until it is revoked); ``actor`` who makes it.

    Raises:
        InvalidError: no such role, no such address, or days out of range.
        ConflictError: the person was forgotten.
    """
    _require(actor)
    _refuse_wrong(role, email, days)
    person = find_or_add(session, email, now)
    secret = PREFIX + new_secret()
    token = Token(
        id=new_id(),
        token_hash=hash_of(secret),
        person_id=person.id,
        role=role,
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    session.add(token)
    facts = {"token": str(token.id), "role": role, "person": str(person.id)}
    docket.append_to_installation(session, Entry("token.made", now, actor.person_id, facts))
    return secret


def _refuse_wrong(role: str, email: str, days: int | None) -> None:
    with (faults := Faults()):
        canonical_address(email)
    with faults:
        if role not in ROLES:
            raise InvalidError(faults=[FieldFault("role", N_("There is no such role."))])
    with faults:
        if days is not None and not 0 < days <= LONGEST_DAYS:
            msgid = N_("Give a number of days from 1 to %(limit)d.")
            raise InvalidError(faults=[FieldFault("days", msgid, {"limit": LONGEST_DAYS})])
    faults.refuse()


def actor_of(session: Session, token: str, now: datetime) -> Actor | None:
    """Who comes with a token, in its role; None if it is unknown, revoked, too old, or its person is suspended."""
    if not token.startswith(PREFIX) or not is_secret(token.removeprefix(PREFIX)):
        return None
    query = select(Token).where(Token.token_hash == hash_of(token)).options(joinedload(Token.person))
    found = session.scalar(query)
    if found is None or not works(found, now):
        return None
    return Actor(found.person_id, ROLES[found.role])


def works(token: Token, now: datetime) -> bool:
    """Whether a token opens anything now."""
    return not why_not(token, now)


def why_not(token: Token, now: datetime) -> str:
    """Why a token opens nothing, in a word for the operator's list; empty if it works."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at < now:
        return "expired"
    return "suspended" if token.person.suspended_at is not None else ""


def list_tokens(session: Session, actor: Actor, person_id: UUID | None = None) -> list[Token]:
    """The tokens that were made, oldest first: all, or one person's."""
    _require(actor)
    query = select(Token).options(joinedload(Token.person)).order_by(Token.created_at, Token.id)
    return list(session.scalars(query.where(Token.person_id == person_id) if person_id else query))


def revoke(session: Session, actor: Actor, token_id: UUID, now: datetime) -> Token:
    """End a token for good.

    Raises:
        NotFoundError: there is no token with this id.
        ConflictError: it was revoked before, or has expired.
    """
    _require(actor)
    token = session.get(Token, token_id, with_for_update=True)
    if token is None:
        raise NotFoundError(N_("There is no token with this id. `arbitration token list` shows them all."))
    if token.revoked_at is not None:
        raise ConflictError(N_("This token was revoked before."))
    if why_not(token, now) == "expired":
        raise ConflictError(N_("This token has expired and opens nothing any more, so there is nothing to revoke."))
    token.revoked_at = now
    docket.append_to_installation(session, Entry("token.revoked", now, actor.person_id, {"token": str(token.id)}))
    return token


def _require(actor: Actor) -> None:
    if not may(actor, "manageTokens"):
        raise ForbiddenError
