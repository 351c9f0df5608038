"""What the templates show of a listing's terms: where each comes from, the words, and who objects to the reading."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from markupsafe import Markup

from arbitration.domain.actors import Actor
from arbitration.domain.readings import DESCRIPTION, FIELDS, MARKETPLACE, READ, VIDEO, WARRANTY, ListingTerms, Term
from arbitration.i18n import Reader
from arbitration.models import Purchase, ReadingObjection
from arbitration.rules.case import Warranty
from arbitration.rules.listings import Quote
from arbitration.rules.marking import N_
from arbitration.web.highlighting import Mark, highlighted
from arbitration.web.views import name_of_side

CONTRADICTING, UNCLEAR, SEVERAL = "contradicting", "unclear", "several"
MARKS = {
    WARRANTY: N_("read as the warranty"),
    VIDEO: N_("read as a demand for a video"),
    CONTRADICTING: N_("contradicts the words that count"),
    UNCLEAR: N_("not clear enough to count"),
}


@dataclass(frozen=True, slots=True)
class Objecting:
    """What stands in the form of an objection, and what is wrong with each of its fields."""

    field: str
    reason: str = ""
    said: dict[str, str] = dataclasses.field(default_factory=dict)
    errors: Mapping[str, str] = dataclasses.field(default_factory=dict)
    restored: bool = False


def terms_view(
    terms: ListingTerms,
    purchase: Purchase,
    objections: Sequence[ReadingObjection] | None,
    actor: Actor,
    reader: Reader,
    objecting: Sequence[Objecting] = (),
) -> dict[str, Any]:
    """The terms as ``templates/purchases/_terms.html`` shows them; ``objections`` is None for who may not see them."""
    made = [_objection(each, purchase, actor, reader) for each in objections or ()]
    forms = {form.field: form for form in objecting}
    return {
        "state": terms.state if any(each.source != MARKETPLACE for each in _readable(terms)) else READ,
        "fields": [
            _field(name, terms, [each for each in made if each["field"] == name], forms.get(name), reader)
            | {"may_object": objections is not None and terms.may_be_objected(name)}
            for name in FIELDS
        ],
        "disclosed": list(terms.terms.disclosed),
        "hesitated": [quote.text for quote in terms.hesitated],
        "contradicting": [quote.text for quote in terms.contradicting],
        "legend": [(kind, reader.gettext(MARKS[kind])) for kind in MARKS if kind in dict(_passages(terms))],
    }


def description_view(description: str, terms: ListingTerms, reader: Reader) -> Markup:
    """The description with the words that were read marked, each with a note on what they were read as."""
    return highlighted(description, marks_of(description, _passages(terms), reader))


def marks_of(text: str, passages: Iterable[tuple[str, Quote]], reader: Reader) -> list[Mark]:
    """The passages as marks that do not overlap: what several quotes share is one mark that names them all.

    A passage that is not what stands in the text is left out.
    """
    spans = [(q.start, q.end, kind) for kind, q in passages if q.start >= 0 and text[q.start : q.end] == q.text]
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    marks = []
    for start, end in pairwise(edges):
        kinds = dict.fromkeys(kind for first, last, kind in spans if first <= start and end <= last)
        if kinds:
            notes = [reader.gettext(MARKS[kind]) for kind in kinds]
            marks.append(Mark(start, end, next(iter(kinds)) if len(kinds) == 1 else SEVERAL, _note(notes, reader)))
    return marks


def _readable(terms: ListingTerms) -> list[Term]:
    return [terms.fields[name] for name in FIELDS]


def _note(notes: Sequence[str], reader: Reader) -> Markup:
    """For those who hear the page: in its language and direction, whatever those of the listing are."""
    html = '<span lang="{}" dir="{}">{}</span>'
    return Markup(html).format(reader.language, reader.direction, reader.joined(notes))


def _passages(terms: ListingTerms) -> list[tuple[str, Quote]]:
    quotes = ((name, terms.fields[name].quote) for name in FIELDS)
    return [
        *((name, quote) for name, quote in quotes if quote),
        *((CONTRADICTING, quote) for quote in terms.contradicting),
        *((UNCLEAR, quote) for quote in terms.hesitated),
    ]


def _field(
    name: str, terms: ListingTerms, made: list[dict[str, Any]], form: Objecting | None, reader: Reader
) -> dict[str, Any]:
    term = terms.fields[name]
    value = warranty_view(terms.terms.warranty, reader) if name == WARRANTY else terms.terms.video_required
    return {
        "name": name,
        "value": value,
        "source": term.source,
        "quote": term.quote.text if term.quote else None,
        "objections": made,
        "objected": any(each["mine"] for each in made),
        "form": form,
        "was_read": term.source == DESCRIPTION,
    }


def warranty_view(warranty: Warranty, reader: Reader) -> dict[str, Any]:
    """A warranty for the macro ``term_value``."""
    duration = reader.duration(warranty.duration) if warranty.duration else None
    return {"kind": warranty.kind, "duration": duration, "starts": warranty.starts}


def suggestion_view(objection: ReadingObjection, reader: Reader) -> Any:
    """How the party would have the field read, for the macro ``term_value``; None where it was left open."""
    value = (objection.suggestion or {}).get(objection.field)
    if objection.field != WARRANTY or value is None:
        return value
    duration = reader.duration(value["duration"]) if value.get("duration") else None
    return {"kind": value["kind"], "duration": duration, "starts": value.get("starts")}


def _objection(objection: ReadingObjection, purchase: Purchase, actor: Actor, reader: Reader) -> dict[str, Any]:
    id_: UUID = objection.id
    return {
        "id": id_,
        "field": objection.field,
        "mine": objection.person_id == actor.person_id,
        "name": name_of_side(purchase, objection.role, reader),
        "made_at": objection.made_at,
        "text": objection.text,
        "suggestion": suggestion_view(objection, reader),
    }
