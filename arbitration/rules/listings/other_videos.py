"""Videos that nobody demands of the buyer: trailers, tutorials, something to watch, clips that the seller supplies."""

from collections.abc import Sequence

from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.scenes import Scene

_BOTH = 3


def is_other(scene: Scene, video: Mention) -> bool:
    """A trailer, a tutorial, something to watch, or a clip that the seller supplies."""
    if any(m.end <= video.start <= m.end + 1 for m in scene.all("without", "none")):
        return bool(scene.within("video_other", (video.start, video.end + 1)))
    demands, offers = scene.all("demand"), scene.all("offer")
    for concept, reach in (("video_other", 3), ("watch", 3), ("offer", 4)):
        others = [m for m in scene.all(concept) if concept != "watch" or not _begins_in(m, demands)]
        if concept == "video_other":
            others = [m for m in others if not _heads_orders(scene, m, video)]
        if concept == "video_other" and any(_in_its_brackets(scene, m, video) for m in others):
            return True
        near = scene.nearest(others, video[1:])
        if near is None or near[0] > reach or (concept == "offer" and on_condition(scene)):
            continue
        demand = scene.nearest([m for m in demands if not _begins_in(m, offers)], video[1:])
        if concept == "offer" and demand and demand[0] <= near[0] + _BOTH and scene.has("claim", "remedy"):
            continue
        if demand is None or demand[0] >= near[0] or concept == "watch":
            return True
    return False


def _in_its_brackets(scene: Scene, other: Mention, video: Mention) -> bool:
    """ "instructions (text + video)" """
    opened = other.end < len(scene.tokens) and "(" in scene.tokens[other.end].gap
    inside = opened and other.end <= video.start <= other.end + _BOTH
    return inside and not scene.within("demand", (other.end, video.end + _BOTH))


def _heads_orders(scene: Scene, other: Mention, video: Mention) -> bool:
    """ "Instructions: film the screen": what follows the colon is what one is told to do"""
    if other.end > video.start or ":" not in scene.tokens[other.end].gap:
        return False
    return any(m.start >= other.end for m in scene.all("film", "filming", "demand"))


def _begins_in(mention: Mention, others: Sequence[Mention]) -> bool:
    """ "I will send a video" is no "send a video", "I want to see a video" no "see the video"."""
    return any(other.start <= mention.start < other.end and other.start < mention.start for other in others)


def on_condition(scene: Scene) -> Mention | None:
    """The "only" of "I replace it only if you filmed the activation"."""
    for word in scene.all("only"):
        for condition in scene.all("condition"):
            if word.start <= condition.start <= word.end + 5 and scene.has(
                "remedy", "claim", "fault", "contact", "accept", "warranty"
            ):
                return word
    return None
