"""The single changes that would make a claim covered (docs/assess.md, "The answer").

Each is put into the case, and the rules that stood against the claim are asked again, so that none is told that is not
true. No change of these kinds makes a rule fall that held before.
"""

from datetime import datetime
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.case import Case, Exhibit, Report, Video, make
from arbitration.rules.engine import stand
from arbitration.rules.judging import NO_VALUES, Cover, Said
from arbitration.rules.verdict import Explained, Verdict
from arbitration.rules.video import span

REPORTS = "reports[]"
EVIDENCE = "evidence[]"
ADMISSION = "claim.admitted_by_seller"
AS_OF = "as_of"

_EXHIBIT_FILED = Said("exhibit_filed", NO_VALUES)
_TURNING = (codes.WARRANTY_RULE, codes.VIDEO_RULE)


class Counterfactual(NamedTuple):
    """One change: the path of the field, what to put there, the sentence to say."""

    path: str
    value: Report | Video | Exhibit | datetime | bool
    change: Said


Proposal = tuple[Counterfactual, Case]
"""A change, and the case so changed."""

_ADMITTED = Counterfactual(ADMISSION, True, Said("seller_admits", NO_VALUES))


def counterfactuals(verdict: Verdict, explained: Explained | None = None) -> tuple[Counterfactual, ...]:
    """The smallest change of each kind that makes the claim covered; none for a covered claim.

    ``explained`` is what ``verdict.explain()`` gives, for whoever has it already.
    """
    case, _, reported_at, ruling, _ = verdict
    if ruling.verdict == codes.COVERED:
        return ()
    warranty, not_before = (explained or verdict.explain())[1::2]
    against = ruling.against
    proposed = _proposed(case, reported_at, against[0].name) if len(against) == 1 else []
    if not_before:
        proposed.append(_later(case, not_before))
    found = [change for change, changed in proposed if stand(against, changed, reported_at)]
    return (*_earlier_report(verdict, warranty), *found)


def _proposed(case: Case, reported_at: datetime, only: str) -> list[Proposal]:
    """What might do where only this rule stands against the claim: the exhibit that is missing, or an admission."""
    if only == codes.VIDEO_RULE:
        return [_video(case, reported_at), (_ADMITTED, case.admitted())]
    if only == codes.DELIVERY_RULE:
        return [_exhibit(case), (_ADMITTED, case.admitted())]
    return []


def _earlier_report(verdict: Verdict, warranty: Cover) -> list[Counterfactual]:
    """The latest report that would do: it lies where a rule turns, at the warranty's last instant or a video's end."""
    case, _, reported_at, ruling, _ = verdict
    against = ruling.against
    turns = [item.ends_at for item in case.evidence if type(item) is Video]
    if warranty.expires_at:
        turns.append(warranty.expires_at)
    if not turns or all(rule.name not in _TURNING for rule in against):
        return []
    started = case.purchase.payment_started_at
    for at in sorted(turns, reverse=True):
        if started <= at < reported_at and stand(against, case, at):
            said = make(Said, ("reported_by", {"at": at}))
            return [make(Counterfactual, (REPORTS, make(Report, (at, codes.CORRESPONDENCE)), said))]
    return []


def _video(case: Case, reported_at: datetime) -> Proposal:
    since, until = span(case, reported_at)
    until = max(since, until)
    video = make(Video, (since, until, True))
    said = make(Said, ("video_filed", {"since": since, "until": until}))
    return make(Counterfactual, (EVIDENCE, video, said)), case.with_exhibit(video)


def _exhibit(case: Case) -> Proposal:
    exhibit = make(Exhibit, ("document", case.as_of))
    return make(Counterfactual, (EVIDENCE, exhibit, _EXHIBIT_FILED)), case.with_exhibit(exhibit)


def _later(case: Case, not_before: datetime) -> Proposal:
    return Counterfactual(AS_OF, not_before, Said("grace_passed", {"at": not_before})), case._replace(as_of=not_before)
