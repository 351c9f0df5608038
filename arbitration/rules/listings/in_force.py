"""Which terms hold for a listing: what the marketplace states, field by field, and what is read for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arbitration.rules.listings.reading import NOT_STATED, Quote, Reading


@dataclass(frozen=True, slots=True)
class TermsInForce:
    """The terms as the engine takes them, and the quote behind each field that was read out of the listing."""

    terms: dict[str, Any]
    read: dict[str, Quote | None]


def terms_in_force(stated: Mapping[str, Any] | None, reading: Reading) -> TermsInForce:
    """Puts what was read where the marketplace states nothing.

    ``stated`` is ``listing.terms`` of an import (docs/importing.md), or None. A field that is absent or null is not
    stated; so is a warranty of kind ``not_stated``. ``read`` holds only fields that were taken from the listing.
    """
    terms = {field: value for field, value in (stated or {}).items() if value is not None}
    if dict(terms.get("warranty") or {}).get("kind") == NOT_STATED:
        del terms["warranty"]
    read: dict[str, Quote | None] = {}
    if "warranty" not in terms and reading.warranty["kind"] != NOT_STATED:
        terms["warranty"], read["warranty"] = dict(reading.warranty), reading.warranty_quote
    if "video_required" not in terms and reading.video_required:
        terms["video_required"], read["video_required"] = True, reading.video_quote
    return TermsInForce(terms, read)
