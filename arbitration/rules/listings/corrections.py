"""Lengths that are denied for another's sake: "not 30 days, as it once said, but 14"."""

from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import COMMA


def negated_before(scene: Scene, quantity: Quantity) -> bool:
    """ "not of 30 days", "not, as it once said, 30 days" """
    for word in scene.all("neg", "none"):
        if word.end > quantity.start:
            continue
        near = quantity.start - word.end <= 1 and not scene.apart(word.end - 1, quantity.start)
        aside = scene.levels[word.end] >= COMMA and any(
            scene.levels[place] >= COMMA for place in range(max(word.end + 1, quantity.start - 1), quantity.start + 1)
        )
        if near or aside:
            return True
    return False


def correction_of(scene: Scene, quantity: Quantity) -> Quantity | None:
    """What stands against a length: the 14 of "not 30 days, but 14"."""
    for word in scene.all("but", "now"):
        for other in scene.quantities:
            if quantity.end <= word.start and word.end <= other.start <= word.end + 2:
                return other
    return None


def corrected_by(scene: Scene, quantity: Quantity) -> bool:
    """Whether a length stands against one that is denied before it."""
    return any(
        other.end <= quantity.start
        and correction_of(scene, other) == quantity
        and (negated_before(scene, other) or any(m.start == other.end for m in scene.all("is_not")))
        for other in scene.quantities
    )
