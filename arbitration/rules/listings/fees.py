"""Whether a longer warranty has to be bought, or earned by a review."""

import re

from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene

_CURRENCY = re.compile("[€$₽₴£]")


def bought(scene: Scene, quantity: Quantity, subject: Mention, part: tuple[int, int]) -> bool:
    """A longer term for a fee or for a review."""
    part = _own_brackets(scene, quantity, part)
    tokens, prices = scene.tokens, {money.start for money in scene.within("money", part)}
    added = any(
        "+" in tokens[i].gap and (_CURRENCY.search(tokens[i + 1].gap) or i + 1 in prices)
        for i in range(part[0], part[1] - 1)
    )
    paid = any(
        place.end <= money.start <= place.end + 2 and any(t.kind == "number" for t in tokens[place.end : money.start])
        for money in scene.within("money", part)
        for place in scene.within("price_for", part)
    )
    if scene.within("included", part):
        return False
    priced = any(
        place.end < part[1] and tokens[place.end].kind == "number" and _priced(scene, place.end)
        for place in scene.within("price_for", part)
    )
    beside = not scene.apart(*sorted((subject.end - 1, quantity.start)))
    named = beside and any(m.end == subject.start for m in scene.all("fee"))
    given = bool(scene.within("bonus", part)) and scene.has("review")
    on_top = "+" in tokens[quantity.start].gap and any(m.end <= quantity.start for m in scene.all("review"))
    asked = bool(scene.within("fee", part) or scene.within("review", part))
    return added or paid or priced or named or given or on_top or asked


def _priced(scene: Scene, place: int) -> bool:
    """Whether a sign for money stands before or after a number."""
    following = scene.tokens[place + 1].gap if place + 1 < len(scene.tokens) else ""
    return bool(_CURRENCY.search(scene.tokens[place].gap) or _CURRENCY.match(following.lstrip()))


def _own_brackets(scene: Scene, quantity: Quantity, part: tuple[int, int]) -> tuple[int, int]:
    """ "30 days (extended to 90 days for 5 $)": a bracket with its own length says nothing of the one before."""
    for place in range(quantity.end, part[1]):
        if "(" in scene.tokens[place].gap and any(place <= q.start < part[1] and not q.bare for q in scene.quantities):
            return part[0], place
    return part
