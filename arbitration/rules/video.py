"""Rule ``video.proof``: the video that the listing demands, from payment to the end of the check (C4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case, Exhibit, Video, make
from arbitration.rules.judging import SILENT, Explanation, Missing, Said, Silence, plain_explanation

_NOTHING = timedelta(0)
_NOT_ESTABLISHED = (Said("continuity_unknown", {}),)
_NOT_CONTINUOUS = Said("best_not_continuous", {})


@dataclass(frozen=True, slots=True)
class VideoProof:
    """Met by one video of the whole span that is not known to be cut, or by the seller's admission."""

    name: ClassVar[str] = codes.VIDEO_RULE
    settles: ClassVar[bool] = False
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[str, ...] = codes.REMEDIES

    def holds(self, case: Case, reported_at: datetime) -> bool | Silence | None:
        if not case.terms.video_required:
            return SILENT
        claim = case.claim
        if claim.admitted_by_seller or (case.evidence and _shown(case.evidence, *span(case, reported_at))):
            return True
        return False if claim.evidence_closed else None

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:
        since, until = span(case, reported_at)
        values = {"since": since, "until": until}
        evidence = case.evidence
        shown = _shown(evidence, since, until) if evidence else None
        if shown:
            doubt = () if any(video.continuous for video in shown) else _NOT_ESTABLISHED
            return make(Explanation, (self.name, self.clauses, holds, "video_shown", values, doubt, None, None, None))
        if holds:
            return plain_explanation(self.name, self.clauses, holds, "video_admitted")
        videos = [item for item in evidence if type(item) is Video] if evidence else None
        notes = _shortfalls(videos, since, until) if videos else ()
        code, missing = "video_never_came", None
        if holds is None:
            code, missing = "video_missing", make(Missing, ("video", since, until, codes.BUYER))
        return make(Explanation, (self.name, self.clauses, holds, code, values, notes, missing, None, None))


def span(case: Case, reported_at: datetime) -> tuple[datetime, datetime]:
    """What a video has to show: from the start of payment to the end of the check, or else to the report."""
    return case.purchase.payment_started_at, case.purchase.checked_at or reported_at


def _shown(evidence: tuple[Video | Exhibit, ...], since: datetime, until: datetime) -> list[Video]:
    """The videos that meet the demand."""
    return [
        item
        for item in evidence
        if type(item) is Video and item.starts_at <= since and item.ends_at >= until and item.continuous is not False
    ]


def _shortfalls(videos: list[Video], since: datetime, until: datetime) -> tuple[Said, ...]:
    """Where the best video falls short: the one that leaves least of the span unseen, in whatever order they come."""
    starts_at, ends_at, continuous = videos[0] if len(videos) == 1 else _best(videos, since, until)
    notes = []
    if starts_at > since:
        notes.append(make(Said, ("best_begins_late", {"at": starts_at})))
    if ends_at < until:
        notes.append(make(Said, ("best_ends_early", {"at": ends_at})))
    if continuous is False:
        notes.append(_NOT_CONTINUOUS)
    return tuple(notes)


def _best(videos: list[Video], since: datetime, until: datetime) -> Video:
    def quality(video: Video) -> tuple[timedelta, bool, datetime, datetime]:
        unseen = max(video.starts_at - since, _NOTHING) + max(until - video.ends_at, _NOTHING)
        return unseen, video.continuous is False, video.starts_at, video.ends_at

    return min(videos, key=quality)
