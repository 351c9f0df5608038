"""What a length of time is said of: a warranty, the delivery, a subscription, somebody else's warranty."""

from arbitration.rules.listings.corrections import corrected_by
from arbitration.rules.listings.foreign import is_foreign
from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.spans import MINUTES
from arbitration.rules.listings.statements import LIGHT

STRONG = ("warranty", "own")
WEAK = ("remedy", "claim", "fault", "contact", "check_time", "liability", "assure")
DEFLECTING = ("foreign", "delivery", "response", "term", "lasting", "withdrawal", "processing", "other")
_BONUS = {"warranty": 2.0, "assure": 2.0, "own": 2.0, "liability": 4.0}
_FAR = 12.0
_NO_CONSEQUENCE = ("not_arrived", "withdrawal", "review", "response")
_NAMED = 2.0
_WORDY = 3


def subject_of(scene: Scene, quantity: Quantity) -> Mention | None:
    """What a length of time is said of: the nearest subject, with warranty words reaching further than others."""
    told = _told(scene, quantity)
    if told is not None:
        return told
    led = [m.start for m in scene.all("within") if m.end == quantity.start and m.end - m.start >= _WORDY]
    place = (min([quantity.start, *led]), quantity.end)
    if _in_working_days(scene, quantity):
        return None
    choices = []
    for mention in scene.all(*STRONG, *WEAK, *DEFLECTING):
        overlaps = mention.start < quantity.end and quantity.start < mention.end
        if overlaps or (mention.concept not in STRONG and mention.start in scene.events):
            continue
        if _of_term_before(scene, quantity, mention):
            continue
        if (mention.concept == "own" and not scene.has("foreign")) or is_promise(scene, mention):
            continue
        if mention.concept == "lasting" and _said_of_warranty(scene, mention):
            continue
        if _tells_otherwise(scene, mention):
            continue
        cost = scene.cost(mention[1:], place)
        cost -= _BONUS.get(mention.concept, 0.0)
        cost += 0.25 if mention.start >= quantity.end and _led_by_subject(scene) else 0
        choices.append((cost, mention.concept in DEFLECTING, mention.concept == "fault", mention))
    if any(choice[3].concept in STRONG and choice[0] <= _NAMED for choice in choices):
        choices = [choice for choice in choices if not choice[2]]
    best = min(choices, default=None)
    return best[3] if best and best[0] <= _FAR else None


def _in_working_days(scene: Scene, quantity: Quantity) -> bool:
    """Whether a length is counted in working days, as banks and offices do; only a warranty beside it makes it one."""
    if not any(m.start < quantity.end and quantity.start < m.end for m in scene.all("processing")):
        return False
    near = scene.nearest(scene.all("warranty"), (quantity.start, quantity.end))
    return near is None or near[0] > _NAMED


def _of_term_before(scene: Scene, quantity: Quantity, mention: Mention) -> bool:
    """ "premium 1 month warranty 30 days": a warranty with its own length after it has not the one before it."""
    if mention.start != quantity.end or not any(mention.end == q.start and not q.bare for q in scene.quantities):
        return False
    named = [m for m in scene.all("term", "lasting") if m.end == quantity.start]
    return bool(named) and not any(scene.levels[place] for place in (mention.start, mention.end))


def _tells_otherwise(scene: Scene, mention: Mention) -> bool:
    """Whether a word that can take a length of time away does not here: "access lost", "for a term of", "no claim is
    looked at", "support and replacement"."""
    if mention.concept == "term":
        faults = scene.all("fault")
        lost = any(mention.end == m.start or 0 <= mention.start - m.end <= 1 for m in faults)
        length = any(m.start <= mention.start < m.end for m in scene.all("within"))
        length = length and not any(0 <= mention.start - m.end <= 2 for m in scene.all("term"))
        return lost or (length and scene.has(*STRONG, "claim", "check_time"))
    if mention.concept == "other":
        free = scene.all("included") if scene.has("remedy") else []
        return any(mention.start == m.start for m in [*scene.all("after"), *free])
    if mention.concept == "delivery" and any(m.start == mention.start for m in scene.all("runs")):
        return any(m.end <= mention.start for m in scene.all("warranty"))
    if mention.concept in ("delivery", "processing") and any(mention.start == m.start for m in scene.all("within")):
        return bool(scene.within("warranty", scene.clause(mention.start, mention.end)))
    if mention.concept == "processing" and scene.has("claim") and scene.has("neg", "none"):
        return any(mention.start == m.start for m in scene.all("accept"))
    if mention.concept == "response":
        beside = {m.end for m in scene.all("and") if m.start == mention.end}
        return any(m.start in beside for m in scene.all("remedy")) and not scene.has("brand", "hardware", "foreign")
    if mention.concept in ("fault", "contact"):
        part = scene.clause(mention.start, mention.end)
        return any(not is_promise(scene, m) and not is_foreign(scene, m) for m in scene.within("warranty", part))
    return False


def _told(scene: Scene, quantity: Quantity) -> Mention | None:
    """What the way in which a statement is put together says a length of time is said of."""
    if scene.promised and scene.has("checking", "check_time"):
        return min(scene.all("claim", "remedy", "liability", "check_time"), default=None)
    found = (_asked_of(scene) if scene.asked else None) or _inside(scene, quantity)
    found = found or (_corrected(scene, quantity) if scene.has("but", "now") else None)
    found = found or (in_which(scene, quantity) if scene.has("in_which") else None)
    found = found or (_settled(scene, quantity) if scene.has("accepted") else None)
    found = found or (consequence(scene, quantity) if scene.has("condition", "fault") and scene.has("remedy") else None)
    found = found or (_of_working(scene, quantity) if scene.has("validity") else None)
    found = found or (_unsupported(scene, quantity) if scene.has("response", "as_is") else None)
    found = found or (_of_mending(scene, quantity) if scene.has("remedy") else None)
    found = found or (_time_given(scene, quantity) if scene.has("allowed") else None)
    return found or (_protected(scene, quantity) if scene.has("protection") and not scene.has("warranty") else None)


def _asked_of(scene: Scene) -> Mention | None:
    """What was asked about, where the answer is a length of time."""
    asked = [m for m in scene.all("warranty", "assure", "claim", "check_time") if m.end <= scene.asked]
    return min(asked, key=lambda m: (m.concept not in STRONG, -m.start), default=None)


def _corrected(scene: Scene, quantity: Quantity) -> Mention | None:
    """The warranty of "the warranty is not, as it once said, 30 days, but 14"."""
    if not corrected_by(scene, quantity):
        return None
    named = [m for m in scene.all("warranty", "assure", "remedy", "claim") if m.end <= quantity.start]
    return min(named, key=lambda m: (m.concept not in STRONG, -m.start), default=None)


def in_which(scene: Scene, quantity: Quantity) -> Mention | None:
    """The remedy of "five days is the window in which I swap a bad key"."""
    if quantity.bare or quantity.start > 1 or scene.has("neg", "not_arrived", "delivery", "response", "term"):
        return None
    led = [m for m in scene.all("in_which") if quantity.end <= m.start]
    return min((m for m in scene.all("remedy", "liability") if led and m.start >= led[0].end), default=None)


def _settled(scene: Scene, quantity: Quantity) -> Mention | None:
    """What silence counts as: "if a week goes by without a word, the deal is settled", "12 hours, then I take it that
    all is well"."""
    later = [m for m in scene.all("accepted") if m.start >= quantity.end]
    passed = any(0 <= m.start - quantity.end <= 1 or 0 <= quantity.start - m.end <= 1 for m in scene.all("passed"))
    then = any(quantity.end <= m.start <= later[0].start for m in scene.all("then", "after")) if later else False
    silent = scene.has("silence") or any(m.start < quantity.start for m in scene.all("condition"))
    part = scene.clause(*quantity[1:3])
    others = [m for word in ("delivery", "term", "other") for m in scene.within(word, part)]
    taken = any(m.start not in scene.events for m in others) or scene.has("not_arrived")
    return later[0] if later and (passed or then or silent) and not taken else None


def _unsupported(scene: Scene, quantity: Quantity) -> Mention | None:
    """ "no support after 72 h": what nobody answers any more; "no support after 20h" is an hour of the day."""
    late = any(m.end == quantity.start for m in scene.all("after"))
    if not late or quantity.bare or quantity.span.minutes < MINUTES["day"]:
        return None
    denials = scene.all("none", "neg", "without")
    for word in scene.all("as_is"):
        return Mention("claim", word.start, word.end)
    for help_ in scene.all("response"):
        if any(help_.start == m.end or help_.end == m.start for m in denials):
            return Mention("claim", help_.start, help_.end)
    return None


def _inside(scene: Scene, quantity: Quantity) -> Mention | None:
    """ "thirty warranty days" """
    if quantity.end - quantity.start < 3:
        return None
    return next((m for m in scene.all("warranty") if quantity.start < m.start and m.end < quantity.end), None)


def _of_mending(scene: Scene, quantity: Quantity) -> Mention | None:
    """ "undertakes to replace any defective licence within three months": the licence is what is replaced."""
    if quantity.bare or not any(m.end == quantity.start for m in scene.all("within")):
        return None
    for mention in scene.all("remedy"):
        near = mention.end <= quantity.start and not scene.apart(mention.end - 1, quantity.start)
        between = (mention.end, quantity.start)
        long = quantity.span.minutes >= MINUTES["week"]
        if near and scene.within("term", between) and (scene.within("fault", between) or long):
            return mention
    return None


def _protected(scene: Scene, quantity: Quantity) -> Mention | None:
    """ "your 45 days of protection begin with the receipt of the code"; what else protects is no warranty."""
    part = scene.clause(quantity.start, quantity.end)
    counted = scene.has("runs") and any(m.start in scene.events for m in scene.all("hand_event", "pay_event"))
    if quantity.bare or not (counted or scene.has("remedy")) or scene.within("term", part):
        return None
    near = scene.nearest(scene.within("protection", part), quantity[1:3])
    return near[1] if near and near[0] <= 2 else None


def _time_given(scene: Scene, quantity: Quantity) -> Mention | None:
    """The complaint of "for complaints of the work done you have 12 hours"."""
    part = scene.clause(quantity.start, quantity.end)
    if quantity.bare or not allowed(scene, quantity) or scene.has("withdrawal", "not_arrived"):
        return None
    if scene.within("other", part) or scene.within("term", part) or scene.within("response", part):
        return None
    named = scene.within("claim", part) + scene.within("check_time", part)
    if not named and not scene.within("delivery", part):
        named = [m for m in scene.within("remedy", part) if m.start >= quantity.end]
    return min(named, key=lambda m: m.start, default=None)


def allowed(scene: Scene, quantity: Quantity) -> bool:
    """Whether it is a time that the buyer "has"."""
    return any(
        m.end <= quantity.start <= m.end + 1
        or (quantity.end <= m.start <= quantity.end + 2 and not scene.apart(quantity.end - 1, m.start))
        for m in scene.all("allowed")
    )


def consequence(scene: Scene, quantity: Quantity) -> Mention | None:
    """The remedy of "if access is lost in the first 5 days, you get your money back", whatever it is that breaks."""
    part = scene.clause(quantity.start, quantity.end)
    led = any(part[0] <= m.start < quantity.start for m in scene.all("condition", "fault"))
    led = led or bool(scene.within("condition", part) and scene.within("fault", part))
    timed = any(m.end == quantity.start or m.start == quantity.end for m in scene.all("within"))
    timed = timed or _broken_so_soon(scene, quantity)
    if not (led and timed) or scene.has(*_NO_CONSEQUENCE):
        return None
    failed, broken = scene.within("fault", part), scene.within("fault", part) or scene.within("neg", part)
    slow = not failed and any(m.start not in scene.events for m in scene.within("delivery", part))
    if slow or (scene.within("term", part) and not broken):
        return None
    joints = [m.start for m in scene.within("and", part) if m.start >= quantity.end]
    ends = {part[1], scene.clause(quantity.end - 1, quantity.end, LIGHT)[1]} if quantity.end < part[1] else {part[1]}
    first = quantity.end if part[1] == len(scene.tokens) and failed else min([*ends, *joints])
    later = [m for m in scene.all("remedy") if m.start >= first]
    if any(q.start >= part[1] and not q.bare for q in scene.quantities):
        return None
    return min(later, key=lambda m: m.start, default=None)


def _broken_so_soon(scene: Scene, quantity: Quantity) -> bool:
    """ "pulls it back in 48 h" """
    led = {m.start for m in scene.all("speed") if m.end == quantity.start}
    return any(m.end in led for m in scene.all("fault"))


def _of_working(scene: Scene, quantity: Quantity) -> Mention | None:
    """ "I guarantee that the licence works for three months": what works is not what the time is said of."""
    for mention in scene.all("warranty", "assure"):
        near = mention.end <= quantity.start and not scene.apart(mention.end - 1, quantity.start)
        between = (mention.end, quantity.start)
        if scene.within("other", between):
            continue
        if near and scene.within("validity", between) and not is_foreign(scene, mention):
            return mention
    return None


def _said_of_warranty(scene: Scene, lasting: Mention) -> bool:
    """Whether it is a warranty that "is valid for" a time."""
    named = max((m.end for m in scene.all(*STRONG) if m.end <= lasting.start), default=None)
    return named is not None and not any(named <= m.start < lasting.start for m in scene.all("term"))


def _led_by_subject(scene: Scene) -> bool:
    """Whether subjects come before their lengths here ("subscription 12 months, warranty 30 days")."""
    first = min((m.start for m in scene.all(*STRONG, *WEAK, *DEFLECTING)), default=0)
    return first < min(q.start for q in scene.quantities)


def is_promise(scene: Scene, subject: Mention) -> bool:
    """Whether a "guarantee" is one of the lowest price, of quality or of genuine goods."""
    if scene.has("protector") and _is_protection(scene, subject):
        return True
    promises = [m for m in scene.all("promise") if m.start not in scene.events]
    low, high = scene.clause(subject.start, subject.end)
    beside = [m for m in promises if low <= m.start and m.end <= high]
    if _is_participle(scene, subject) and any(m.end <= subject.start for m in beside):
        return True
    vague = subject.concept == "assure" and not scene.has("remedy", "fault", "validity", "claim", "condition")
    if vague and beside:
        return True
    return subject.concept in ("warranty", "assure") and any(
        (subject.end <= m.start <= subject.end + 2 or m.end == subject.start) and not scene.apart(*_ends(subject, m))
        for m in promises
    )


def _is_protection(scene: Scene, subject: Mention) -> bool:
    """ "the VPN keeps you covered", "protection for 3 devices": what the goods do, and not the shop"""
    part = scene.clause(subject.start, subject.end)
    soft = any(m.start < subject.end and subject.start < m.end for m in scene.all("protection"))
    return soft and subject.concept in ("warranty", "claim") and bool(scene.within("protector", part))


def _is_participle(scene: Scene, subject: Mention) -> bool:
    """ "the price is guaranteed", in which the noun does not stand beside it"""
    return any(m.start == subject.start for m in scene.all("guaranteed"))


def _ends(first: Mention, second: Mention) -> tuple[int, int]:
    return min(first.end, second.end) - 1, max(first.start, second.start)
