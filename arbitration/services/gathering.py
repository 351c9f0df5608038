"""Reading many small tables of one purchase in one statement, for pages that show all of them.

Such a page would ask some twenty times for a handful of rows each. ``gather`` reads them at once, and the services that
list them (``list_facts``, ``parts_of`` and so on) take what was gathered, where it was, instead of asking. It is for a
block of ``reading()`` alone and is forgotten with it: within an act everybody asks anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, cast, literal_column, null, or_, select
from sqlalchemy import union_all as all_of
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from arbitration.columns import is_one_of
from arbitration.models import (
    Appeal,
    ArbiterObjection,
    Assignment,
    ConductReport,
    DeadlineRow,
    Dispute,
    Exhibit,
    ExhibitRequest,
    ExhibitView,
    Extension,
    Fact,
    KeptText,
    ListingReading,
    Message,
    MessageVersion,
    Note,
    Offer,
    Person,
    Purchase,
    ReadingObjection,
    ReadMark,
    Remedy,
    RequestedRemedy,
    Ruling,
    RulingQuestion,
)
from arbitration.services.reports import first_standing, may_be_reports

T = TypeVar("T")
Group = tuple[Any, ...]
"""The models whose rows one statement reads."""
KEY = "gathered"
"""Where a session keeps it; ``db.reading`` lets it go."""
_PURCHASE: BindParameter[UUID] = bindparam("gathered_purchase", type_=Purchase.id.type)
_LISTING: BindParameter[UUID] = bindparam("gathered_listing", type_=Purchase.id.type)
_ARBITER: BindParameter[UUID] = bindparam("gathered_arbiter", type_=Purchase.id.type)
_PAID: BindParameter[datetime] = bindparam("gathered_paid", type_=Purchase.paid_at.type)
_BROWSER: BindParameter[str] = bindparam("gathered_browser", type_=KeptText.token_hash.type)
_NAME: BindParameter[str] = bindparam("gathered_name", type_=KeptText.external_id.type)
_DISPUTES = select(Dispute.id).where(Dispute.purchase_id == _PURCHASE)
_OF_DISPUTE = (
    DeadlineRow,
    Extension,
    Offer,
    ExhibitRequest,
    Assignment,
    ArbiterObjection,
    Ruling,
    Appeal,
    RulingQuestion,
    RequestedRemedy,
)
_OF_PURCHASE = (Dispute, Remedy, Fact, ConductReport, Exhibit, ReadMark)

_BARE: Mapping[type[Any], Sequence[str]] = {
    Message: ("posted_at", "reports_problem", "deleted_at", "hidden_at", "kind", "author_role")
}
"""Of the messages that matter to the agreement or can be hidden some columns are read, as plain tuples."""
_TEXT = ("position", "kind", "author_id", "hidden_at", "deleted_at", "about")
"""Of the messages that came with some acts, beside their texts."""
WITH_ACTS = ("opening", "exhibit", "ruling", "hiding")


@dataclass(slots=True)
class Gathered:
    """What was read of a purchase: rows by model. Of messages, and of texts, some columns of some alone."""

    purchase: Purchase
    rows: Mapping[type[Any], Sequence[Any]]
    browser: str = ""
    tied: dict[UUID, bool] = field(default_factory=dict)
    """Which arbiters declared a tie to a party, once it was asked."""


def gather(session: Session, purchase: Purchase, arbiter_id: UUID | None = None, browser: str = "") -> Gathered:
    """Read all small rows about a purchase in two queries; the notes of arbiters only where an arbiter looks.

    The second is for what there is only with a dispute, or with exhibits.

    ``browser`` is the hash of a browser's token, for the texts that are kept for it.

    Raises:
        RuntimeError: within an act.
    """
    if session.info.get("in_unit_of_work"):
        raise RuntimeError("an act asks anew: what was gathered before it may not hold any more")
    asked = {
        "gathered_purchase": purchase.id,
        "gathered_listing": purchase.listing_id,
        "gathered_paid": purchase.paid_at,
        "gathered_arbiter": arbiter_id,
        "gathered_browser": browser,
        "gathered_name": purchase.external_id,
    }
    rows: dict[type[Any], list[Any]] = {model: [] for model in _MODELS}
    _read(session, _FIRST, asked, rows)
    if rows[Dispute] or rows[Exhibit] or arbiter_id is not None:
        _read(session, _WITH_NOTES if arbiter_id is not None else _THEN, asked, rows)
    found = Gathered(purchase, rows, browser)
    session.info[KEY] = found
    return found


def gathered(session: Session, purchase_id: UUID) -> Gathered | None:
    """What was gathered of a purchase, if it was."""
    found: Gathered | None = session.info.get(KEY)
    return found if found is not None and found.purchase.id == purchase_id else None


def of_purchase(session: Session, model: type[T], purchase_id: UUID, order: Callable[[T], Any]) -> list[T] | None:
    """The rows of a model that were gathered of a purchase, in an order; None where nothing was gathered."""
    found = gathered(session, purchase_id)
    return None if found is None else sorted(found.rows[model], key=order)


def of_dispute(session: Session, model: type[T], dispute: Dispute, order: Callable[[T], Any]) -> list[T] | None:
    """The same for a model whose rows belong to a dispute."""
    rows = of_purchase(session, model, dispute.purchase_id, order)
    return None if rows is None else [row for row in rows if getattr(row, "dispute_id", None) == dispute.id]


def _people(arbiter_id: BindParameter[UUID]) -> ColumnElement[bool]:
    """Whose names a page shows beside rows of the case, and the arbiter who looks."""
    views = select(ExhibitView.person_id).join(Exhibit, Exhibit.id == ExhibitView.exhibit_id)
    return Person.id.in_(  # one list, not one or another: for that PostgreSQL looks at everybody there is
        all_of(
            select(arbiter_id),
            select(Assignment.arbiter_id).where(Assignment.dispute_id.in_(_DISPUTES)),
            select(Ruling.arbiter_id).where(Ruling.dispute_id.in_(_DISPUTES)),
            select(Note.author_id).where(Note.dispute_id.in_(_DISPUTES)),
            views.where(Exhibit.purchase_id == _PURCHASE),
        )
    )


@cache
def _parts() -> Mapping[type[Any], ColumnElement[bool]]:
    parts: dict[type[Any], ColumnElement[bool]] = {model: model.purchase_id == _PURCHASE for model in _OF_PURCHASE}
    parts |= {model: model.dispute_id.in_(_DISPUTES) for model in _OF_DISPUTE}
    filed = select(Exhibit.id).where(Exhibit.purchase_id == _PURCHASE)
    own = and_(ReadingObjection.purchase_id == _PURCHASE, ReadingObjection.decided_at.is_(None))
    decided = and_(ReadingObjection.listing_id == _LISTING, ReadingObjection.decided_at.is_not(None))
    return parts | {
        Message: or_(may_be_reports(_PURCHASE, _PAID), first_standing(_PURCHASE)),
        MessageVersion: and_(
            MessageVersion.message_id == Message.id,
            MessageVersion.number == Message.versions,
            Message.purchase_id == _PURCHASE,
            is_one_of(Message.kind, WITH_ACTS),
        ),
        Person: _people(_ARBITER),
        KeptText: and_(KeptText.token_hash == _BROWSER, KeptText.external_id == _NAME),
        ExhibitView: ExhibitView.exhibit_id.in_(filed),
        ReadingObjection: or_(own, decided),
        ListingReading: ListingReading.listing_id == _LISTING,
        Note: Note.dispute_id.in_(_DISPUTES),
    }


_FIRST: Group = (*_OF_PURCHASE, Message, KeptText, ReadingObjection, ListingReading)
_THEN: Group = (*_OF_DISPUTE, MessageVersion, Person, ExhibitView)
_WITH_NOTES: Group = (*_THEN, Note)
_MODELS: Group = (*_FIRST, *_WITH_NOTES)
_BY_NAME: Mapping[str, Any] = {model.__tablename__: model for model in _MODELS}


def _read(session: Session, group: Group, asked: Mapping[str, Any], rows: Mapping[Any, list[Any]]) -> None:
    for name, *slots in session.connection().execute(_statement(group), asked):
        model = _BY_NAME[name]
        rows[model].append(_row(session, model, [slots[place] for place in _places(group, model)]))


@cache
def _columns(model: Any) -> Sequence[Any]:
    """The columns that are loaded of a model: all but those that are loaded where asked for by name alone."""
    attributes = model.__mapper__.column_attrs
    if model is MessageVersion:
        return [*(Message.__mapper__.column_attrs[name] for name in _TEXT), attributes["text"]]
    if model in _BARE:
        return [attributes[name] for name in _BARE[model]]
    return [attribute for attribute in attributes if not attribute.deferred]


@cache
def _slots(group: Group) -> Sequence[Any]:
    """The types of the columns of a statement: of each type as many as the model with most of them has."""
    most: dict[str, list[Any]] = {}
    for model in group:
        own: dict[str, list[Any]] = {}
        for attribute in _columns(model):
            type_ = attribute.columns[0].type
            own.setdefault(_kind(type_), []).append(type_)
        for kind, types in own.items():
            most[kind] = max(most.get(kind, []), types, key=len)
    return [(kind, types[0]) for kind, types in sorted(most.items()) for _ in types]


def _kind(type_: Any) -> str:
    return str(type_.__visit_name__ if type_.__visit_name__ != "type_decorator" else type(type_).__name__)


@cache
def _places(group: Group, model: Any) -> Sequence[int]:
    """In which slot each column of a model stands."""
    slots = _slots(group)
    free, places = list(range(len(slots))), []
    for attribute in _columns(model):
        kind = _kind(attribute.columns[0].type)
        place = next(it for it in free if slots[it][0] == kind)
        free.remove(place)
        places.append(place)
    return places


@cache
def _statement(group: Group) -> Any:
    return all_of(*(_part(group, model) for model in group))


def _part(group: Group, model: Any) -> Select[Any]:
    columns = (attribute.columns[0] for attribute in _columns(model))
    by_place = dict(zip(_places(group, model), columns, strict=True))
    slots = [
        (by_place[place] if place in by_place else cast(null(), type_)).label(f"slot_{place}")
        for place, (_, type_) in enumerate(_slots(group))
    ]
    return select(literal_column(f"'{model.__tablename__}'").label("name"), *slots).where(_parts()[model])


def _row(session: Session, model: Any, values: Sequence[Any]) -> Any:
    """The row as the session would have loaded it, and the one that it has already where it has."""
    if model in (Message, MessageVersion):
        return SimpleNamespace(**{it.key: value for it, value in zip(_columns(model), values, strict=True)})
    said = {attribute.key: value for attribute, value in zip(_columns(model), values, strict=True)}
    key = identity_key(model, tuple(said[column.key] for column in model.__mapper__.primary_key))
    known = session.identity_map.get(key)
    if known is not None:
        return known
    row = model(**said)
    make_transient_to_detached(row)
    session.add(row)
    return row


def text_at(session: Session, purchase_id: UUID, position: int) -> Any:
    """What was written with an act at a position, as far as it was gathered: a row with the columns of ``_TEXT``."""
    found = gathered(session, purchase_id)
    rows = found.rows[MessageVersion] if found is not None else ()
    return next((row for row in rows if row.position == position), None)


def texts_of(found: Gathered, kind: str) -> list[tuple[Any, Person | None]]:
    """What was written with the acts of a kind, each with who wrote it."""
    people = {person.id: person for person in found.rows[Person]}
    return [(row, people.get(row.author_id)) for row in found.rows[MessageVersion] if row.kind == kind]
