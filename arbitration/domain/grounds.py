"""Findings that rest on words of the description say so, with the words."""

from collections.abc import Iterable

from arbitration.domain.cases import ReasonAnswer
from arbitration.domain.readings import CORRECTION, DESCRIPTION, NOWHERE, VIDEO, WARRANTY, ListingTerms
from arbitration.rules import codes
from arbitration.rules.judging import Finding, Said
from arbitration.rules.verdict import Verdict

RESTS_ON = {codes.WARRANTY_RULE: WARRANTY, codes.VIDEO_RULE: VIDEO}


def with_grounds(answers: Iterable[ReasonAnswer], terms: ListingTerms) -> tuple[ReasonAnswer, ...]:
    """The answers, each finding with notes on the words of the listing that it rests on."""
    return tuple(ReasonAnswer(each.reason, _with_notes(each, terms), each.awaits_delivery) for each in answers)


def _with_notes(answer: ReasonAnswer, terms: ListingTerms) -> Verdict:
    findings = tuple(_noted(finding, terms) for finding in answer.verdict.findings)
    return answer.verdict._replace(findings=findings)


def _noted(finding: Finding, terms: ListingTerms) -> Finding:
    field = RESTS_ON.get(finding.rule)
    notes = tuple(_notes(field, terms)) if field else ()
    return finding._replace(notes=(*notes, *finding.notes)) if notes else finding


def _notes(field: str, terms: ListingTerms) -> Iterable[Said]:
    term = terms.fields[field]
    if term.source == CORRECTION:
        yield Said("reading_corrected", {})
    if term.source == DESCRIPTION and term.quote:
        yield _said("listing_says", term.quote.text)
    if field == WARRANTY and term.source == DESCRIPTION and terms.contradicting:
        yield _said("listing_contradicts", terms.contradicting[0].text)
    if field == WARRANTY and term.source == NOWHERE and terms.hesitated:
        yield _said("listing_unclear", terms.hesitated[0].text)


def _said(code: str, words: str) -> Said:
    return Said(code, {"quote": " ".join(words.split())})
