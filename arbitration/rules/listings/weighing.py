"""Weighs the claims of a listing: the one kinder to the buyer is chosen, the others are shown beside it."""

from collections.abc import Sequence
from typing import NamedTuple

from arbitration.rules.listings.claims import EXCLUDED, PAYMENT, PERIOD, UNLIMITED, Claim

_KINDNESS = {EXCLUDED: 0, PERIOD: 1, UNLIMITED: 2}


class Weighed(NamedTuple):
    """The claim that holds, or None, and those that contradict it or were only hesitated over."""

    chosen: Claim | None
    conflicts: tuple[Claim, ...]


def weigh(claims: Sequence[Claim]) -> Weighed:
    """The chosen claim and the conflicting ones, in the order of the text."""
    stated = [c for c in claims if not (c.later and any(o.kind != EXCLUDED and o.place <= c.place for o in claims))]
    sure = [c for c in stated if c.sure]
    if not sure:
        return Weighed(None, _distinct([c for c in stated if not c.sure]))
    chosen = max(sure, key=lambda c: (*_kindness(c), -c.start))
    return Weighed(chosen, _distinct([c for c in stated if c is not chosen and _contradicts(c, chosen)]))


def _kindness(claim: Claim) -> tuple[int, int, bool]:
    minutes = claim.span.minutes if claim.span else 0
    return _KINDNESS[claim.kind], minutes, claim.starts != PAYMENT


def _contradicts(claim: Claim, chosen: Claim) -> bool:
    if claim.start < chosen.end and chosen.start < claim.end:
        return False
    if claim.kind != chosen.kind or not claim.sure:
        return True
    if claim.span and chosen.span and not claim.span.about(chosen.span):
        return True
    return None not in (claim.starts, chosen.starts) and claim.starts != chosen.starts


def _distinct(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted({(c.start, c.end): c for c in claims}.values(), key=lambda c: c.start))
