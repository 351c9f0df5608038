"""Rule ``video.proof``: the video that the listing demands, from payment to the end of the check (C4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case, Video
from arbitration.rules.judging import Finding, Missing, Said

_NOTHING = timedelta(0)
_NOT_ESTABLISHED = (Said("continuity_unknown", {}),)


@dataclass(frozen=True, slots=True)
class VideoProof:
    """Met by one video of the whole span that is not known to be cut, or by the seller's admission."""

    name: ClassVar[str] = codes.VIDEO_RULE
    settles: ClassVar[bool] = False
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[str, ...] = codes.REMEDIES

    def judge(self, case: Case, reported_at: datetime) -> Finding | None:
        if not case.terms.video_required:
            return None
        since, until = span(case, reported_at)
        values = {"since": since, "until": until}
        videos = [item for item in case.evidence if type(item) is Video]
        met, continuous = _met(videos, since, until)
        if met:
            notes = () if continuous else _NOT_ESTABLISHED
            return Finding(self.name, self.clauses, True, "video_shown", values, notes)
        if case.claim.admitted_by_seller:
            return Finding(self.name, self.clauses, True, "video_admitted")
        shortfalls = _shortfalls(videos, since, until)
        if case.claim.evidence_closed:
            return Finding(self.name, self.clauses, False, "video_never_came", values, shortfalls)
        missing = Missing("video", since, until)
        return Finding(self.name, self.clauses, None, "video_missing", values, shortfalls, missing)


def span(case: Case, reported_at: datetime) -> tuple[datetime, datetime]:
    """What a video has to show: from the start of payment to the end of the check, or else to the report."""
    return case.purchase.payment_started_at, case.purchase.checked_at or reported_at


def _met(videos: list[Video], since: datetime, until: datetime) -> tuple[bool, bool]:
    """Whether a video meets the demand, and whether one of those that do is known to be continuous."""
    met = False
    for starts_at, ends_at, continuous in videos:
        if starts_at <= since and ends_at >= until and continuous is not False:
            if continuous:
                return True, True
            met = True
    return met, False


def _shortfalls(videos: list[Video], since: datetime, until: datetime) -> tuple[Said, ...]:
    """Where the best video falls short: the one that leaves least of the span unseen, in whatever order they come."""
    if not videos:
        return ()

    def quality(video: Video) -> tuple[timedelta, bool, datetime, datetime]:
        unseen = max(video.starts_at - since, _NOTHING) + max(until - video.ends_at, _NOTHING)
        return unseen, video.continuous is False, video.starts_at, video.ends_at

    best = min(videos, key=quality)
    notes = []
    if best.starts_at > since:
        notes.append(Said("best_begins_late", {"at": best.starts_at}))
    if best.ends_at < until:
        notes.append(Said("best_ends_early", {"at": best.ends_at}))
    if best.continuous is False:
        notes.append(Said("best_not_continuous", {}))
    return tuple(notes)
