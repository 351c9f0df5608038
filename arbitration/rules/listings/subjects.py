"""What a length of time is said of: a warranty, the delivery, a subscription, somebody else's warranty."""

from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import LIGHT

STRONG = ("warranty", "own")
WEAK = ("remedy", "claim", "fault", "contact", "check_time", "liability", "assure")
DEFLECTING = ("foreign", "delivery", "response", "term", "lasting", "withdrawal", "processing", "other")
_BONUS = {"warranty": 2.0, "assure": 2.0, "own": 2.0, "liability": 4.0}
_FAR = 12.0
_NAMED = 2.0


def subject_of(scene: Scene, quantity: Quantity) -> Mention | None:
    """What a length of time is said of: the nearest subject, with warranty words reaching further than others."""
    place = (quantity.start, quantity.end)
    choices = []
    for mention in scene.all(*STRONG, *WEAK, *DEFLECTING):
        overlaps = mention.start < quantity.end and quantity.start < mention.end
        if overlaps or (mention.concept not in STRONG and mention.start in scene.events):
            continue
        if (mention.concept == "own" and not scene.has("foreign")) or is_promise(scene, mention):
            continue
        if mention.concept == "lasting" and _said_of_warranty(scene, mention):
            continue
        if mention.concept == "term" and any(mention.end == m.start for m in scene.all("fault")):
            continue
        cost = scene.cost(mention[1:], place)
        cost -= _BONUS.get(mention.concept, 0.0)
        cost += 0.25 if mention.start >= quantity.end and _led_by_subject(scene) else 0
        choices.append((cost, mention.concept in DEFLECTING, mention.concept == "fault", mention))
    if any(choice[3].concept in STRONG and choice[0] <= _NAMED for choice in choices):
        choices = [choice for choice in choices if not choice[2]]
    best = min(choices, default=None)
    return best[3] if best and best[0] <= _FAR else None


def _said_of_warranty(scene: Scene, lasting: Mention) -> bool:
    """Whether it is a warranty that "is valid for" a time."""
    named = max((m.end for m in scene.all(*STRONG) if m.end <= lasting.start), default=None)
    return named is not None and not any(named <= m.start < lasting.start for m in scene.all("term"))


def _led_by_subject(scene: Scene) -> bool:
    """Whether subjects come before their lengths here ("subscription 12 months, warranty 30 days")."""
    first = min((m.start for m in scene.all(*STRONG, *WEAK, *DEFLECTING)), default=0)
    return first < min(q.start for q in scene.quantities)


def is_foreign(scene: Scene, subject: Mention) -> bool:
    """Whether a warranty is somebody else's: the manufacturer's, or one of a piece of hardware."""
    if subject.concept == "own":
        return False
    if any(subject.end == m.start or m.end == subject.start for m in scene.all("brand")):
        return True
    near = scene.nearest([m for m in scene.all("foreign") if not scene.bracketed(subject.end, m.start)], subject[1:])
    part = scene.clause(subject.start, subject.end, LIGHT)
    hardware = scene.nearest(scene.within("hardware", part), subject[1:])
    return (near is not None and near[0] < 5) or (hardware is not None and hardware[0] <= 6)


def is_promise(scene: Scene, subject: Mention) -> bool:
    """Whether a "guarantee" is one of the lowest price, of quality or of genuine goods."""
    promises = scene.all("promise")
    if _is_participle(scene, subject) and any(0 <= subject.start - m.end <= 1 for m in promises):
        return True
    return subject.concept in ("warranty", "assure") and any(
        (subject.end <= m.start <= subject.end + 2 or m.end == subject.start) and not scene.apart(*_ends(subject, m))
        for m in promises
    )


def _is_participle(scene: Scene, subject: Mention) -> bool:
    """ "the price is guaranteed", in which the noun does not stand beside it"""
    return any(m.start == subject.start for m in scene.all("guaranteed"))


def _ends(first: Mention, second: Mention) -> tuple[int, int]:
    return min(first.end, second.end) - 1, max(first.start, second.start)
