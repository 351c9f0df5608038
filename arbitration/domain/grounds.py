"""Findings that rest on words of the description say so, with the words."""

from collections.abc import Iterable
from dataclasses import replace

from arbitration.domain.cases import ReasonAnswer
from arbitration.domain.readings import CORRECTION, DESCRIPTION, NOWHERE, VIDEO, WARRANTY, ListingTerms
from arbitration.rules import codes
from arbitration.rules.judging import Said

RESTS_ON = {codes.WARRANTY_RULE: WARRANTY, codes.VIDEO_RULE: VIDEO}


def with_grounds(answers: Iterable[ReasonAnswer], terms: ListingTerms) -> tuple[ReasonAnswer, ...]:
    """The answers, each finding with notes on the words of the listing that it rests on."""
    notes = {rule: tuple(_notes(field, terms)) for rule, field in RESTS_ON.items()}
    return tuple(replace(each, verdict=each.verdict._replace(notes=notes)) for each in answers)


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
