"""The installation's own record as operators read it: who did what, and when, the newest first."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.docket import INSTALLATION
from arbitration.models import DocketEntry, DocketHead
from arbitration.services import cursors
from arbitration.services.operations.lists import LARGEST_PAGE, PAGE, Page, Query, require, walk_pages
from arbitration.services.operations.people import names_of

ACTS, ALL = "acts", "all"
SHOWS = (ACTS, ALL)
WINDOW = 5_000
"""How many entries are looked at for one page, so that a page of rare ones costs no more than another."""
ROUTINE = (
    "person.signed_in",
    "person.signed_out",
    "staff.signed_in",
    "staff.signed_in_with_recovery_code",
    "person.updated",
    "seller.updated",
    "listings.read",
    "purchases.imported",
)
WHOM = ("person", "seller")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: its number, when, its kind, who did it (None: nobody by name), whom it concerns, and its facts."""

    sequence: int
    at: datetime
    kind: str
    by: str | None
    whom: str | None
    whom_id: UUID | None
    facts: Mapping[str, Any]


def list_lines(
    session: Session, actor: Actor, shows: str = ACTS, *, cursor: str | None = None, limit: int = PAGE
) -> Page[Line]:
    """Entries of the installation's chain: ``acts`` leaves out sign-ins and sign-outs, and what imports bring.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "seeInstallation")
    newest = cursors.read(cursor, [int])[0] if cursor else _length(session) + 1
    lowest = max(newest - WINDOW, 1)
    rows = session.execute(_query(shows, newest, lowest).limit(limit + 1)).all()
    lines = _told(session, rows[:limit])
    if len(rows) > limit:
        return Page(lines, cursors.write(lines[-1].sequence))
    return Page(lines, cursors.write(lowest) if lowest > 1 else None)


def walk_lines(session: Session, actor: Actor, shows: str = ACTS) -> Iterator[Line]:
    """All of them, for an export."""
    require(actor, "seeInstallation")
    return walk_pages(session, lambda cursor: list_lines(session, actor, shows, cursor=cursor, limit=LARGEST_PAGE))


def _length(session: Session) -> int:
    return session.scalar(select(DocketHead.length).where(DocketHead.chain_id == INSTALLATION)) or 0


def _query(shows: str, newest: int, lowest: int) -> Query:
    columns = DocketEntry.sequence, DocketEntry.at, DocketEntry.kind, DocketEntry.body
    query: Query = select(*columns).where(
        DocketEntry.chain_id == INSTALLATION, DocketEntry.sequence < newest, DocketEntry.sequence >= lowest
    )
    if shows != ALL:
        query = query.where(DocketEntry.kind.not_in(ROUTINE))
    return query.order_by(DocketEntry.sequence.desc())


def _told(session: Session, rows: Sequence[Any]) -> list[Line]:
    bodies = [json.loads(row.body) for row in rows]
    people = [_id(body["by"]) for body in bodies] + [_id(body["facts"].get("person")) for body in bodies]
    names = names_of(session, [each for each in people if each])
    return [_line(row, body, names) for row, body in zip(rows, bodies, strict=True)]


def _line(row: Any, body: Mapping[str, Any], names: Mapping[UUID, str]) -> Line:
    by, whom = _id(body["by"]), _id(body["facts"].get("person"))
    return Line(
        row.sequence,
        row.at,
        row.kind,
        names.get(by) if by else None,
        names.get(whom) if whom else None,
        whom,
        {name: value for name, value in body["facts"].items() if name not in WHOM},
    )


def _id(text: object) -> UUID | None:
    return UUID(text) if isinstance(text, str) else None
