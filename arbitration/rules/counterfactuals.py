"""The single changes that would make a claim covered (contract ``assess``, "The answer").

Each is put into the case, and the rules that stood against the claim are asked again, so that none is told that is not
true. No change of these kinds makes a rule fall that held before.
"""

from datetime import datetime
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.case import Case, Exhibit, Report, Video
from arbitration.rules.engine import stands
from arbitration.rules.judging import NO_VALUES, Cover, Said
from arbitration.rules.verdict import Explained, Verdict
from arbitration.rules.video import span

REPORTS = "reports[]"
EVIDENCE = "evidence[]"
ADMISSION = "claim.admitted_by_seller"
AS_OF = "as_of"

_EXHIBIT_FILED = Said("exhibit_filed", NO_VALUES)
_ADMITS = Said("seller_admits", NO_VALUES)


class Counterfactual(NamedTuple):
    """One change: the path of the field, what to put there, the sentence to say, the case so changed."""

    path: str
    value: Report | Video | Exhibit | datetime | bool
    change: Said
    case: Case


def counterfactuals(verdict: Verdict, explained: Explained | None = None) -> tuple[Counterfactual, ...]:
    """The smallest change of each kind that makes the claim covered; none for a covered claim.

    ``explained`` is what ``verdict.explain()`` gives, for whoever has it already.
    """
    if verdict.verdict == codes.COVERED:
        return ()
    explained = explained or verdict.explain()
    against = [finding.rule for finding in verdict.findings if finding.holds is not True]
    proposed: list[Counterfactual] = []
    if against == [codes.VIDEO_RULE]:
        proposed += (_video(verdict), _admission(verdict))
    elif against == [codes.DELIVERY_RULE]:
        proposed += (_exhibit(verdict), _admission(verdict))
    if explained.not_before:
        proposed.append(_later(verdict, explained.not_before))
    found = [change for change in proposed if stands(change.case, verdict.policy, against)]
    return (*_earlier_report(verdict, explained.warranty, against), *found)


def _earlier_report(verdict: Verdict, warranty: Cover, against: list[str]) -> list[Counterfactual]:
    """The latest report that would do: it lies where a rule turns, at the warranty's last instant or a video's end."""
    if codes.WARRANTY_RULE not in against and codes.VIDEO_RULE not in against:
        return []
    case = verdict.case
    turns = [item.ends_at for item in case.evidence if type(item) is Video]
    if warranty.expires_at:
        turns.append(warranty.expires_at)
    for at in sorted(turns, reverse=True):
        if case.purchase.payment_started_at <= at < verdict.reported_at:
            report = Report(at)
            changed = case.with_report(report)
            if stands(changed, verdict.policy, against):
                return [Counterfactual(REPORTS, report, Said("reported_by", {"at": at}), changed)]
    return []


def _video(verdict: Verdict) -> Counterfactual:
    since, until = span(verdict.case, verdict.reported_at)
    video = Video(since, max(since, until), True)
    said = Said("video_filed", {"since": video.starts_at, "until": video.ends_at})
    return Counterfactual(EVIDENCE, video, said, verdict.case.with_exhibit(video))


def _exhibit(verdict: Verdict) -> Counterfactual:
    exhibit = Exhibit("document", verdict.case.as_of)
    return Counterfactual(EVIDENCE, exhibit, _EXHIBIT_FILED, verdict.case.with_exhibit(exhibit))


def _admission(verdict: Verdict) -> Counterfactual:
    return Counterfactual(ADMISSION, True, _ADMITS, verdict.case.admitted())


def _later(verdict: Verdict, not_before: datetime) -> Counterfactual:
    changed = verdict.case._replace(as_of=not_before)
    return Counterfactual(AS_OF, not_before, Said("grace_passed", {"at": not_before}), changed)
