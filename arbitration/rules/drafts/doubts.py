"""What is unclear in a draft listing, or against the agreement, each with the words it is about and what to write."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.case import Terms, Warranty
from arbitration.rules.drafts.entitlements import Entitlement
from arbitration.rules.drafts.looking import Draft
from arbitration.rules.drafts.phrasebook import phrasebooks
from arbitration.rules.drafts.wording import warranty_wording
from arbitration.rules.durations import Duration
from arbitration.rules.listings.folding import fold
from arbitration.rules.listings.reading import Quote, Reading
from arbitration.rules.policy import Policy

AGAINST, UNCLEAR, NOTE = "against_agreement", "unclear", "note"
SEVERITIES = (AGAINST, UNCLEAR, NOTE)
_CLAUSES = {"review_removal": "F2", "outside_reports": "C6", "remedy_denied": "F1"}
_VIDEO_CLAUSE = "C4"
_RANGE = re.compile(r"[0-9]\s*(?:-|~|\.\.\.?)\s*[0-9]")
_EXAMPLE = Warranty(codes.PERIOD, Duration(days=30))


class Doubt(NamedTuple):
    """``code`` and ``values`` make a sentence (``telling``); ``instead`` is a wording in the language asked for."""

    code: str
    severity: str
    quote: Quote | None = None
    clauses: tuple[str, ...] = ()
    values: Mapping[str, object] = {}
    instead: str | None = None


class Matter(NamedTuple):
    """All that doubts arise from."""

    draft: Draft
    reading: Reading
    terms: Terms
    policy: Policy
    granted: tuple[Entitlement, ...]
    language: str


def doubts(matter: Matter) -> tuple[Doubt, ...]:
    """All doubts, the gravest first, then in the order of the text."""
    found = [*_against(matter), *_warranty(matter), *_conflicts(matter), *_video(matter)]
    known = [doubt._replace(clauses=tuple(c for c in doubt.clauses if c in matter.policy.clauses)) for doubt in found]
    return tuple(sorted(known, key=lambda d: (SEVERITIES.index(d.severity), d.quote.start if d.quote else -1)))


def _against(matter: Matter) -> Iterator[Doubt]:
    for kind, quote in matter.draft.against():
        yield Doubt(kind, AGAINST, quote, (_CLAUSES[kind],))


def _warranty(matter: Matter) -> Iterator[Doubt]:
    quote, policy = matter.reading.warranty_quote, matter.policy
    bases = {entitlement.basis for entitlement in matter.granted}
    if codes.FLOOR in bases and policy.floor is not None:
        least = Warranty(codes.PERIOD, policy.floor.period, policy.floor.starts)
        instead = warranty_wording(least, matter.language)
        yield Doubt("below_floor", AGAINST, quote, policy.floor.clauses, {"duration": policy.floor.period}, instead)
    if codes.HANDOVER in bases:
        yield Doubt("handover_stays", NOTE, quote, ("C1", "C2"))
    if matter.terms.warranty.kind == codes.NOT_STATED:
        instead = warranty_wording(_EXAMPLE, matter.language)
        code = "own_period" if codes.UNSPECIFIED_PERIOD in bases else "no_period"
        yield Doubt(code, UNCLEAR, None, ("C2", "C3"), instead=instead)
        number = matter.draft.bare_number()
        if number is not None and number not in matter.reading.conflicts:
            yield Doubt("no_unit", UNCLEAR, number, ("C2",), instead=instead)
    if matter.terms.warranty.duration is not None and quote is not None:
        yield from _period(matter, quote, matter.terms.warranty.duration)


def _period(matter: Matter, quote: Quote, duration: Duration) -> Iterator[Doubt]:
    draft, values = matter.draft, {"duration": duration}
    instead = warranty_wording(matter.terms.warranty, matter.language)
    if _RANGE.search(fold(quote.text).text):
        yield Doubt("range", UNCLEAR, quote, ("C2",), values, instead)
    elif draft.names(quote, "vague", inside=True):
        yield Doubt("vague", UNCLEAR, quote, ("C2",), values, instead)
    if draft.names(quote, "working_days"):
        yield Doubt("working_days", UNCLEAR, quote, ("C2",), values, instead)
    if draft.names(quote, "first_use") and matter.terms.warranty.starts == codes.DELIVERY:
        yield Doubt("first_use", UNCLEAR, quote, ("C2",), values, instead)
    elif draft.period is not None and draft.period.starts is None:
        yield Doubt("start_unsaid", NOTE, quote, ("C2",), values, instead)
    if duration.months:
        yield Doubt("calendar_months", NOTE, quote, values=values)


def _conflicts(matter: Matter) -> Iterator[Doubt]:
    stated = matter.reading.warranty_quote is not None
    kept = warranty_wording(matter.terms.warranty if stated else _EXAMPLE, matter.language)
    for quote in matter.reading.conflicts:
        if matter.draft.counts_without_unit(quote):
            yield Doubt("no_unit", UNCLEAR, quote, ("C2",), instead=kept)
        elif stated:
            yield Doubt("two_statements", UNCLEAR, quote, ("C2",), instead=kept)
        else:
            yield Doubt("hesitated", UNCLEAR, quote, ("C2", "C3"), instead=kept)


def _video(matter: Matter) -> Iterator[Doubt]:
    quote = matter.reading.video_quote
    if quote is None:
        return
    instead = str(phrasebooks()[matter.language].wording["video"])
    if not matter.draft.names(quote, "paying"):
        late = matter.draft.names(quote, "first_use")
        code, severity = ("late_video", AGAINST) if late else ("video_span", UNCLEAR)
        yield Doubt(code, severity, quote, (_VIDEO_CLAUSE,), instead=instead)
