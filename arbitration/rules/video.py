"""Rule ``video.proof``: the video that the listing demands, from payment to the end of the check (C4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case, Video
from arbitration.rules.judging import Finding, Missing, Said, make, plain_finding

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
        videos = [item for item in case.evidence if type(item) is Video] if case.evidence else []
        met = _met(videos, since, until) if videos else None
        if met is not None:
            doubt = () if met else _NOT_ESTABLISHED
            return make(Finding, (self.name, self.clauses, True, "video_shown", values, doubt, None, None, None))
        claim = case.claim
        if claim.admitted_by_seller:
            return plain_finding(self.name, self.clauses, True, "video_admitted")
        notes = _shortfalls(videos, since, until) if videos else ()
        if claim.evidence_closed:
            return make(Finding, (self.name, self.clauses, False, "video_never_came", values, notes, None, None, None))
        missing = make(Missing, ("video", since, until, codes.BUYER))
        return make(Finding, (self.name, self.clauses, None, "video_missing", values, notes, missing, None, None))


def span(case: Case, reported_at: datetime) -> tuple[datetime, datetime]:
    """What a video has to show: from the start of payment to the end of the check, or else to the report."""
    return case.purchase.payment_started_at, case.purchase.checked_at or reported_at


def _met(videos: list[Video], since: datetime, until: datetime) -> bool | None:
    """Whether one of the videos that meet the demand is known to be continuous; None where no video meets it."""
    met = None
    for starts_at, ends_at, continuous in videos:
        if starts_at <= since and ends_at >= until and continuous is not False:
            if continuous:
                return True
            met = False
    return met


def _shortfalls(videos: list[Video], since: datetime, until: datetime) -> tuple[Said, ...]:
    """Where the best video falls short: the one that leaves least of the span unseen, in whatever order they come."""

    def quality(video: Video) -> tuple[timedelta, bool, datetime, datetime]:
        unseen = max(video.starts_at - since, _NOTHING) + max(until - video.ends_at, _NOTHING)
        return unseen, video.continuous is False, video.starts_at, video.ends_at

    starts_at, ends_at, continuous = videos[0] if len(videos) == 1 else min(videos, key=quality)
    notes = []
    if starts_at > since:
        notes.append(Said("best_begins_late", {"at": starts_at}))
    if ends_at < until:
        notes.append(Said("best_ends_early", {"at": ends_at}))
    if continuous is False:
        notes.append(Said("best_not_continuous", {}))
    return tuple(notes)
