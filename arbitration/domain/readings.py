"""Which terms hold for a listing, and where each of them comes from.

What the marketplace states wins, field by field; what it leaves out is read in the description; a correction that an
arbiter decided beats the reading from then on, but never what the marketplace states (docs/readings.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from arbitration.domain.cases import terms_of
from arbitration.rules import codes
from arbitration.rules.case import Terms
from arbitration.rules.listings import Quote, Reading, terms_in_force

WARRANTY, VIDEO, DISCLOSED = "warranty", "video_required", "disclosed"
FIELDS = (WARRANTY, VIDEO)
"""What can be read in a description. Disclosed defects are the marketplace's to state."""

MARKETPLACE, DESCRIPTION, CORRECTION, NOWHERE = "marketplace", "description", "correction", "not_stated"
SOURCES = (MARKETPLACE, DESCRIPTION, CORRECTION, NOWHERE)
WAITING, READ, FAILED = "waiting", "read", "failed"
STATES = (WAITING, READ, FAILED)
NOTHING = Reading(None, {"kind": codes.NOT_STATED}, None, False, None, ())


@dataclass(frozen=True, slots=True)
class Found:
    """What the reader made of a description: ``waiting`` to be read, ``read``, or ``failed``."""

    state: str = WAITING
    reading: Reading = NOTHING


@dataclass(frozen=True, slots=True)
class Term:
    """One of the terms: its value as ``listing.terms`` writes it (None: not stated), its source, and the words."""

    value: Any = None
    source: str = NOWHERE
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class ListingTerms:
    """The terms of a listing as they hold.

    ``hesitated`` are words of which the reader was not sure, so that they count as not stated; ``contradicting`` those
    that say something else than the words that count.
    """

    terms: Terms
    fields: Mapping[str, Term]
    state: str
    hesitated: tuple[Quote, ...] = ()
    contradicting: tuple[Quote, ...] = ()

    def may_be_objected(self, field: str) -> bool:
        """Whether a party can say that the field was read wrongly: it was read, and nobody has stated or decided it."""
        return self.state != WAITING and field in FIELDS and self.fields[field].source in (DESCRIPTION, NOWHERE)


def in_force(
    stated: Mapping[str, Any] | None, found: Found, corrections: Mapping[str, Any] | None = None
) -> ListingTerms:
    """The terms that hold, from what the marketplace states, what was read, and what was corrected (by field)."""
    corrected = dict(corrections or {})
    merged = terms_in_force(stated, _with(found.reading, corrected))
    sources = {field: _source(field, stated, merged.read, corrected) for field in (*FIELDS, DISCLOSED)}
    fields = {
        field: Term(
            merged.terms.get(field, corrected.get(field)) if source != NOWHERE else None,
            source,
            merged.read.get(field) if source == DESCRIPTION else None,
        )
        for field, source in sources.items()
    }
    others = found.reading.conflicts
    return ListingTerms(
        terms_of(merged.terms),
        fields,
        found.state,
        hesitated=others if sources[WARRANTY] == NOWHERE else (),
        contradicting=others if sources[WARRANTY] == DESCRIPTION else (),
    )


def _with(reading: Reading, corrections: Mapping[str, Any]) -> Reading:
    if WARRANTY in corrections:
        reading = replace(reading, warranty=dict(corrections[WARRANTY]), warranty_quote=None)
    if VIDEO in corrections:
        reading = replace(reading, video_required=bool(corrections[VIDEO]), video_quote=None)
    return reading


def _source(
    field: str, stated: Mapping[str, Any] | None, read: Mapping[str, object], corrections: Mapping[str, Any]
) -> str:
    if is_stated(field, stated):
        return MARKETPLACE
    if field in corrections:
        return CORRECTION
    return DESCRIPTION if field in read else NOWHERE


def is_stated(field: str, stated: Mapping[str, Any] | None) -> bool:
    """Whether the marketplace states the field itself. A warranty of the kind ``not_stated`` is none."""
    value = (stated or {}).get(field)
    return value is not None and not (field == WARRANTY and dict(value).get("kind") == codes.NOT_STATED)


def kept_form(reading: Reading) -> dict[str, Any]:
    """A reading as it is kept: the answer of the command ``terms`` without an id."""
    return {name: value for name, value in reading.as_dict().items() if name != "id"}


def reading_of(kept: Mapping[str, Any]) -> Reading:
    """A reading from the form in which it is kept."""
    return Reading(
        language=kept["language"],
        warranty=dict(kept["warranty"]),
        warranty_quote=_quote(kept["warranty_quote"]),
        video_required=kept["video_required"],
        video_quote=_quote(kept["video_quote"]),
        conflicts=_quotes(kept["conflicts"]),
    )


def _quotes(kept: Sequence[Mapping[str, Any]]) -> tuple[Quote, ...]:
    return tuple(Quote(each["text"], each["start"], each["end"]) for each in kept)


def _quote(kept: Mapping[str, Any] | None) -> Quote | None:
    return Quote(kept["text"], kept["start"], kept["end"]) if kept else None
