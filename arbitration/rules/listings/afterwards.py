"""Refusals of what comes later: "I answer for nothing later", "from there on it is your problem"."""

from arbitration.rules.listings.claims import EXCLUDED, Claim
from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import LIGHT

_TOLD_BRIEFLY = 5
_LEFT_TO = 3


def nothing_later(scene: Scene) -> Claim | None:
    """ "look at it now, I answer for nothing later" """
    if scene.has("misuse", "condition", "video") or scene.quantities:
        return None
    for word in scene.all("then"):
        checked = ("claim", "warranty", "objection") if scene.has("check_event") else ()
        near = scene.nearest(scene.all("liability", *checked, *(("remedy",) if scene.has("nothing") else ())), word[1:])
        denying = near and scene.nearest(scene.all("neg", "none", "refuse", "nothing"), near[1][1:])
        if near and denying and near[0] <= 6 and denying[0] <= 3:
            return excluded(scene, word, near[1], denying[1])
    return None


def over_once(scene: Scene) -> Claim | None:
    """ "You logged in - the warranty is over", "you check it and that is where my responsibility ends" """
    if scene.has("misuse", "video", "condition", "runs") or scene.quantities:
        return None
    for ending in scene.all("ends"):
        near = scene.nearest(scene.all("warranty", "liability", "claim"), ending[1:])
        if near is None or near[0] > 2:
            continue
        for event in scene.all("check_event"):
            low, high = scene.clause(event.start, event.end, LIGHT)
            if high <= min(ending.start, near[1].start) and high - low <= _TOLD_BRIEFLY:
                return excluded(scene, event, ending, near[1])
    return None


def then_yours(scene: Scene) -> Claim | None:
    """ "Checked - from there on it is your problem": what goes wrong later is left to the buyer."""
    if scene.has("video", "misuse", "condition") or scene.quantities:
        return None
    for word in scene.all("then"):
        near = scene.nearest([m for m in scene.all("on_buyer") if m.start >= word.end], word[1:])
        if near is None or near[0] > _LEFT_TO:
            continue
        reach = (near[1].start, near[1].end + 1)
        troubled = [m for m in scene.all("liability", "fault") if m.start < reach[1] and m.end > reach[0]]
        checked = [m for m in scene.all("check_event", "checking") if m.end <= word.start]
        if troubled and checked:
            return excluded(scene, checked[-1], word, near[1], troubled[-1])
    return None


def excluded(scene: Scene, *words: Mention, sure: bool = True) -> Claim:
    start, end = scene.span_of(min(m.start for m in words), scene.finished(max(m.end for m in words)))
    return Claim(EXCLUDED, start, end, sure=sure, later=scene.has("then"))
