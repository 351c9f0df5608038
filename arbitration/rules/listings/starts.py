"""From when a period runs: from payment, purchase, order or sale; or from delivery and everything after it."""

from arbitration.rules.listings.claims import DELIVERY, PAYMENT
from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.scenes import Scene

_AFTERWARDS = 9
_BEFORE = 12


def start_of(scene: Scene, start: int, end: int) -> tuple[str | None, int, int]:
    """From when the period in the words from ``start`` to ``end`` runs, with the words that say so."""
    best: tuple[float, str, int, int] | None = None
    for relation in ("from", "after", "of"):
        for first, event in scene.related(relation, ("pay_event", "hand_event"), 4):
            if relation == "of" and not (_touches(scene, first.start, end) and _close(scene, first, event)):
                continue
            if any(m.end == first.start for m in scene.all("neg")) and relation != "after":
                continue
            if (first.start < start and event.end > end) or _measured(scene, first.end, event.start):
                continue
            before = event.end <= start
            distance = start - event.end + 2 if before else max(0, first.start - end)
            if distance > (_BEFORE if before else _AFTERWARDS) or _other_quantity(
                scene, first.start, event.end, start, end
            ):
                continue
            if _of_recording(scene, first, event, (start, end)):
                continue
            if before and _delivered_between(scene, event.end, start):
                continue
            if any(m.start <= event.start and event.end <= m.end for m in scene.all("accepted")):
                continue
            kind = PAYMENT if event.concept == "pay_event" else DELIVERY
            key = (distance, kind, first.start, event.end)
            best = key if best is None or key[0] < best[0] else best
    return (None, start, end) if best is None else (best[1], best[2], best[3])


def _close(scene: Scene, first: Mention, event: Mention) -> bool:
    """Not "30 days of warranty on invoice", where the small word belongs to the warranty."""
    return not scene.within("warranty", (first.end, event.start))


def _of_recording(scene: Scene, first: Mention, event: Mention, place: tuple[int, int]) -> bool:
    """ "24 h for claims, and a video from the payment to the activation": it is the video that begins with it."""
    if not scene.has("video", "filming", "film", "record"):
        return False
    span = (first.start, event.end)
    near = scene.nearest(scene.all("video", "filming", "film", "record"), span)
    return near is not None and near[1].start >= place[1] and near[0] < scene.cost(place, span)


def _measured(scene: Scene, first: int, last: int) -> bool:
    """ "in five minutes after payment": what lies so long after it is not the period."""
    return any(first <= q.start and q.end <= last and not q.bare for q in scene.quantities)


def _delivered_between(scene: Scene, first: int, last: int) -> bool:
    """ "after payment you receive the account with 7 days of warranty": the payment starts the delivery only."""
    return any(first <= m.start and m.end <= last for m in scene.all("delivery", "hand_event"))


def _touches(scene: Scene, place: int, end: int) -> bool:
    """Whether a small word ("of", "on") follows directly on the period, or on "starts"."""
    return place == end or any(m.end == place for m in scene.all("runs"))


def _other_quantity(scene: Scene, first: int, last: int, start: int, end: int) -> bool:
    """Whether a quantity that is not the period's own stands between it and the words."""
    low, high = (end, first) if first >= end else (last, start)
    return any(low <= q.start and q.end <= high and not q.bare for q in scene.quantities)


def said_of_start(scene: Scene) -> tuple[str, int, int] | None:
    """From when a period runs, where a statement says only that ("It runs from the payment")."""
    if not scene.has("runs") or any(not quantity.bare for quantity in scene.quantities):
        return None
    kind, first, last = start_of(scene, len(scene.tokens), len(scene.tokens))
    if kind is None:
        kind, first, last = start_of(scene, 0, 0)
    return (kind, first, last) if kind else None
