"""The single changes that would make a claim covered (contract ``assess``, "The answer").

Each is put into the case and the engine asked again, so that none is told that is not true.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.case import Case, Exhibit, Report, Video
from arbitration.rules.engine import covers
from arbitration.rules.judging import NO_VALUES, Said
from arbitration.rules.verdict import Verdict
from arbitration.rules.video import span

REPORTS = "reports[]"
EVIDENCE = "evidence[]"
ADMISSION = "claim.admitted_by_seller"
AS_OF = "as_of"


class Counterfactual(NamedTuple):
    """One change: the path of the field, what to put there, the sentence to say, the case so changed."""

    path: str
    value: Report | Video | Exhibit | datetime | bool
    change: Said
    case: Case


def counterfactuals(verdict: Verdict) -> tuple[Counterfactual, ...]:
    """The smallest change of each kind that makes the claim covered; none for a covered claim."""
    if verdict.verdict == codes.COVERED:
        return ()
    against = {finding.rule for finding in verdict.findings if finding.holds is not True}
    found: list[Counterfactual] = []
    if against <= {codes.WARRANTY_RULE, codes.VIDEO_RULE}:
        found += _first_that_covers(_earlier_reports(verdict), verdict)
    if against == {codes.VIDEO_RULE}:
        found += _first_that_covers([_video(verdict)], verdict)
    if against == {codes.DELIVERY_RULE}:
        found += _first_that_covers([_exhibit(verdict)], verdict)
    if against in ({codes.VIDEO_RULE}, {codes.DELIVERY_RULE}):
        found += _first_that_covers([_admission(verdict)], verdict)
    if verdict.not_before:
        found += _first_that_covers([_later(verdict, verdict.not_before)], verdict)
    return tuple(found)


def _first_that_covers(changes: Iterable[Counterfactual], verdict: Verdict) -> list[Counterfactual]:
    for change in changes:
        if covers(change.case, verdict.policy):
            return [change]
    return []


def _earlier_reports(verdict: Verdict) -> Iterator[Counterfactual]:
    """Reports at the instants on which a rule can turn, the latest first: the warranty's last, the ends of videos."""
    case = verdict.case
    turns = {item.ends_at for item in case.evidence if type(item) is Video}
    if verdict.warranty.expires_at:
        turns.add(verdict.warranty.expires_at)
    for at in sorted(turns, reverse=True):
        if case.purchase.payment_started_at <= at < verdict.reported_at:
            report = Report(at)
            changed = case.with_report(report)
            yield Counterfactual(REPORTS, report, Said("reported_by", {"at": at}), changed)


def _video(verdict: Verdict) -> Counterfactual:
    since, until = span(verdict.case, verdict.reported_at)
    video = Video(since, max(since, until), True)
    said = Said("video_filed", {"since": video.starts_at, "until": video.ends_at})
    return _with_exhibit(verdict.case, video, said)


def _exhibit(verdict: Verdict) -> Counterfactual:
    return _with_exhibit(verdict.case, Exhibit("document", verdict.case.as_of), Said("exhibit_filed", NO_VALUES))


def _with_exhibit(case: Case, exhibit: Video | Exhibit, said: Said) -> Counterfactual:
    return Counterfactual(EVIDENCE, exhibit, said, case.with_exhibit(exhibit))


def _admission(verdict: Verdict) -> Counterfactual:
    return Counterfactual(ADMISSION, True, Said("seller_admits", NO_VALUES), verdict.case.admitted())


def _later(verdict: Verdict, not_before: datetime) -> Counterfactual:
    changed = verdict.case._replace(as_of=not_before)
    return Counterfactual(AS_OF, not_before, Said("grace_passed", {"at": not_before}), changed)
