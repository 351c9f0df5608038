"""Rule ``warranty.period`` where the agreement sets bounds of its own: a floor under what listings state, and a period
for listings that state none (docs/policy.md, ``[floor]`` and ``unstated_period``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.durations import Duration
from arbitration.rules.judging import NO_VALUES, Cover, Explanation, Said
from arbitration.rules.warranty import WarrantyPeriod, delivered, told_elsewhere

_NOTES = {
    codes.STATED: "floor_over_period",
    codes.HANDOVER: "floor_over_exclusion",
    codes.UNSPECIFIED_PERIOD: "floor_over_own_period",
}


class Floor(NamedTuple):
    """The least warranty for some reasons: what a listing states counts only where it ends no earlier."""

    period: Duration
    starts: str
    reasons: frozenset[str]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoundedWarranty:
    """The warranty of the listing, or the agreement's own where the listing states none or less than the floor."""

    name: ClassVar[str] = codes.WARRANTY_RULE
    settles: ClassVar[bool] = False
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    listed: WarrantyPeriod
    unstated_period: Duration | None
    """From delivery, where the listing states no warranty; None where that means an unlimited one."""
    unstated_clauses: tuple[str, ...]
    floor: Floor | None

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.listed.reasons

    @property
    def remedies(self) -> tuple[str, ...]:
        return self.listed.remedies

    def cover(self, case: Case) -> Cover:
        """What the warranty of this case rests on, and until when it runs: never below the floor."""
        cover = self._above_floor(case)
        floor = self.floor
        if floor is None or case.claim.reason not in floor.reasons or (cover.exists and cover.expires_at is None):
            return cover
        least = floor.period.after(_start(case, floor.starts))
        if least is not None and cover.expires_at is not None and cover.expires_at >= least:
            return cover
        return Cover(codes.FLOOR, least)

    def holds(self, case: Case, reported_at: datetime) -> bool:
        floor = self.floor
        if floor is None or case.claim.reason not in floor.reasons:
            return self._agreed(case, reported_at)
        return self._agreed(case, reported_at) or floor.period.covers(_start(case, floor.starts), reported_at)

    def _agreed(self, case: Case, reported_at: datetime) -> bool:
        """Whether the listing's own period runs, or the agreement's in its place."""
        own = self.unstated_period
        if own is not None and case.terms.warranty.kind == codes.NOT_STATED:
            return own.covers(delivered(case), reported_at)
        return self.listed.holds(case, reported_at)

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:
        cover = self.cover(case)
        if cover.basis == codes.FLOOR and self.floor is not None:
            duration, starts, _, clauses = self.floor
            sentence, notes = f"floor_from_{starts}", self._below(case)
        elif cover.basis == codes.UNSPECIFIED_PERIOD and self.unstated_period is not None:
            duration, clauses, sentence, notes = self.unstated_period, self.unstated_clauses, "own_period", ()
        else:
            return self.listed.explain(case, reported_at, holds)
        values = {"reported_at": reported_at, "expires_at": cover.expires_at, "duration": duration}
        notes = notes if holds else (*notes, *told_elsewhere(case, reported_at))
        return Explanation(self.name, clauses, holds, _code(sentence, cover, holds), values, notes, cover=cover)

    def _above_floor(self, case: Case) -> Cover:
        cover = self.listed.cover(case)
        if cover.basis == codes.UNSPECIFIED and self.unstated_period is not None:
            return Cover(codes.UNSPECIFIED_PERIOD, self.unstated_period.after(_start(case, codes.DELIVERY)))
        return cover

    def _below(self, case: Case) -> tuple[Said, ...]:
        """A note on what there would have been without the floor, which was less."""
        cover = self._above_floor(case)
        values: Mapping[str, object] = NO_VALUES if cover.basis == codes.HANDOVER else {"at": cover.expires_at}
        return (Said(_NOTES[cover.basis], values),)


def _start(case: Case, starts: str) -> datetime:
    return case.purchase.paid_at if starts == codes.PAYMENT else delivered(case)


def _code(sentence: str, cover: Cover, holds: bool | None) -> str:
    if cover.expires_at is None:
        return f"{sentence.partition('_from_')[0]}_without_end"
    return f"{sentence}_in_time" if holds else f"{sentence}_too_late"
