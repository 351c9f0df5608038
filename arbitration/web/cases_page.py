"""The page of a case as an arbiter works on it: everything about it in view, and a form for each act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, render_template
from sqlalchemy.orm import Session

from arbitration.db import reading
from arbitration.domain.actors import Actor
from arbitration.domain.arbiters import HAND_OVER_GROUNDS, REQUESTABLE
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.i18n.currencies import amount_text
from arbitration.models import Purchase
from arbitration.services import correspondence, exhibits, messages, objections, readings
from arbitration.services.correspondence import Told
from arbitration.services.disputes import arbiters, conduct, notes, showing
from arbitration.services.disputes.showing import ShownDispute
from arbitration.services.facts import list_facts
from arbitration.services.loading import seen_until
from arbitration.web.cases_views import choices_of, exhibit_lines, fact_view, note_view, reading_view, report_view
from arbitration.web.disputes_shown import dispute_view
from arbitration.web.errors import sentence_of
from arbitration.web.exhibit_views import exhibit_views
from arbitration.web.moments import example_moment
from arbitration.web.notices import note_shown_of
from arbitration.web.purchases import note_shown, whole_number
from arbitration.web.readings import description_view, terms_view
from arbitration.web.thread import first_unread, message_views
from arbitration.web.views import listing_view, purchase_view

SHOWN_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was refused, or kept over a sign-in: of which act, about what, what it says, and what is wrong."""

    act: str = ""
    subject: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    restored: bool = False


def page(dispute_id: UUID, tried: Tried | None = None, status: int = 200) -> Response:
    """The workplace; ``tried`` is a form that comes back with what was typed.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``; it is for arbiters who are no party alone.
    """
    with reading() as session:
        shown = showing.show(session, guard.actor(), dispute_id, g.now)
        values = case_values(session, guard.actor(), shown)
        values |= _thread(session, guard.actor(), shown.case.purchase, values.pop("told"), values.pop("until"))
        values["form_of"] = lambda act, subject="": _form(tried, act, str(subject))
        seen = values.pop("seen")
        response = make_response(render_template("cases/show.html", now=g.now, **values), status)
        external_id, purchase_id = shown.case.purchase.external_id, shown.case.purchase.id
    note_shown(purchase_id, seen, values["messages"])
    note_shown_of(external_id)
    return response


def case_values(session: Session, actor: Actor, shown: ShownDispute) -> dict[str, Any]:
    """What the workplace and the form of a ruling show of a case.

    Raises:
        ForbiddenError: the actor is no arbiter, or a party of the purchase.
    """
    reader, purchase, dispute = current_reader(), shown.case.purchase, shown.case.dispute
    written = notes.of_case(session, actor, shown.case)
    found = exhibits.shown_of(session, actor, purchase)
    views = exhibit_views(found, purchase, actor, reader)
    exhibit_lines(found, views, purchase, g.now)
    numbers = {each.exhibit.id: view["number"] for each, view in zip(found, views, strict=True)}
    until = seen_until(session, actor, purchase)
    told = correspondence.last_of(session, purchase.id, limit=SHOWN_AT_ONCE, all_texts=True, until=until)
    stated, reported = list_facts(session, purchase.id), conduct.list_reports(session, purchase.id)
    return {
        "told": told,
        "until": until,
        "purchase": purchase_view(purchase, actor, reader),
        "dispute": dispute_view(session, shown, actor, reader, g.now),
        "mine": dispute.arbiter_id == actor.person_id,
        "may": {each.name for each in shown.actions},
        "conflict": _conflict(session, actor, shown),
        "exhibits": views,
        "facts": [fact_view(it, purchase, numbers, reader) for it in stated if until is None or it.stated_at <= until],
        "reports": [report_view(it, purchase, reader) for it in reported if until is None or it.reported_at <= until],
        "notes": None if written is None else [note_view(each) for each in written],
        "tied": reader.gettext(notes.TIED),
        "choices": choices_of(told, purchase, reader),
        "past": [
            (each.arbiter.name or each.arbiter.email, each.taken_at, each.left_at, each.ground)
            for each in shown.parts.assignments
        ],
        "grounds": HAND_OVER_GROUNDS,
        "kinds": REQUESTABLE,
        "example": example_moment(reader, g.now),
        "ruling": _in_force(shown),
        **_listing(session, actor, purchase, until),
    }


def _form(tried: Tried | None, act: str, subject: str) -> Tried:
    return tried if tried is not None and (tried.act, tried.subject) == (act, subject) else Tried()


def _conflict(session: Session, actor: Actor, shown: ShownDispute) -> str | None:
    """Why the arbiter could not take the case, where nobody has it."""
    if shown.case.dispute.arbiter_id is not None:
        return None
    refusal = arbiters.conflict(session, actor, shown.case)
    return sentence_of(refusal) if refusal else None


def _listing(session: Session, actor: Actor, purchase: Purchase, until: datetime | None) -> dict[str, Any]:
    reader, listing = current_reader(), purchase.listing
    terms = readings.terms_at(readings.held(session, purchase.listing_id), g.now)
    made = [it for it in objections.list_open(session, purchase.id) if until is None or it.made_at <= until]
    quotes = {name: term.quote.text if term.quote else None for name, term in terms.fields.items()}
    shown = terms_view(terms, purchase, None, actor, reader)
    return {
        "listing": listing_view(listing)
        | {"description": description_view(listing.description, terms, reader), "terms": shown},
        "readings": [reading_view(each, quotes.get(each.field), purchase, reader) for each in made],
    }


def _in_force(shown: ShownDispute) -> dict[str, Any] | None:
    """The ruling in force as a correction needs it."""
    ruling = shown.parts.ruling
    if ruling is None:
        return None
    currency = shown.case.purchase.currency
    return {
        "amount": amount_text(ruling.amount, currency) if ruling.amount is not None else None,
        "exhibits": [f"E{number}" for number in ruling.exhibits],
        "findings": list(ruling.findings),
        "possible": [each["rule"] for each in ruling.verdict.get("findings", ())],
    }


def _thread(
    session: Session, actor: Actor, purchase: Purchase, last: list[Told], until: datetime | None
) -> dict[str, Any]:
    """The last messages, or those before the position that the address names; ``until`` as ``page_of`` has it."""
    before, told = whole_number("before"), last
    if before is not None:
        told = correspondence.last_of(
            session, purchase.id, before=before, limit=SHOWN_AT_ONCE, all_texts=True, until=until
        )
    marks = messages.read_marks(session, purchase.id)
    mark = marks.get(actor.person_id) if actor.person_id else None
    seen = mark.position if mark else 0
    end = last[-1].message.position if last else 0
    return {
        "messages": message_views(session, told, purchase, actor, marks, None, current_reader()),
        "first_unread": first_unread(told, actor, seen) if seen else None,
        "older": told[0].message.position if told and told[0].message.position > 1 else None,
        "newer": bool(told) and told[-1].message.position < end,
        "seen": seen,
    }
