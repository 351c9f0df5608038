"""What takes a length of time away again: that it is denied, corrected, of former times or of other lots."""

from arbitration.rules.listings.corrections import correction_of, negated_before
from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import COMMA, JOINED
from arbitration.rules.listings.subjects import STRONG


def of_others(scene: Scene, quantity: Quantity) -> bool:
    """Whether a length is that of other lots; "not 3 days as others have, but 30" tells one's own."""
    others = [m for m in scene.all("elsewhere") if not any(n.end == m.start for n in scene.all("neg"))]
    corrected = any(q != quantity and denied(scene, q, scene.clause(q.start, q.end)) for q in scene.quantities)
    asked = [m for m in others if m.start >= scene.asked]
    joined = scene.levels[quantity.start] == JOINED
    return bool(asked) and not (corrected and not (joined and any(m.end == quantity.start for m in scene.all("neg"))))


def checked_before(scene: Scene, quantity: Quantity, part: tuple[int, int]) -> bool:
    """ "Check it within 24 h, after that no replacement" """
    if quantity.bare or not scene.within("checking", part) or scene.within("delivery", part):
        return False
    last = len(scene.tokens)
    afterwards = [m for m in scene.all("after") if scene.levels[m.start] >= COMMA or m.end == last]
    for then in [*scene.all("then"), *afterwards]:
        low = quantity.end if then.end == last else then.start
        refused = [m for m in scene.all("neg", "none", "refuse") if m.start >= low]
        if then.start >= quantity.end and refused and scene.has("remedy", "claim", "warranty", "liability"):
            return not any(q != quantity and q.start >= quantity.end and not q.bare for q in scene.quantities)
    return False


def unanswered(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """ "Bans within 7 days are not covered" """
    if preceded(scene, quantity, "after") or scene.has("condition", "then", "accepted"):
        return False
    reach = 0 if subject.concept in (*STRONG, "liability", "assure") else 1
    if any(m.end <= subject.start for m in scene.all("only")) and scene.bracketed(0, subject.start):
        return False
    faults = [m.end for m in scene.all("fault")]
    denials = scene.all("neg") if subject.concept in STRONG else scene.all("neg", "none", "without")
    return any(
        m.end <= subject.start <= m.end + reach
        and not scene.within("now", (m.end, quantity.start))
        and not (scene.apart(m.start, subject.start) or m.start in faults or subject.start in faults)
        for m in denials
    )


def withdrawn(scene: Scene, quantity: Quantity, subject: Mention) -> bool:
    """Whether the period is one for changing one's mind, which the law gives and not the seller."""
    if subject.concept not in STRONG:
        return scene.has("withdrawal")
    return any(
        scene.cost(word[1:], place) < 1 for word in scene.all("withdrawal") for place in (quantity[1:3], subject[1:])
    )


def denied(scene: Scene, quantity: Quantity, part: tuple[int, int]) -> bool:
    """ "not 7 days but 30", "used to be 7 days" """
    if _beside_not(scene, quantity) or _some_day(scene, quantity):
        return True
    if any(m.end == quantity.start for m in scene.all("every")) or _is_bought(scene, quantity):
        return True
    if quantity.bare and _counts_from(scene, quantity):
        return True
    if _of_content(scene, quantity) or _ended_with_a_change(scene, quantity):
        return True
    if any(0 <= quantity.start - m.end <= 2 for m in scene.all("instead_of")):
        return True
    if any(m.end == quantity.start for m in scene.all("none")) and _corrected(scene, quantity):
        return True
    if negated_before(scene, quantity) and correction_of(scene, quantity):
        return True
    if any(quantity.start == m.end or _follows(scene, quantity, m) for m in scene.all("was")) and (
        scene.has("now") or scene.quantities[-1] != quantity
    ):
        return True
    former = scene.within("formerly", part) + (scene.within("former_lot", part) if scene.has("now") else [])
    former = [word for word in former if not _of_another(scene, word, quantity)]
    if scene.has("condition") and scene.has("remedy"):
        supposed = [m.start for m in scene.all("condition") if m.start >= quantity.end]
        former = [w for w in former if w.end != quantity.start and not any(one <= w.start for one in supposed)]
    return any(not scene.within("now", (word.start, quantity.start)) for word in former)


def _beside_not(scene: Scene, quantity: Quantity) -> bool:
    """ "not 7 days", "۷ روز نیست"; of "۳۰ روز نه ۶۰ روز" it is the second that is denied."""
    negs = [m for m in scene.all("neg") if m.end == quantity.start and scene.levels[quantity.start] == JOINED]
    added = {m.start for m in scene.all("besides")} if negs else set()
    if any(m.start not in added or scene.levels[m.start] < COMMA for m in negs):
        return True
    next_ones = {q.start for q in scene.quantities if scene.levels[q.start] == JOINED}
    forward = {m.start for m in scene.all("no_answer") if m.end in next_ones}
    return any(_follows(scene, quantity, m) and m.start not in forward for m in scene.all("is_not"))


def _some_day(scene: Scene, quantity: Quantity) -> bool:
    """ "if it dies one day": whenever that is"""
    if quantity.span.iso != "P1D" or scene.tokens[quantity.start].kind == "number":
        return False
    led = any(preceded(scene, quantity, concept) for concept in ("within", "speed", "after", "until", "from"))
    return not led and any(m.end <= quantity.start for m in scene.all("supposing")) and not scene.has("first_behind")


def _ended_with_a_change(scene: Scene, quantity: Quantity) -> bool:
    """ "была гарантия 3 дня, стала 14": a length that was, and another that it has become"""
    later = [m for m in scene.all("now") if m.start >= quantity.end]
    if not any(q.start >= m.end for q in scene.quantities for m in later):
        return False
    named = {m.start: m.end for m in scene.all("warranty")}
    return any(named.get(m.end) == quantity.start for m in scene.all("was"))


def _of_content(scene: Scene, quantity: Quantity) -> bool:
    """ "six years of history", "90 minutes of film", "5 hours of play" """
    ofs = {m.start for m in scene.all("of_what")}
    shown = set() if quantity.span.unit in ("minute", "hour") else {m.start for m in scene.all("video")}
    return any(
        (m.start == quantity.end or (m.start == quantity.end + 1 and quantity.end in ofs))
        and m.start not in shown
        and not scene.apart(quantity.end - 1, m.start)
        for m in scene.all("content")
    )


def _counts_from(scene: Scene, quantity: Quantity) -> bool:
    """ "on the day of sale", "since the first month": a point in time"""
    if any(m.start < quantity.start < m.end for m in scene.all("at")):
        return True
    led = [m for m in scene.all("within") if m.end == quantity.start]
    return any(since.end == first.start for first in led for since in scene.all("from"))


def _follows(scene: Scene, quantity: Quantity, verb: Mention) -> bool:
    """Whether a verb stands directly behind a length, as some languages have it."""
    return verb.start == quantity.end and scene.levels[verb.start] == JOINED


def _is_bought(scene: Scene, quantity: Quantity) -> bool:
    """ "buy two months, and the replacement of the avatar is free" """
    if scene.has("warranty"):
        return False
    since = {m.end for m in scene.all("from", "after", "until")} | {m.start for m in scene.all("fault")}
    return any(m.end == quantity.start and m.start not in since for m in scene.all("pay_event"))


def _of_another(scene: Scene, word: Mention, quantity: Quantity) -> bool:
    """ "instead of the former 3 days it is 10": the word before one length says nothing of the next."""
    return any(q != quantity and q.end <= quantity.start and 0 <= q.start - word.end <= 1 for q in scene.quantities)


def _corrected(scene: Scene, quantity: Quantity) -> bool:
    """ "no longer one month but three" """
    return any(
        quantity.end <= m.start and q.start >= m.end for m in scene.all("but") for q in scene.quantities if not q.bare
    )


def preceded(scene: Scene, quantity: Quantity, concept: str) -> bool:
    reach = 0 if concept == "speed" else 1
    return any(
        mention.end <= quantity.start <= mention.end + reach
        and not (mention.end < quantity.start and concept == "after" and mention.end in scene.events)
        and not scene.apart(mention.end - 1, quantity.start)
        and not any(
            other.end == quantity.start and other.start >= mention.end
            for other in scene.all("within", "speed", "after")
        )
        for mention in scene.all(concept)
    )
