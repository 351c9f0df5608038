"""Imports as operators see them: who brought what, when, and what became of it; requests of the API among them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.actors import Actor
from arbitration.ids import new_id
from arbitration.models import Import
from arbitration.models.imports import NO_FILE
from arbitration.services.operations.lists import PAGE, Count, Order, Page, Query, count, page, require, walk

NEWEST = Order((Import.started_at, Import.id), newest_first=True)
BY_API = "api"
UNFINISHED, REFUSED = "unfinished", "refused"
SHOWS = ("", UNFINISHED, REFUSED)


def record_request(session: Session, actor: Actor, results: Sequence[str], now: datetime) -> Import:
    """Note that purchases came by the API, in its own act; ``results`` says what became of each row.

    Raises:
        ForbiddenError: the actor may not import.
    """
    require(actor, "importPurchases")
    became = Counter(results)
    run = Import(
        id=new_id(),
        source=NO_FILE,
        name="",
        started_at=now,
        finished_at=now,
        line=len(results),
        begun_by=actor.person_id,
        door=BY_API,
        **{name: became[name] for name in ("created", "unchanged", "updated", "refused")},
    )
    session.add(run)
    session.flush()
    return run


def list_imports(
    session: Session, actor: Actor, text: str = "", shows: str = "", *, cursor: str | None = None, limit: int = PAGE
) -> Page[Import]:
    """Imports, the newest first; those with a text in the file's name; unfinished ones, or those that refused rows.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "listImports")
    rows, following = page(session, _query(text, shows), NEWEST, cursor, limit)
    return Page([row[0] for row in rows], following)


def count_imports(session: Session, actor: Actor, text: str = "", shows: str = "") -> Count:
    """How many there are of them, up to a bound."""
    require(actor, "listImports")
    return count(session, _query(text, shows))


def walk_imports(session: Session, actor: Actor, text: str = "", shows: str = "") -> Iterator[Import]:
    """All of them, for an export."""
    require(actor, "listImports")
    return (row[0] for row in walk(session, _query(text, shows), NEWEST))


def _query(text: str, shows: str) -> Query:
    query = select(Import).options(joinedload(Import.person))
    if (typed := text.strip()) and "\0" not in typed:
        query = query.where(Import.name.icontains(typed, autoescape=True))
    if shows == UNFINISHED:
        query = query.where(Import.finished_at.is_(None))
    if shows == REFUSED:
        query = query.where(Import.refused > 0)
    return query
