"""Which lengths of time in a statement are a warranty, and which belong to something else."""

from collections.abc import Iterator
from itertools import pairwise

from arbitration.rules.listings.claims import DELIVERY, EXCLUDED, PAYMENT, PERIOD, Claim
from arbitration.rules.listings.denials import checked_before, denied, of_others, preceded, unanswered, withdrawn
from arbitration.rules.listings.fees import bought
from arbitration.rules.listings.foreign import is_foreign
from arbitration.rules.listings.lists import beside
from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.remedy_times import accepted_remedy, dated
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.starts import start_of
from arbitration.rules.listings.statements import JOINED
from arbitration.rules.listings.subjects import DEFLECTING, STRONG, in_which, subject_of

_SOON = 2 * 1440
_HANDLED = 14 * 1440
_BESIDE = 2.0
_TOLD = 10


def periods(scene: Scene) -> Iterator[Claim]:
    """The periods of warranty that a statement states."""
    if not scene.quantities or scene.statement.asks:
        return
    held: dict[Mention, tuple[float, Claim]] = {}
    taken: dict[Mention, list[tuple[Quantity, Claim]]] = {}
    for quantity in scene.quantities:
        subject = subject_of(scene, quantity)
        if subject is None or subject.concept in DEFLECTING or of_others(scene, quantity):
            continue
        if not _accepted(scene, quantity, subject):
            continue
        claim = _claim(scene, quantity, subject)
        taken.setdefault(subject, []).append((quantity, claim))
        cost = scene.cost(subject[1:], quantity[1:3]) - (quantity.start >= subject.end) / 4 + quantity.bare
        earlier = held.get(subject)
        if earlier is None or (cost < earlier[0] and not (earlier[0] <= _BESIDE and _repeats(quantity, earlier[1]))):
            held[subject] = (cost, claim)
    yield from (claim for _, claim in held.values())
    for subject, found in taken.items():
        for (first, one), (second, other) in pairwise(found):
            if beside(scene, subject, first, second):
                yield from (claim for claim in (one, other) if claim != held[subject][1])


def _repeats(quantity: Quantity, earlier: Claim) -> bool:
    """ "1 month of warranty (30 days)": the first way of putting it counts."""
    return earlier.span is not None and quantity.span.about(earlier.span)


def _accepted(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    part = scene.clause(quantity.start, quantity.end)
    checked = checked_before(scene, quantity, part)
    if bought(scene, quantity, subject, part) or (unanswered(scene, quantity, subject) and not checked):
        return False
    if withdrawn(scene, quantity, subject) or denied(scene, quantity, part) or _achieved(scene, quantity, subject):
        return False
    if _by_platform(scene, subject):
        return False
    if checked or subject.concept == "accepted" or _leads(scene, quantity):
        return True
    participle = any(m.start == subject.start for m in scene.all("guaranteed"))
    aside = participle and scene.apart(*sorted((subject.end - 1, quantity.start)))
    if aside and not scene.asked and not preceded(scene, quantity, "now"):
        return False
    if subject.concept in STRONG:
        return _accepted_warranty(scene, quantity, subject)
    return accepted_remedy(scene, quantity, subject, part)


def _achieved(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "a guarantee, that you reach the rank in 3 days", "over in 3 days, success guaranteed": how soon"""
    if subject.concept not in ("warranty", "assure") or scene.has("fault", "condition") or scene.asked:
        return False
    apart = scene.apart(*sorted((subject.end - 1, quantity.start)))
    return apart and preceded(scene, quantity, "speed") and not dated(scene, quantity)


def _by_platform(scene: Scene, subject: Mention) -> bool:
    """ "Steam guarantees refunds within 14 days": not the shop"""
    led = {m.end for m in scene.all("platform")}
    given = [m for m in scene.all("assure", "warranty") if m.start in led]
    return any(subject.start in (m.start, *range(m.end, m.end + 3)) and _refunds(scene, m) for m in given)


def _refunds(scene: Scene, word: Mention) -> bool:
    return any(0 <= m.start - word.end <= 2 for m in scene.all("remedy"))


def _leads(scene: Scene, quantity: Quantity) -> bool:
    """ "Ten days in which I take it back": a length at the beginning, and what is done within it."""
    return quantity.start <= 1 and scene.has("in_which") and in_which(scene, quantity) is not None


def _accepted_warranty(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    if is_foreign(scene, subject) or _replied(scene, quantity):
        return False
    cost = scene.cost(subject[1:], quantity[1:3])
    whole = scene.all("whole_term") if cost > 2 else []
    whole = [m for m in whole if quantity.bare or not quantity.start < m.end <= quantity.end]
    if any(scene.cost(m[1:], subject[1:]) <= 1 for m in whole):
        return False
    reach = 2.5 if quantity.start >= subject.end else 1.5
    if quantity.bare and cost > reach and not _plainly(scene, quantity, subject):
        return False
    hurried = preceded(scene, quantity, "speed") and not dated(scene, quantity)
    participle = any(m.start == subject.start for m in scene.all("guaranteed"))
    return not (
        (hurried and (participle or scene.has("remedy")))
        or (_promised(scene, subject, quantity) and (quantity.span.minutes <= _SOON or _hasty(scene, quantity)))
    )


def _replied(scene: Scene, quantity: Quantity) -> bool:
    """ "warranty requests, in 24 hours we reply": so soon an answer comes, where the verb stands last"""
    part, named = scene.clause(*quantity[1:3]), scene.nearest(scene.all("warranty"), quantity[1:3])
    handled = [m for m in scene.within("processing", part) if m.start not in scene.events]
    last = any(m.start == quantity.end for m in handled)
    far = named is None or (named[0] > 1 - last and named[1].end <= quantity.start)
    if far and quantity.span.minutes <= _HANDLED and not scene.has("neg", "fault"):
        handled = [m for m in handled if m.start not in {one.start for one in scene.all("within")}]
        beside = [m for m in handled if 0 <= quantity.start - m.end <= 1 or 0 <= m.start - quantity.end <= 1]
        if beside:
            return True
    led = preceded(scene, quantity, "speed") or preceded(scene, quantity, "within")
    soon = quantity.span.minutes <= _SOON and led and not scene.has("fault", "remedy")
    return soon and any(-1 <= m.start - quantity.end <= 1 for m in scene.all("response"))


def _plainly(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """Whether a unit without a number is a length: "for a month", "now a month", "guarantee, a month, from ..." """
    if preceded(scene, quantity, "within") or preceded(scene, quantity, "now"):
        return True
    return subject.end == quantity.start and scene.clause(*quantity[1:3]) == quantity[1:3]


def _promised(scene: Scene, subject: Mention, quantity: Quantity) -> bool:
    """Whether it is the delivery or the answer that is guaranteed ("delivery 5 min guaranteed")."""
    kind, first, _ = start_of(scene, quantity.start, quantity.end)
    if kind == DELIVERY and first >= quantity.end:
        return False
    return any(
        (scene.cost(m[1:], subject[1:]) <= 1 and m.start not in scene.events)
        or (
            m.end <= quantity.start and 0 <= subject.start - quantity.end <= 1 and scene.cost(m[1:], quantity[1:3]) == 0
        )
        for m in scene.all("delivery", "response")
    )


def _hasty(scene: Scene, quantity: Quantity) -> bool:
    return preceded(scene, quantity, "speed") or preceded(scene, quantity, "hurry")


def _claim(scene: Scene, quantity: Quantity, subject: Mention) -> Claim:
    starts, first, last = start_of(scene, min(quantity.start, subject.start), max(quantity.end, subject.end))
    if starts is None:
        starts, first, last = start_of(scene, quantity.start, quantity.end)
    low, high = min(quantity.start, subject.start), max(quantity.end, subject.end)
    if subject.concept not in STRONG:
        low, high = _with_remedy(scene, *scene.clause(low, high))
    if scene.asked and subject.end <= scene.asked:
        low, high = scene.asked, scene.clause(quantity.start, quantity.end)[1]
    if starts == PAYMENT or (starts and 0 <= first - high <= 1):
        low, high = min(low, first), max(high, last)
    start, end = scene.span_of(low, high)
    if quantity.span.minutes == 0:
        return Claim(EXCLUDED, start, end)
    return Claim(PERIOD, start, end, quantity.span, starts, sure=not _assured_term(scene, quantity, subject))


def _with_remedy(scene: Scene, low: int, high: int) -> tuple[int, int]:
    """ "If it dies in the first 5 days, I send another": what is done about it belongs to the statement."""
    if high < len(scene.tokens) and not scene.within("remedy", (low, high)):
        following = scene.clause(high, high + 1)
        told = any(q.start >= high and q.end <= following[1] for q in scene.quantities)
        if scene.within("remedy", following) and not told and following[1] - high <= _TOLD:
            return low, following[1]
    return low, high


def _vouched_for(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "I guarantee the profile for 30 days": the thing is named first, and then for how long."""
    if any(m.start == subject.start for m in scene.all("guaranteed")):
        return False
    if subject.start == quantity.end:
        return any(m.end == quantity.start for m in scene.all("object"))
    named = scene.within("term", (subject.end, quantity.start))
    follows = [m for m in scene.all("term") if m.start == quantity.end and scene.levels[m.start] == JOINED]
    return bool(named) and not follows and not scene.apart(subject.end - 1, quantity.start)


def _assured_term(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "guaranteed 12 months of access": that may be the length of the subscription alone."""
    part = scene.clause(quantity.start, quantity.end)
    if any(m.start == subject.start for m in scene.all("guaranteed")) and any(
        quantity.end <= m.start and m.end == subject.start for m in scene.within("term", part)
    ):
        return True
    if scene.has("remedy") or scene.within("validity", (subject.end, quantity.start)):
        return False
    if _vouched_for(scene, quantity, subject):
        return False
    return subject.concept == "assure" and any(
        scene.cost(m[1:], quantity[1:3]) <= (2 if m.start >= quantity.end else 1) for m in scene.within("term", part)
    )
