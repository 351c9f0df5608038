"""Which lengths of time are one for claims, for replacing or for paying back, where no warranty is named."""

from arbitration.rules.listings.claims import DELIVERY
from arbitration.rules.listings.denials import preceded
from arbitration.rules.listings.marks import Mention, begun_by
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.spans import MINUTES
from arbitration.rules.listings.starts import start_of
from arbitration.rules.listings.statements import JOINED, LIGHT
from arbitration.rules.listings.subjects import allowed

_MOMENT = 30
_SOON = 2 * 1440
_FIRST = 9
_BRIEF = 10
_NAMED = 4
_OFFERED = ("remedy", "only", "or", "and", "to", "none", "neg", "without")


def accepted_remedy(scene: Scene, quantity: Quantity, subject: Mention, part: tuple[int, int]) -> bool:
    """Whether a length of time in a clause (``part``) is one for claims or remedies."""
    if _said_of_more(scene, quantity, subject, part):
        return False
    running = dated(scene, quantity)
    if subject.concept == "remedy" and subject.end <= quantity.start and _since_told(scene, quantity):
        return False
    if _headed(scene, quantity, subject) or (subject.concept == "claim" and scene.has("ends") and running):
        return True
    late = preceded(scene, quantity, "after") or _passed(scene, quantity)
    if late and not preceded(scene, quantity, "within"):
        return scene.has("neg", "none", "ends", "refuse", "accepted", "then", "as_is")
    timely = scene.promised or running or _first(scene, quantity) or _breaks_first(scene, quantity)
    timely = timely or _told_in(scene, subject) or _on_condition(scene, quantity) or _reported(scene, quantity)
    if preceded(scene, quantity, "speed") and not timely:
        return False
    if subject.concept == "assure" and _hastened(scene, part) and not (scene.has("fault") and scene.has("remedy")):
        return False
    return _within_reach(scene, quantity, subject, running)


def _said_of_more(scene: Scene, quantity: Quantity, subject: Mention, part: tuple[int, int]) -> bool:
    """Whether something else takes the time: handling a claim, an answer, somebody else, or using the goods."""
    if (scene.has("not_arrived") and not _since_delivery(scene, quantity)) or _beside(scene, quantity, subject):
        return True
    handled = any(m.start not in scene.events for m in scene.within("processing", part))
    if scene.within("foreign", part) or (handled and not _refused_later(scene, quantity)):
        return True
    if _answered(scene, quantity, subject) or _said_of_others(scene, subject) or _solved_soon(scene, quantity, subject):
        return True
    return not _borne_out(scene, quantity, subject) or _given_for_more(scene, subject, part)


def _solved_soon(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "if it is used up, write to us, we solve it within an hour", "a replacement is issued within 12 hours": so soon
    the seller does it"""
    part = scene.clause(*quantity[1:3])
    inside = subject.concept == "remedy" and part[0] <= subject.start < part[1]
    if not inside or quantity.span.minutes > _SOON or dated(scene, quantity):
        return False
    told = any(m.end <= part[0] for m in scene.all("contact")) and scene.has("condition")
    handed = any(subject.end <= m.start and m.end <= quantity.start for m in scene.all("delivery", "hand_event"))
    handed = handed and not scene.has("condition", "allowed", "fault")
    verb_last = scene.order[0] == "fa" and subject.start == quantity.end and _every_problem(scene, quantity)
    return (told and not scene.within("fault", part)) or handed or verb_last


def _every_problem(scene: Scene, quantity: Quantity) -> bool:
    """ "all problems, within 24 hours we solve": how Persian puts it"""
    named = [m for m in scene.all("fault") if m.end <= quantity.start]
    return bool(named) and not scene.has("condition", "after") and preceded(scene, quantity, "within")


def _since_delivery(scene: Scene, quantity: Quantity) -> bool:
    """ "what did not arrive or is faulty: 14 days from delivery": then it is no time for the delivery"""
    kind, first, _ = start_of(scene, quantity.start, quantity.end)
    return scene.has("fault") and kind == DELIVERY and first >= quantity.end


def _within_reach(scene: Scene, quantity: Quantity, subject: Mention, running: bool) -> bool:
    """Whether a length is led by "within" and the like, or stands close enough to what it is said of."""
    within = _first(scene, quantity) or preceded(scene, quantity, "within") or preceded(scene, quantity, "until")
    within = within or allowed(scene, quantity) or scene.promised or bool(scene.asked)
    if quantity.bare and quantity.span.unit == "minute":
        return False
    within = within or (quantity.bare and _breaks_first(scene, quantity))
    follows = subject.start >= quantity.end
    aside = quantity.bare and scene.apart(*sorted((subject.end - 1, quantity.start)))
    if aside and not scene.has("fault", "condition", "claim", "check_time", "accepted"):
        return False
    if quantity.bare and not within and not running and not _names_its_time(scene, quantity, subject):
        return False
    behind = 6 if scene.has("fault") else 4
    reach = 8 if subject.concept == "assure" else behind if follows else 2
    if subject.concept == "liability":
        reach = reach if quantity.start else _FIRST
        reach = max(reach, _NAMED) if subject.end <= quantity.start else reach
    cost = scene.cost(subject[1:], quantity[1:3])
    alone = subject.concept == "remedy" and (_alone(scene, quantity) or _nothing_else(scene, quantity, subject))
    return within or running or cost <= reach or alone


def _headed(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "Exchange of accounts that do not work: 3 days" """
    told = quantity.end == len(scene.tokens) and ":" in scene.tokens[quantity.start].gap and not quantity.bare
    return told and subject.concept in ("remedy", "fault") and scene.has("remedy") and scene.has("fault")


def _alone(scene: Scene, quantity: Quantity) -> bool:
    """ "Replacement or refund, 30 days": too long to be how fast it is done."""
    if quantity.bare or len(scene.tokens) > _BRIEF or quantity.span.minutes < MINUTES["week"]:
        return False
    broken = {m.start for m in scene.all("fault")}
    others = scene.has("processing", "speed", "response", "delivery", "condition", "neg", "none")
    others = others or any(m.end not in broken for m in scene.all("term"))
    return scene.clause(*quantity[1:3]) == quantity[1:3] and not others


def _nothing_else(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "Replacement only, 5 days", "only an exchange (no refunds), 24 h": how soon it is done would not be told so."""
    low, high = scene.clause(*subject[1:])
    if quantity.bare or quantity.span.minutes < MINUTES["hour"] or not scene.within("only", (low, high)):
        return False
    named = {place for word in _OFFERED for m in scene.all(word) for place in range(m.start, m.end)}
    return named.issuperset(range(low, high)) and quantity.start == high


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


def _since_told(scene: Scene, quantity: Quantity) -> bool:
    """ "a replacement within 24 hours of your report": so soon the seller does it"""
    led = [m.end for m in scene.all("from", "of", "after") if m.start == quantity.end]
    told = [m for m in scene.all("claim", "contact") if any(0 <= m.start - end <= 2 for end in led)]
    handed = any(scene.within(event, (quantity.end, m.start)) for m in told for event in ("hand_event", "pay_event"))
    return any(not scene.apart(quantity.end - 1, m.start) for m in told) and not handed


def _on_condition(scene: Scene, quantity: Quantity) -> bool:
    """ "a refund only if you tell me in 12 hours" """
    return any(
        remedy.end <= led.start
        and any(led.end <= m.start < quantity.start for m in scene.all("fault", "contact", "claim"))
        for led in scene.all("condition")
        if led.end <= quantity.start
        for remedy in scene.all("remedy")
    )


def _reported(scene: Scene, quantity: Quantity) -> bool:
    """ "what is reported in three days gets replaced" """
    led = {m.start for m in scene.all("speed") if m.end == quantity.start}
    told = any(m.end in led for m in scene.all("claim", "contact"))
    return told and any(m.start >= quantity.end for m in scene.all("remedy"))


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
    return dated(scene, quantity) and start_of(scene, quantity.start, quantity.end)[0] == DELIVERY


def _said_of_others(scene: Scene, subject: Mention) -> bool:
    """ "Steam itself refunds", "Sony replaces the gamepad" """
    if subject.concept in ("contact", "claim", "fault", "remedy") and scene.has("their_support"):
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
    concepts = ("first_behind",) if quantity.bare else ("first_behind", "within")
    return any(m.start == quantity.end for m in scene.all(*concepts))


def _breaks_first(scene: Scene, quantity: Quantity) -> bool:
    """ "if it dies in 3 days - I give the money back": so soon as it breaks, not as it is mended."""
    led = any(m.start < quantity.start and not scene.apart(m.start, quantity.start) for m in scene.all("condition"))
    joined = led or any(0 <= m.start - quantity.end <= 1 for m in scene.all("condition"))
    if (quantity.start > 3 and not led) or (quantity.bare and not joined):
        return False
    hasty = {m.start for m in scene.all("speed") if m.end == quantity.start} | {quantity.start - 1}
    broken = [m for m in scene.all("claim", "fault", "neg") if 0 <= m.start - quantity.end <= 1 or m.end in hasty]
    told = [m.start for m in scene.all("contact") if broken and m.start >= quantity.end]
    if told and any(m.start >= min(told) for m in scene.all("remedy")):
        return True
    remedies = [m.start for m in scene.all("remedy")]
    if joined and broken and remedies and min(remedies) >= max(quantity.end, *(m.end for m in broken)):
        return True
    parts = {scene.clause(m.start, m.end, LIGHT) for m in broken}
    return any(m.start >= part[1] for part in parts for m in scene.all("remedy"))


def _answered(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "we reply to claims within an hour": the time in which the seller answers is none for the buyer."""
    if subject.concept == "liability" and subject.end == quantity.start:
        return "speed" in begun_by(scene.tokens[quantity.start - 1].text, scene.order).concepts
    unanswered = {m.end for m in scene.all("without", "none", "neg") if m.end <= quantity.start}
    silent = any(m.start in unanswered and m.end <= quantity.start for m in scene.all("response"))
    return subject.concept in ("claim", "fault", "contact") and any(
        silent
        or (0 <= subject.start - m.end <= 2 and not scene.apart(m.end - 1, subject.start))
        or (quantity.start < m.start <= quantity.end < m.end and scene.levels[quantity.end] == JOINED)
        for m in scene.all("response")
    )


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


def dated(scene: Scene, quantity: Quantity) -> bool:
    """Whether it is said from when it runs, directly after it."""
    kind, first, _ = start_of(scene, quantity.start, quantity.end)
    return kind is not None and -1 <= first - quantity.end <= 1
