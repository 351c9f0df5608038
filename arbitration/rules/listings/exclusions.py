"""Statements that there is no warranty, or that it ends with the sale, the first login or the check."""

from collections.abc import Iterator

from arbitration.rules.listings.afterwards import excluded, nothing_later, over_once, then_yours
from arbitration.rules.listings.claims import Claim
from arbitration.rules.listings.foreign import is_foreign
from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import JOINED

_ANSWERING = ("warranty", "assure", "claim", "contact", "remedy", "liability")
_OF_SOMETHING = ("misuse", "condition", "video", "otherwise", "withdrawal", "unhappy", "without_it")
_SUBJECTS = (*_ANSWERING, "validity", "validity_phrase", "objection", "as_is")
_SOON_AFTER = 6
_REFUSED = 15
_BESIDE = 2
_NAMED_IN_FULL = 2
_NEAR_BY = 4


def exclusions(scene: Scene) -> Iterator[Claim]:
    """The exclusions in a statement that holds no period; none where it is a condition."""
    if scene.has("elsewhere") or scene.statement.asks or not scene.has(*_SUBJECTS, "on_buyer"):
        return
    ways = (
        _ended_by_event,
        _for_that_alone,
        _ended_that_moment,
        _nothing_after,
        _denied,
        nothing_later,
        over_once,
        then_yours,
    )
    for way in (*ways, _as_is, _all_refused):
        found = way(scene)
        if found is not None:
            yield found
            return


def _denied(scene: Scene) -> Claim | None:
    if scene.has("video", "record", "review", "screenshot") or scene.limitless:
        return None
    if scene.has("formerly") or (scene.has("was") and scene.has("now")):
        return None
    for subject in scene.all("warranty", "assure"):
        part = scene.clause(subject.start, subject.end)
        if is_foreign(scene, subject) or scene.within("fee", part) or _not_only(scene) or _conditional(scene, subject):
            continue
        if _untroubled(scene, subject):
            continue
        word = (
            _nought(scene, subject)
            or _answered_no(scene, subject)
            or _none_beside(scene, subject)
            or _refused(scene, subject)
        )
        if word is not None and not _doubly_negated(scene, word):
            return excluded(scene, word, subject)
    return None


def _conditional(scene: Scene, subject: Mention) -> bool:
    """Whether a warranty is lost by something only; "not for this lot" is a denial and no misuse. Of "no warranty" only
    the same clause can say so."""
    whole = scene.all("none")
    beside = any(m.end == subject.start for m in whole)
    part = scene.clause(subject.start, subject.end)
    if beside and not scene.within("misuse", part):
        return scene.has("condition")
    lost = [m for m in scene.all("misuse") if not any(n.start <= m.start and m.end <= n.end for n in whole)]
    return bool(lost) or scene.has("condition")


def _untroubled(scene: Scene, subject: Mention) -> bool:
    """ "no problems with the warranty", "no warranty issues": it is the trouble that there is none of"""
    denials = [m for m in scene.all("none", "neg") if m.end <= subject.start]
    for trouble in scene.all("fault"):
        before = any(0 <= trouble.start - m.end <= 1 and trouble.end <= subject.start for m in denials)
        if before and 0 <= subject.start - trouble.end <= _BESIDE and not scene.apart(trouble.start, subject.start):
            return True
        after = trouble.start == subject.end and any(m.end == subject.start for m in denials)
        if after and scene.levels[trouble.start] == JOINED:
            return True
    return False


def _not_only(scene: Scene) -> bool:
    return any(n.end == o.start for n in scene.all("neg") for o in scene.all("only"))


def _none_beside(scene: Scene, subject: Mention) -> Mention | None:
    """ "no warranty", "гарантии нет", "bez żadnej gwarancji" """
    for word in scene.all("none", "without"):
        if subject.concept != "warranty" and word.end != subject.start:
            continue
        if word.end <= subject.start:
            clear = subject.start - word.end <= 3 and not scene.apart(word.end - 1, subject.start)
            held = any(word.end <= m.start < subject.start for m in scene.all("lifetime", "neg"))
        else:
            clear = word.start - subject.end <= 4 and not scene.apart(subject.end - 1, word.start)
            held = word.concept == "without" or _taken(scene, word)
        if clear and not held and not any(q.start >= word.end and q.end <= subject.start for q in scene.quantities):
            return word
    return None


def _taken(scene: Scene, word: Mention) -> bool:
    """Whether a word for "no" after the warranty belongs to what follows it ("гарантия 30 дней, без видео нет")."""
    return any(
        word.end == m.start and not scene.apart(word.start, m.start)
        for m in scene.all("video", "remedy", "claim", "screenshot")
    )


def _nought(scene: Scene, subject: Mention) -> Mention | None:
    """ "I guarantee nothing", "0 warranty" """
    for place in (subject.start - 1, subject.end):
        if 0 <= place < len(scene.tokens) and scene.tokens[place].text == "0" and not scene.quantities:
            return Mention("none", place, place + 1)
    near = scene.nearest(scene.all("nothing") if scene.has("neg", "none") else (), subject[1:])
    return near[1] if near and near[0] <= 2 else None


def _answered_no(scene: Scene, subject: Mention) -> Mention | None:
    """ "Warranty: no" """
    word = scene.answered_no
    return word if word and subject.concept == "warranty" and 0 <= word.start - subject.end <= 3 else None


def _refused(scene: Scene, subject: Mention) -> Mention | None:
    """ "we do not give any warranty", "гарантия не предоставляется" """
    if subject.concept != "warranty":
        return None
    for verb in scene.all("give"):
        if scene.cost(verb[1:], subject[1:]) > 4:
            continue
        for word in scene.all("neg"):
            if scene.cost(word[1:], verb[1:]) <= 1 and abs(word.start - verb.start) <= 3:
                return min(word, verb, key=lambda m: m.start)
    return None


def _doubly_negated(scene: Scene, word: Mention) -> bool:
    """ "not without a warranty"; in most languages "not" beside "no" is no double negation."""
    if not any(m.start == word.start for m in scene.all("without")):
        return False
    if any(m.end <= word.start and not scene.apart(m.start, word.start) for m in scene.all("never")):
        return True
    return any(m.end <= word.start <= m.end + 1 and m.start != word.start for m in scene.all("neg"))


def _ended_by_event(scene: Scene) -> Claim | None:
    """ "only until the first login", "valid at the moment of sale" """
    if scene.has("video", "filming", "otherwise"):
        return None
    for relation in ("until", "ends", "at", "with"):
        reach = {"ends": 6, "until": 5}.get(relation, 3)
        for first, event in scene.related(relation, ("check_event",), reach):
            lost = scene.within("misuse", scene.clause(first.start, event.end))
            if any(m.start < event.start or m.end > event.end for m in lost) and not scene.has("only"):
                continue
            if any(first.end <= m.start < event.start for m in scene.all("supposing")):
                continue
            subject = _holding(scene, relation, first)
            if subject is not None and relation == "until" and _aside(scene, subject, first):
                continue
            if subject is not None and not any(
                scene.cost(q[1:3], first[1:]) < 3 for q in scene.quantities if not q.bare
            ):
                return excluded(scene, subject, event)
    return None


def _aside(scene: Scene, subject: Mention, until: Mention) -> bool:
    """ "I can give a warranty, ask before the purchase": what is to be done until then, and not how long it lasts"""
    parted = subject.end <= until.start and scene.apart(subject.end - 1, until.start)
    return parted and not scene.has("only", "ends", "validity", "then")


def _for_that_alone(scene: Scene) -> Claim | None:
    """ "warranty for the first login only" """
    if not scene.has("only") or scene.has("video", "filming", "condition", "misuse") or scene.quantities:
        return None
    subjects = [m for m in scene.all("warranty") if not is_foreign(scene, m)]
    for event in scene.all("check_event"):
        named = event.end - event.start >= _NAMED_IN_FULL
        led = any(m.start < event.start <= m.end for m in scene.all("within"))
        near = scene.nearest(subjects, event[1:])
        if named and led and near and near[0] <= _NEAR_BY:
            return excluded(scene, near[1], event)
    return None


def _ended_that_moment(scene: Scene) -> Claim | None:
    """ "my responsibility ends the moment, when the mail is in your hands" """
    if scene.quantities or scene.has("video", "filming", "otherwise") or not scene.has("moment"):
        return None
    for ending in scene.all("ends", "only"):
        subjects = scene.all("warranty", "liability", *(("claim",) if ending.concept == "ends" else ("assure",)))
        subject = scene.nearest(subjects, ending[1:])
        for moment in scene.all("moment"):
            events = [m for m in scene.all("check_event") if 0 <= m.start - moment.end <= _SOON_AFTER]
            if not subject or subject[0] > 4 or not events or scene.cost(moment[1:], ending[1:]) > 12:
                continue
            event = min(events, key=lambda m: m.start)
            named = [ending, moment, event, subject[1]]
            low, high = min(m.start for m in named), max(m.end for m in named)
            if any(m.start < event.end and event.start < m.end for m in scene.all("misuse")):
                continue
            if not any(m.start < event.start or m.start >= event.end + 4 for m in scene.within("misuse", (low, high))):
                return excluded(scene, *named)
    return None


def _holding(scene: Scene, relation: str, first: Mention) -> Mention | None:
    if relation == "with" and not scene.has("ends"):
        return None
    subjects = [m for m in scene.all("warranty", "assure") if not is_foreign(scene, m)] + scene.all("liability")
    if relation in ("ends", "with"):
        subjects += scene.all("claim")
    if relation == "until":
        subjects += scene.all("claim") if scene.has("only") else []
    if relation == "at":
        subjects += scene.all("claim") if scene.has("only") else []
        subjects += scene.all("validity", "assure") if scene.has("only") else scene.all("validity_phrase")
    near = scene.nearest([m for m in subjects if m != first], first[1:])
    return near[1] if near and near[0] <= 8 else None


def _nothing_after(scene: Scene) -> Claim | None:
    """ "no claims after the check", "not responsible once handed over" """
    if not scene.has("neg", "none", "ends", "refuse", "on_buyer") or scene.has("video") or scene.quantities:
        return None
    best: tuple[float, Claim] | None = None
    relations = ("after", "from", "at", "of") if scene.has("on_buyer") and scene.has("liability") else ("after", "from")
    for first, event in (pair for relation in relations for pair in scene.related(relation, ("check_event",), 4)):
        if any(token.kind == "number" for token in scene.tokens[first.end : event.start]):
            continue
        if any(m.start < first.start or m.end > event.end for m in scene.all("misuse")):
            continue
        found = _nothing_since(scene, first, event)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else None


def _nothing_since(scene: Scene, first: Mention, event: Mention) -> tuple[float, Claim] | None:
    answering = _ANSWERING if first.concept == "after" else ("liability",)
    subjects = [m for m in scene.all(*answering) if not (first.start <= m.start < event.end)]
    near = scene.nearest(subjects, (first.start, event.end))
    if near is None or near[0] > _REFUSED:
        return None
    denying = scene.nearest(scene.all("neg", "none", "ends", "refuse", "on_buyer"), near[1][1:])
    if denying is None or denying[0] > (12 if denying[1].concept == "on_buyer" else 5):
        return None
    return near[0], excluded(
        scene, first, event, near[1], denying[1], sure=near[1].concept != "remedy" or len(scene.all("remedy")) > 1
    )


def _as_is(scene: Scene) -> Claim | None:
    """ "sold as is, no comebacks"; by itself it is only hesitated over."""
    for word in scene.all("as_is"):
        denying = scene.all("neg", "none")
        if not scene.has("misuse", "condition", "video") and not scene.quantities:
            return excluded(scene, word, *denying[:1], sure=bool(denying))
    return None


def _all_refused(scene: Scene) -> Claim | None:
    """ "no refunds, no replacements", "претензии не принимаются": only hesitated over, for it may be said of one's own
    mistakes alone."""
    if scene.quantities or scene.has(*_OF_SOMETHING):
        return None
    denials = scene.all("neg", "none", "without")
    refused = {
        m: near[1]
        for m in scene.all("remedy", "claim")
        if (near := scene.nearest(denials, m[1:])) and near[0] <= _BESIDE and not is_foreign(scene, m)
    }
    if len(refused) < 2 and not any(m.concept == "claim" for m in refused):
        return None
    return excluded(scene, *refused, *refused.values(), sure=False)
