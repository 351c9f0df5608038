"""The tokens of the API as operators see them: whose, what for, until when; never the token itself."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from arbitration.domain.actors import Actor
from arbitration.models import Person, Token
from arbitration.services.operations.lists import PAGE, Count, Order, Page, Query, count, page, require, walk

NEWEST = Order((Token.created_at, Token.id), newest_first=True)
REVOKED, KEPT = "revoked", "kept"


def list_tokens(
    session: Session,
    actor: Actor,
    text: str = "",
    role: str = "",
    shows: str = "",
    *,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Token]:
    """Tokens with their persons, the newest first; ``shows`` leaves those that were revoked, or those that were not.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "manageTokens")
    rows, following = page(session, _query(text, role, shows), NEWEST, cursor, limit)
    return Page([row[0] for row in rows], following)


def count_tokens(session: Session, actor: Actor, text: str = "", role: str = "", shows: str = "") -> Count:
    """How many there are of them, up to a bound."""
    require(actor, "manageTokens")
    return count(session, _query(text, role, shows))


def walk_tokens(session: Session, actor: Actor, text: str = "", role: str = "", shows: str = "") -> Iterator[Token]:
    """All of them, for an export."""
    require(actor, "manageTokens")
    return (row[0] for row in walk(session, _query(text, role, shows), NEWEST))


def _query(text: str, role: str, shows: str) -> Query:
    query = select(Token).join(Token.person).options(contains_eager(Token.person))
    if role:
        query = query.where(Token.role == role)
    if shows in (REVOKED, KEPT):
        query = query.where(Token.revoked_at.is_not(None) if shows == REVOKED else Token.revoked_at.is_(None))
    if (typed := text.strip().casefold()) and "\0" not in typed:
        named = Person.name.icontains(typed, autoescape=True)
        query = query.where(or_(Person.email.contains(typed, autoescape=True), named))
    return query
