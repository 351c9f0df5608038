"""Which lengths of time in a statement are a warranty, and which belong to something else."""

from collections.abc import Iterator

from arbitration.rules.listings.claims import DELIVERY, EXCLUDED, PAYMENT, PERIOD, Claim
from arbitration.rules.listings.denials import checked_before, denied, of_others, preceded, unanswered, withdrawn
from arbitration.rules.listings.fees import bought
from arbitration.rules.listings.marks import Mention, begun_by
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.spans import MINUTES
from arbitration.rules.listings.starts import start_of
from arbitration.rules.listings.statements import JOINED, LIGHT
from arbitration.rules.listings.subjects import DEFLECTING, STRONG, allowed, in_which, is_foreign, subject_of

_SOON = 2 * 1440
_MOMENT = 30
_HANDLED = 14 * 1440
_BESIDE = 2.0
_TOLD = 10
_FIRST = 9
_BRIEF = 10


def periods(scene: Scene) -> Iterator[Claim]:
    """The periods of warranty that a statement states."""
    if not scene.quantities or scene.statement.asks:
        return
    held: dict[Mention, tuple[float, Claim]] = {}
    for quantity in scene.quantities:
        subject = subject_of(scene, quantity)
        if subject is None or subject.concept in DEFLECTING or of_others(scene, quantity):
            continue
        if not _accepted(scene, quantity, subject):
            continue
        cost = scene.cost(subject[1:], quantity[1:3]) - (quantity.start >= subject.end) / 4 + quantity.bare
        earlier = held.get(subject)
        if earlier is None or (cost < earlier[0] and not (earlier[0] <= _BESIDE and _repeats(quantity, earlier[1]))):
            held[subject] = (cost, _claim(scene, quantity, subject))
    yield from (claim for _, claim in held.values())


def _repeats(quantity: Quantity, earlier: Claim) -> bool:
    """ "1 month of warranty (30 days)": the first way of putting it counts."""
    return earlier.span is not None and quantity.span.about(earlier.span)


def _accepted(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    part = scene.clause(quantity.start, quantity.end)
    checked = checked_before(scene, quantity, part)
    if bought(scene, quantity, subject, part) or (unanswered(scene, quantity, subject) and not checked):
        return False
    if withdrawn(scene, quantity, subject) or denied(scene, quantity, part):
        return False
    if checked or subject.concept == "accepted" or _leads(scene, quantity):
        return True
    participle = any(m.start == subject.start for m in scene.all("guaranteed"))
    if participle and scene.apart(*sorted((subject.end - 1, quantity.start))) and not scene.asked:
        return False
    if subject.concept in STRONG:
        return _accepted_warranty(scene, quantity, subject)
    return _accepted_remedy(scene, quantity, subject, part)


def _leads(scene: Scene, quantity: Quantity) -> bool:
    """ "Ten days in which I take it back": a length at the beginning, and what is done within it."""
    return quantity.start <= 1 and scene.has("in_which") and in_which(scene, quantity) is not None


def _accepted_warranty(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    if is_foreign(scene, subject) or _replied(scene, quantity):
        return False
    cost = scene.cost(subject[1:], quantity[1:3])
    if cost > 2 and any(scene.cost(m[1:], subject[1:]) <= 1 for m in scene.all("whole_term")):
        return False
    reach = 2.5 if quantity.start >= subject.end else 1.5
    if quantity.bare and cost > reach and not _plainly(scene, quantity, subject):
        return False
    hurried = preceded(scene, quantity, "speed") and not _dated(scene, quantity)
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
        handled = [m for m in handled if named is None or m.start != named[1].end]
        beside = [m for m in handled if 0 <= quantity.start - m.end <= 1 or 0 <= m.start - quantity.end <= 1]
        if beside:
            return True
    soon = quantity.span.minutes <= _SOON and preceded(scene, quantity, "speed") and not scene.has("fault", "remedy")
    return soon and any(0 <= m.start - quantity.end <= 1 for m in scene.all("response"))


def _plainly(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """Whether a unit without a number is a length: "for a month", "now a month", "guarantee, a month, from ..." """
    if preceded(scene, quantity, "within") or preceded(scene, quantity, "now"):
        return True
    return subject.end == quantity.start and scene.clause(*quantity[1:3]) == quantity[1:3]


def _accepted_remedy(scene: Scene, quantity: Quantity, subject: Mention, part: tuple[int, int]) -> bool:
    if scene.has("not_arrived") or _beside(scene, quantity, subject):
        return False
    handled = any(m.start not in scene.events for m in scene.within("processing", part))
    if scene.within("foreign", part) or (handled and not _refused_later(scene, quantity)):
        return False
    if (
        _answered(scene, quantity, subject)
        or _said_of_others(scene, subject)
        or not _borne_out(scene, quantity, subject)
    ):
        return False
    dated = _dated(scene, quantity)
    if _given_for_more(scene, subject, part):
        return False
    if _headed(scene, quantity, subject):
        return True
    if subject.concept == "claim" and scene.has("ends") and dated:
        return True
    late = preceded(scene, quantity, "after") or _passed(scene, quantity)
    if late and not preceded(scene, quantity, "within"):
        return scene.has("neg", "none", "ends", "refuse", "accepted", "then")
    timely = scene.promised or dated or _first(scene, quantity) or _breaks_first(scene, quantity)
    timely = timely or _told_in(scene, subject) or _on_condition(scene, quantity)
    if preceded(scene, quantity, "speed") and not timely:
        return False
    if subject.concept == "assure" and _hastened(scene, part) and not (scene.has("fault") and scene.has("remedy")):
        return False
    within = _first(scene, quantity) or preceded(scene, quantity, "within") or preceded(scene, quantity, "until")
    within = within or allowed(scene, quantity) or scene.promised or bool(scene.asked)
    follows = subject.start >= quantity.end
    if quantity.bare and not within and not dated and not _names_its_time(scene, quantity, subject):
        return False
    behind = 6 if scene.has("fault") else 4
    reach = 8 if subject.concept == "assure" else behind if follows else 2
    reach = _FIRST if subject.concept == "liability" and not quantity.start else reach
    cost = scene.cost(subject[1:], quantity[1:3])
    return within or dated or cost <= reach or (subject.concept == "remedy" and _alone(scene, quantity))


def _headed(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "Exchange of accounts that do not work: 3 days" """
    told = quantity.end == len(scene.tokens) and ":" in scene.tokens[quantity.start].gap and not quantity.bare
    return told and subject.concept in ("remedy", "fault") and scene.has("remedy") and scene.has("fault")


def _alone(scene: Scene, quantity: Quantity) -> bool:
    """ "Replacement or refund, 30 days": too long to be how fast it is done."""
    if quantity.bare or len(scene.tokens) > _BRIEF or quantity.span.minutes < MINUTES["week"]:
        return False
    others = scene.has("processing", "speed", "response", "delivery", "term", "condition", "neg", "none")
    return scene.clause(*quantity[1:3]) == quantity[1:3] and not others


def _given_for_more(scene: Scene, subject: Mention, part: tuple[int, int]) -> bool:
    """ "you have time for it, 7 days, to activate the code": not time to check it"""
    given = subject.concept == "check_time" and any(m.start == subject.start for m in scene.all("allowed"))
    return given and bool(scene.within("other", part) or scene.within("term", part))


def _passed(scene: Scene, quantity: Quantity) -> bool:
    """ "once six hours have gone by", as some languages put it behind the time"""
    return any(0 <= m.start - quantity.end <= 1 for m in scene.all("passed"))


def _refused_later(scene: Scene, quantity: Quantity) -> bool:
    """ "no claim is looked at after six hours" """
    late = preceded(scene, quantity, "after") or _passed(scene, quantity)
    return late and scene.has("claim") and scene.has("neg", "none", "refuse")


def _on_condition(scene: Scene, quantity: Quantity) -> bool:
    """ "a refund only if you tell me in 12 hours" """
    return any(
        remedy.end <= led.start
        and any(led.end <= m.start < quantity.start for m in scene.all("fault", "contact", "claim"))
        for led in scene.all("condition")
        if led.end <= quantity.start
        for remedy in scene.all("remedy")
    )


def _told_in(scene: Scene, subject: Mention) -> bool:
    """ "let me know of a defect in 72 h": so soon the buyer tells, not the seller does something."""
    told = subject.concept in ("contact", "claim", "fault") and scene.has("contact", "claim") and scene.has("fault")
    return told and not scene.has("remedy", "response")


def _borne_out(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """Whether more speaks of a claim than that something breaks, or that one is to write."""
    if subject.concept in ("fault", "contact") and quantity.span.minutes < _MOMENT and not scene.has("remedy", "claim"):
        return False
    if subject.concept == "fault":
        taken = scene.has("accept") and scene.has("only")
        return taken or scene.has("remedy", "claim", "contact", "liability", "check_time", "refuse", "warranty")
    if subject.concept != "contact":
        return True
    if scene.has("fault", "remedy", "claim", "refuse", "accepted", "then", "check_time"):
        return True
    if scene.has("condition"):
        return quantity.span.minutes >= 2 * _MOMENT
    return _dated(scene, quantity) and start_of(scene, quantity.start, quantity.end)[0] == DELIVERY


def _said_of_others(scene: Scene, subject: Mention) -> bool:
    """ "Steam itself refunds", "Sony replaces the gamepad" """
    if subject.concept in ("contact", "claim", "fault") and scene.has("their_support"):
        return True
    begin, end = scene.clause(subject.start, subject.end)
    itself = any(begin <= m.start <= begin + 2 or m.start == subject.end for m in scene.within("itself", (begin, end)))
    branded = any(m.start == begin for m in scene.all("brand")) and scene.has("hardware")
    return subject.concept == "remedy" and (itself or branded)


def _hastened(scene: Scene, part: tuple[int, int]) -> bool:
    """Whether a delivery or an answer is what is assured; the delivery from which a period runs is not."""
    return any(m.start not in scene.events for word in ("delivery", "response") for m in scene.within(word, part))


def _first(scene: Scene, quantity: Quantity) -> bool:
    """ "the 14 days first", as some languages have it: a time, and not how fast something is done."""
    return any(m.start == quantity.end for m in scene.all("within"))


def _breaks_first(scene: Scene, quantity: Quantity) -> bool:
    """ "if it dies in 3 days - I give the money back": so soon as it breaks, not as it is mended."""
    led = any(m.start < quantity.start and not scene.apart(m.start, quantity.start) for m in scene.all("condition"))
    if (quantity.start > 3 and not led) or quantity.bare:
        return False
    broken = [
        m for m in scene.all("claim", "fault", "neg") if 0 <= m.start - quantity.end <= 1 or quantity.start - m.end == 1
    ]
    told = [m.start for m in scene.all("contact") if broken and m.start >= quantity.end]
    if told and any(m.start >= min(told) for m in scene.all("remedy")):
        return True
    parts = {scene.clause(m.start, m.end, LIGHT) for m in broken}
    return any(m.start >= part[1] for part in parts for m in scene.all("remedy"))


def _answered(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "we reply to claims within an hour": the time in which the seller answers is none for the buyer."""
    if subject.concept == "liability" and subject.end == quantity.start:
        return "speed" in begun_by(scene.tokens[quantity.start - 1].text, scene.order).concepts
    return subject.concept in ("claim", "fault", "contact") and any(
        (0 <= subject.start - m.end <= 2 and not scene.apart(m.end - 1, subject.start))
        or (quantity.start < m.start <= quantity.end < m.end and scene.levels[quantity.end] == JOINED)
        for m in scene.all("response")
    )


def _promised(scene: Scene, subject: Mention, quantity: Quantity) -> bool:
    """Whether it is the delivery or the answer that is guaranteed ("delivery 5 min guaranteed")."""
    return any(
        (scene.cost(m[1:], subject[1:]) <= 1 and m.start not in scene.events)
        or (
            m.end <= quantity.start and 0 <= subject.start - quantity.end <= 1 and scene.cost(m[1:], quantity[1:3]) == 0
        )
        for m in scene.all("delivery", "response")
    )


def _hasty(scene: Scene, quantity: Quantity) -> bool:
    return preceded(scene, quantity, "speed") or preceded(scene, quantity, "hurry")


def _names_its_time(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "a week for claims", "time to check: a day" """
    if subject.start == quantity.end + 1:
        return True
    reach = {"check_time": 1, "liability": 1, "assure": 4}.get(subject.concept, -1)
    return scene.cost(subject[1:], quantity[1:3]) <= reach


def _beside(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """Whether something else that takes time is named just as near ("trading is blocked for 15 days")."""
    cost = scene.cost(subject[1:], quantity[1:3])
    remedies = scene.all("remedy")
    free = {m.start for m in scene.all("included")} if remedies else set()
    return any(
        scene.cost(m[1:], quantity[1:3]) <= min(cost + 1, 3)
        for m in scene.all("other")
        if m.start not in scene.events | free and not any(scene.cost(m[1:], one[1:]) == 0 for one in remedies)
    )


def _dated(scene: Scene, quantity: Quantity) -> bool:
    """Whether it is said from when it runs, directly after it."""
    kind, first, _ = start_of(scene, quantity.start, quantity.end)
    return kind is not None and -1 <= first - quantity.end <= 1


def _claim(scene: Scene, quantity: Quantity, subject: Mention) -> Claim:
    starts, first, last = start_of(scene, min(quantity.start, subject.start), max(quantity.end, subject.end))
    if starts is None:
        starts, first, last = start_of(scene, quantity.start, quantity.end)
    low, high = min(quantity.start, subject.start), max(quantity.end, subject.end)
    if subject.concept not in STRONG:
        low, high = _with_remedy(scene, *scene.clause(low, high))
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
