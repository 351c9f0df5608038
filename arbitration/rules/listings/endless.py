"""Warranties without an end, warranties for a subscription's whole term, and warranties until a date."""

from collections.abc import Iterator, Sequence

from arbitration.rules.listings.claims import PERIOD, UNLIMITED, Claim
from arbitration.rules.listings.foreign import is_foreign
from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.spans import MINUTES, Span
from arbitration.rules.listings.starts import start_of
from arbitration.rules.listings.statements import LIGHT
from arbitration.rules.listings.subjects import subject_of

_NEAR, _ADDED, _BESIDE = 3.0, 9.0, 3.0


def unlimited(scene: Scene) -> Iterator[Claim]:
    """A lifetime warranty; not one that is denied, bought, or a lifetime of something else."""
    if scene.has("elsewhere", "fee", "review", "money") or scene.statement.asks:
        return
    limitless = scene.limitless
    for word in [*scene.all("lifetime"), *limitless]:
        denials = [] if word in limitless else scene.all("neg", "none", "without")
        joints = {m.start for m in scene.all("and")}
        near = [m for m in denials if 0 <= word.start - m.end <= 1 and m.end not in joints]
        if any(scene.levels[m.end] < LIGHT for m in near):
            continue
        subject = _endless_subject(scene, word)
        if subject is not None and not any(word.end <= m.start < subject.start for m in denials):
            start, end = scene.span_of(min(word.start, subject.start), scene.finished(max(word.end, subject.end)))
            yield Claim(UNLIMITED, start, end)
            return


def _endless_subject(scene: Scene, word: Mention) -> Mention | None:
    near = scene.nearest(scene.all("warranty", "remedy", "liability", "assure"), word[1:])
    if near is None or is_foreign(scene, near[1]):
        return None
    added = (
        near[1].end <= word.start and not scene.quantities and not scene.has("term", "delivery", "response", "other")
    )
    broken = any(m.start < near[1].start for m in scene.all("fault"))
    if near[0] > (_ADDED if added or (broken and not scene.quantities) else _NEAR):
        return None
    if _has_its_own(scene, word, near[1]) or _so_many(scene, near[1]):
        return None
    participle = any(m.start == near[1].start for m in scene.all("guaranteed"))
    if near[1].concept == "warranty" and near[1].start == word.end and not participle:
        return near[1]
    free = {m.start for m in scene.all("included")}
    others = [m for m in scene.all("term", "delivery", "response", "other") if m.start not in free]
    other = scene.nearest(others, word[1:])
    return (
        near[1] if other is None or other[0] > near[0] or (other[0] == near[0] and other[1].start > word.end) else None
    )


def _so_many(scene: Scene, subject: Mention) -> bool:
    """ "unlimited replacements for 1 month": it is not the time that has no limit"""
    low, high = scene.clause(subject.start, subject.end)
    timed = {m.end for m in scene.all("within")}
    inside = [q for q in scene.quantities if low <= q.start and q.end <= high and not q.bare]
    return subject.concept == "remedy" and any(q.start in timed for q in inside)


def _has_its_own(scene: Scene, word: Mention, subject: Mention) -> bool:
    """Whether a comma parts the warranty from the word for endless, and a length follows it: "perpetual licence,
    warranty 2 years"."""
    if word.end > subject.start or not scene.apart(word.end - 1, subject.start):
        return False
    return any(subject.end <= q.start and scene.cost(subject[1:], q[1:3]) <= _BESIDE for q in scene.quantities)


def whole_term(scene: Scene, scenes: Sequence[Scene]) -> Iterator[Claim]:
    """The warranty lasts as long as the subscription: for the term that the text states, if it states one."""
    if scene.has("elsewhere") or scene.statement.asks:
        return
    for word in [*scene.all("whole_term"), *_equalled(scene)]:
        subjects = [m for m in scene.all("warranty", "assure", "remedy", "liability") if not is_foreign(scene, m)]
        near = scene.nearest(subjects, word[1:])
        if near is None or near[0] > 8:
            continue
        start, end = scene.span_of(min(word.start, near[1].start), scene.finished(max(word.end, near[1].end)))
        term = _term(scene, scenes)
        starts = start_of(scene, min(word.start, near[1].start), max(word.end, near[1].end))[0]
        yield Claim(PERIOD, start, end, term, starts, sure=term is not None)
        return


def _equalled(scene: Scene) -> list[Mention]:
    """The subscription of "warranty = subscription length"."""
    named = {m.end for m in scene.all("warranty") if m.end < len(scene.tokens) and "=" in scene.tokens[m.end].gap}
    return [m for m in scene.all("term") if not named.isdisjoint((m.start, m.start - 1))]


def _term(scene: Scene, scenes: Sequence[Scene]) -> Span | None:
    inside = [q for q in scene.quantities if not q.bare]
    if inside:
        return inside[0].span
    stated = list(_terms(scenes)) or list(_long_quantities(scenes))
    if not stated or any(not span.about(stated[0]) for span in stated):
        return None
    return stated[0]


def _terms(scenes: Sequence[Scene]) -> Iterator[Span]:
    """The lengths of time said of a subscription."""
    for scene in scenes:
        for quantity in scene.quantities:
            subject = subject_of(scene, quantity)
            said = subject is not None and subject.concept in ("term", "lasting")
            said = said and not (quantity.bare and subject is not None and scene.cost(subject[1:], quantity[1:3]) > 2)
            if said and quantity.span.minutes >= MINUTES["week"] and quantity.span.unit != "hour":
                yield quantity.span


def _long_quantities(scenes: Sequence[Scene]) -> Iterator[Span]:
    """Lengths of a week or more, of which nothing beside them says what they are ("Duolingo, 6 months")."""
    for scene in scenes:
        for quantity in scene.quantities:
            subject = subject_of(scene, quantity)
            alone = subject is None or scene.apart(*sorted((subject.end - 1, quantity.start)))
            long = quantity.span.minutes >= MINUTES["week"] and quantity.span.unit != "hour"
            if alone and not quantity.bare and long:
                yield quantity.span


def until_date(scene: Scene) -> Iterator[Claim]:
    """A warranty, or a time for claims, until a calendar date is no period; it is only shown."""
    if any(not q.bare for q in scene.quantities):
        return
    dates = [i for i, token in enumerate(scene.tokens) if token.kind == "date" or _day_of_month(scene, i)]
    for subject in scene.all("warranty", "assure") or _taken_until(scene, dates):
        for place in dates:
            if not is_foreign(scene, subject) and scene.cost(subject[1:], (place, place + 1)) <= 12:
                end = place + 1
                start, stop = scene.span_of(min(subject.start, place), scene.finished(max(subject.end, end)))
                yield Claim(PERIOD, start, stop, sure=False)
                return


def _taken_until(scene: Scene, dates: Sequence[int]) -> list[Mention]:
    """ "Claims until 10.02.2027", "replacements until 28 February" """
    led = {place for m in scene.all("until", "within") for place in (m.end, m.end + 1)}
    others = scene.has("neg", "none", "delivery", "response", "processing", "withdrawal", "other")
    return [] if others or led.isdisjoint(dates) else scene.all("claim", "remedy")


def _day_of_month(scene: Scene, place: int) -> bool:
    return any(m.start == place for m in scene.all("months"))
