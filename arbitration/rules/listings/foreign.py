"""Warranties of somebody else: the manufacturer's, the dealer's, or those of a piece of hardware."""

from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import LIGHT


def is_foreign(scene: Scene, subject: Mention) -> bool:
    """Whether a warranty is somebody else's: the manufacturer's, or one of a piece of hardware."""
    if subject.concept == "own":
        return False
    brands, giving = scene.all("brand"), {m.start for m in scene.all("give")}
    if any(subject.end == m.start or m.end == subject.start or m.end in giving for m in brands):
        return True
    if any(_gives(scene, m, subject) for m in scene.all("foreign")):
        return True
    others = [m for m in scene.all("foreign") if not scene.bracketed(subject.end, m.start)]
    others = [m for m in others if not _acts(scene, m, subject) and not _before_colon(scene, m, subject)]
    near = scene.nearest(others, subject[1:])
    part = scene.clause(subject.start, subject.end, LIGHT)
    hardware = scene.nearest(scene.within("hardware", part), subject[1:])
    return (near is not None and near[0] < 5) or (hardware is not None and hardware[0] <= 6)


def _gives(scene: Scene, other: Mention, subject: Mention) -> bool:
    """ "the maker of the box gives you a guarantee", "the dealer, who sold it to you, gives two years of warranty" """
    told = bool(scene.within("give", (other.end, subject.start)))
    return told and (other.start <= 1 or not scene.apart(other.end - 1, subject.start))


def _before_colon(scene: Scene, other: Mention, subject: Mention) -> bool:
    """ "my supplier is solid now: warranty of a year": what follows the colon is not the supplier's"""
    return other.end + 1 < subject.start and ":" in scene.tokens[subject.start].gap


def _acts(scene: Scene, other: Mention, subject: Mention) -> bool:
    """ "three months of warranty, the supplier agreed": somebody does something in a clause of their own."""
    begin, end = scene.clause(other.start, other.end)
    return begin == other.start and begin >= subject.end and end - begin > 2
