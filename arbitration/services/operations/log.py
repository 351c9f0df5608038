"""The installation's own record as operators read it: who did what, and when, the newest first."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.docket import INSTALLATION
from arbitration.domain.searching import searchable, words
from arbitration.models import DocketEntry, DocketHead, Person
from arbitration.services import cursors
from arbitration.services.operations.lists import LARGEST_PAGE, PAGE, Page, Query, require, walk_pages
from arbitration.services.operations.people import names_of

ACTS, ALL = "acts", "all"
SHOWS = (ACTS, ALL)
WINDOW, SEARCHED = 5_000, 50_000
"""How many entries are looked at for one page, so that a page of rare ones costs no more than another; and how many
where words are looked for."""
LARGEST = 2**31 - 1
"""No entry has this number: PostgreSQL takes no larger ones."""
MOST_PEOPLE = 100
SHORTEST_IN_FACTS = 3
"""A shorter word stands in nearly every entry, in some id or other."""
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
class Asked:
    """Which entries: ``acts`` leaves out sign-ins and sign-outs, and what imports bring; words; from when to when.

    ``called`` is what each kind is called in the language in which the words were typed.
    """

    shows: str = ACTS
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    called: Mapping[str, str] = field(default_factory=dict)


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
    session: Session, actor: Actor, asked: Asked, *, cursor: str | None = None, limit: int = PAGE
) -> Page[Line]:
    """Entries of the installation's chain, the newest first.

    All words must be found: in what the kind is called, in the facts, in names or addresses of those who did it or
    whom it concerns (of the first hundred people of whom a word is true).

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "seeInstallation")
    newest = min(cursors.read(cursor, [int])[0], LARGEST) if cursor else _last(session, asked.until) + 1
    first = _first(session, asked.since)
    lowest = max(newest - (SEARCHED if asked.text else WINDOW), first)
    rows = session.execute(_query(session, asked, newest, lowest).limit(limit + 1)).all()
    lines = _told(session, rows[:limit])
    if len(rows) > limit:
        return Page(lines, cursors.write(lines[-1].sequence))
    return Page(lines, cursors.write(lowest) if lowest > first else None)


def walk_lines(session: Session, actor: Actor, asked: Asked) -> Iterator[Line]:
    """All of them, for an export."""
    require(actor, "seeInstallation")
    return walk_pages(session, lambda cursor: list_lines(session, actor, asked, cursor=cursor, limit=LARGEST_PAGE))


def _last(session: Session, until: datetime | None) -> int:
    """The number of the last entry, or of the last one up to a moment; 0 if there is none."""
    if until is None:
        return session.scalar(select(DocketHead.length).where(DocketHead.chain_id == INSTALLATION)) or 0
    return session.scalar(_numbers().where(DocketEntry.at <= until).order_by(DocketEntry.sequence.desc())) or 0


def _first(session: Session, since: datetime | None) -> int:
    """The number of the first entry from a moment on; where there is none, one that none has."""
    if since is None:
        return 1
    found = session.scalar(_numbers().where(DocketEntry.at >= since).order_by(DocketEntry.sequence))
    return found or LARGEST


def _numbers() -> Query:
    return select(DocketEntry.sequence).where(DocketEntry.chain_id == INSTALLATION).limit(1)


def _query(session: Session, asked: Asked, newest: int, lowest: int) -> Query:
    columns = DocketEntry.sequence, DocketEntry.at, DocketEntry.kind, DocketEntry.body
    query: Query = select(*columns).where(
        DocketEntry.chain_id == INSTALLATION, DocketEntry.sequence < newest, DocketEntry.sequence >= lowest
    )
    if asked.shows != ALL:
        query = query.where(DocketEntry.kind.not_in(ROUTINE))
    if asked.since is not None:
        query = query.where(DocketEntry.at >= asked.since)
    if asked.until is not None:
        query = query.where(DocketEntry.at <= asked.until)
    wanted = words(asked.text)
    people = _people(session, wanted)
    for word in wanted:
        query = query.where(_has(word, asked.called, people))
    return query.order_by(DocketEntry.sequence.desc())


def _people(session: Session, wanted: Sequence[str]) -> dict[str, str]:
    """What is known of the people of whom a word is true, by id, for all words at once."""
    if not wanted:
        return {}
    columns = Person.search_text, Person.email
    true = or_(*(column.contains(word, autoescape=True) for word in wanted for column in columns))
    rows = session.execute(select(Person.id, *columns).where(true).order_by(Person.email).limit(MOST_PEOPLE))
    return {str(id_): f"{names} {email}" for id_, names, email in rows}


def _has(word: str, called: Mapping[str, str], people: Mapping[str, str]) -> ColumnElement[bool]:
    kinds = [kind for kind, name in called.items() if word in searchable(name) or word in kind]
    parts = [id_ for id_, names in people.items() if word in names]
    if len(word) >= SHORTEST_IN_FACTS:
        parts.append(word)
    body = func.lower(DocketEntry.body)
    return or_(DocketEntry.kind.in_(kinds), *(body.contains(part, autoescape=True) for part in parts))


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
