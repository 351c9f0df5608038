"""What the template shows of a checked draft listing: the text with its marks, sentences, and the table of answers."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from arbitration.i18n import Reader
from arbitration.rules.case import Warranty
from arbitration.rules.drafts import Checked, Doubt, Entitlement, tell
from arbitration.rules.drafts.doubts import AGAINST, NOTE, UNCLEAR
from arbitration.rules.drafts.entitlements import AFTER, TROUBLES
from arbitration.rules.listings import Quote
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.services.listing_check import CheckedListing
from arbitration.web.demand import title_of
from arbitration.web.highlighting import Mark, highlighted

SEVERITIES = {
    AGAINST: (N_("Against the agreement"), "not_covered", "x"),
    UNCLEAR: (N_("Unclear"), "needs_evidence", "circle-question-mark"),
    NOTE: (N_("Good to know"), "too_early", "info"),
}
MARKS = {
    "contradicting": N_("against the agreement"),
    "unclear": N_("unclear"),
    "warranty": N_("read as the warranty"),
    "video_required": N_("read as a demand for a video"),
}
"""Kinds of marks, the gravest first: where passages overlap, that one is shown."""
_MARK_OF = {AGAINST: "contradicting", UNCLEAR: "unclear"}


def checked_view(text: str, found: CheckedListing, reader: Reader) -> dict[str, Any]:
    """All that ``templates/listing_check/show.html`` shows of a check."""
    checked = found.checked
    marks = list(_marks(text, checked, reader))
    shown = {mark.kind for mark in marks}
    return {
        "policy_title": title_of(found.policy, reader),
        "marked": highlighted(text, marks),
        "legend": [(kind, reader.gettext(meaning)) for kind, meaning in MARKS.items() if kind in shown],
        "warranty": _warranty(checked.terms.warranty, reader),
        "video": bool(checked.terms.video_required),
        "findings": [_finding(doubt, found.policy, reader) for doubt in checked.doubts],
        "whens": [reader.duration(after) for after in AFTER],
        "rows": [{"reason": reason, "runs": _runs(checked.granted, reason, reader)} for reason in TROUBLES],
        "suggestion": checked.suggestion,
        "language": checked.language,
    }


def _marks(text: str, checked: Checked, reader: Reader) -> Iterator[Mark]:
    """The passages as marks that do not overlap, cut where a graver one begins or ends."""
    spans = [(quote.start, quote.end, kind) for kind, quote in _passages(checked)]
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    order = list(MARKS)
    for start, end in pairwise(edges):
        kinds = [kind for first, last, kind in spans if first <= start and end <= last]
        if kinds and text[start:end].strip():
            kind = min(kinds, key=order.index)
            yield Mark(start, end, kind, reader.gettext(MARKS[kind]))


def _passages(checked: Checked) -> Iterator[tuple[str, Quote]]:
    reading = checked.reading
    if reading.warranty_quote:
        yield "warranty", reading.warranty_quote
    if reading.video_quote:
        yield "video_required", reading.video_quote
    for doubt in checked.doubts:
        if doubt.quote and doubt.severity in _MARK_OF:
            yield _MARK_OF[doubt.severity], doubt.quote


def _warranty(warranty: Warranty, reader: Reader) -> dict[str, Any]:
    duration = warranty.duration and reader.duration(warranty.duration)
    return {"kind": warranty.kind, "duration": duration, "starts": warranty.starts}


def _finding(doubt: Doubt, policy: Policy, reader: Reader) -> dict[str, Any]:
    title, look, icon = SEVERITIES[doubt.severity]
    return {
        "title": reader.gettext(title),
        "look": look,
        "icon": icon,
        "quote": doubt.quote and doubt.quote.text,
        "message": tell(doubt, reader),
        "instead": doubt.instead,
        "clauses": [{"id": clause, "text": policy.clause_text(clause, reader.language)} for clause in doubt.clauses],
    }


def _runs(granted: Sequence[Entitlement], reason: str, reader: Reader) -> list[dict[str, Any]]:
    """The verdicts on one trouble, those that follow each other and are alike as one."""
    answers = [entitlement for entitlement in granted if entitlement.reason == reason]
    runs = []
    for verdict, alike in groupby(answers, key=lambda entitlement: entitlement.verdict):
        times = [reader.duration(entitlement.after) for entitlement in alike]
        label = times[0] if len(times) == 1 else f"{times[0]} – {times[-1]}"
        runs.append({"verdict": verdict, "times": len(times), "label": label})
    return runs
