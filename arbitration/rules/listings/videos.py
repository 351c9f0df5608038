"""Whether a listing demands a video, merely recommends one, or speaks of another kind of video."""

from collections.abc import Sequence
from typing import NamedTuple

from arbitration.rules.listings.marks import Mention, begun_by
from arbitration.rules.listings.other_videos import is_other, on_condition
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import JOINED, LIGHT

DEMANDED, DENIED, NEITHER = "demanded", "denied", "neither"
_CLOSE = 20.0
_INHERITED = 4
_LACKED = 5
_ANSWERED = 6
_FOR_IT = 3


class Demand(NamedTuple):
    """What one statement says of a video, and where."""

    kind: str
    start: int
    end: int


def demands(scenes: Sequence[Scene]) -> list[Demand]:
    """What the statements say of a video, where they say anything of it that matters."""
    found = []
    heading = 0
    for index, scene in enumerate(scenes):
        demand = _demand(scene, scenes[index + 1] if index + 1 < len(scenes) else None, heading > 0)
        if demand is not None and demand.kind != NEITHER:
            found.append(demand)
        heading = _INHERITED if _leads_a_list(scene, scenes, index) else heading - 1
    return found


def _leads_a_list(scene: Scene, scenes: Sequence[Scene], index: int) -> bool:
    """ "For a claim we need:", with the needed things on the lines below."""
    follows = index + 1 < len(scenes) and ":" in scenes[index + 1].tokens[0].gap
    return follows and scene.has("demand", "only") and not scene.has("recommend", "may_ask", "video")


def _demand(scene: Scene, following: Scene | None, heading: bool) -> Demand | None:
    if not scene.has("video", "filming", "unfilmed", "record"):
        return None
    videos = [m for m in scene.all("video", "filming", "unfilmed", *_verbs(scene)) if not is_other(scene, m)]
    if not videos:
        return None
    if _either(scene, videos):
        return None
    if scene.has("may_ask") and not any(_without(scene, video) or _only_that(scene, video) for video in videos):
        return None
    if following is not None and _answered_no(scene, following):
        return Demand(DENIED, *scene.span_of(0, len(scene.tokens)))
    for video in sorted(videos, key=lambda m: m.start):
        kind, signs = (_not_filmed if video.concept == "unfilmed" else _verdict)(scene, video)
        if kind is None and heading and not scene.has("recommend", "offer"):
            kind, signs = DEMANDED, []
        if kind is None and following is not None:
            kind = _said_next(scene, following)
        if kind is not None and kind != NEITHER:
            low, high = min(m.start for m in [video, *signs]), max(m.end for m in [video, *signs])
            low, high = scene.clause(low, high)
            return Demand(kind, *scene.span_of(low, _stretched(scene, high)))
    return None


def _verbs(scene: Scene) -> tuple[str, ...]:
    """Verbs that may also mean "write down" speak of a video only beside a claim and a moment to be filmed."""
    told = scene.has("otherwise", "claim", "fault", "contact", "remedy", "demand", "warranty") and scene.has(
        "pay_event", "check_event"
    )
    return ("record",) if told and (scene.has("otherwise", "screenshot") or on_condition(scene)) else ()


def _only_that(scene: Scene, video: Mention) -> bool:
    with_it = {m.start for m in scene.all("with")}
    return any(scene.cost(m[1:], video[1:]) == (m.end in with_it) for m in scene.all("only"))


def _either(scene: Scene, videos: Sequence[Mention]) -> bool:
    """ "a video or screenshots": then no video is demanded."""
    if scene.has("anything") and scene.has("screenshot"):
        return True
    if any(_paired(scene, one, other) for one in videos for other in scene.all("screenshot")):
        return True
    for word in scene.all("or"):
        for screenshot in scene.all("screenshot"):
            for video in videos:
                low, high = sorted((video, screenshot), key=lambda m: m.start)
                between = any(low.end <= m.start < word.start for m in scene.all("screenshot"))
                if low.end <= word.start < high.start and high.start - low.end <= 5 and not between:
                    return True
    return False


def _paired(scene: Scene, one: Mention, other: Mention) -> bool:
    """ "photo/video" """
    first, second = sorted((one, other), key=lambda m: m.start)
    return first.end == second.start and "/" in scene.tokens[second.start].gap


def _denied(scene: Scene, video: Mention) -> tuple[float, Mention] | None:
    """The words that say that none is needed, and how far off they are: "video needed: no" """
    if scene.answered_no and scene.answered_no.start >= video.end:
        return 0.0, scene.answered_no
    return scene.nearest(scene.all("no_demand"), video[1:])


def _verdict(scene: Scene, video: Mention) -> tuple[str | None, list[Mention]]:
    denied = _denied(scene, video)
    without = _without(scene, video) or _unless_shown(scene, video)
    if without is not None and (denied is None or denied[0] > 0):
        return DEMANDED, without
    if denied and denied[0] <= _CLOSE:
        return DENIED, [denied[1]]
    demand = scene.nearest(scene.all("demand"), video[1:])
    if scene.has("otherwise") or (scene.has("without_it") and scene.has("neg", "none", "refuse")):
        return DEMANDED, []
    if _softened(scene, video, demand):
        return NEITHER, []
    if demand and demand[0] <= _CLOSE:
        return (NEITHER, []) if _negated(scene, demand[1]) else (DEMANDED, [demand[1]])
    if _for_every(scene, video) or _only_claims(scene, video):
        return DEMANDED, []
    only = scene.nearest(scene.all("only"), video[1:])
    if only and (
        only[0] <= 1 or (only[0] <= 4 and scene.has("remedy", "claim", "fault", "contact", "accept", "warranty"))
    ):
        return DEMANDED, [only[1]]
    condition = on_condition(scene)
    if condition is not None and condition.start < video.start:
        return DEMANDED, [condition]
    if video.concept == "video" and scene.has("film"):
        return DEMANDED, scene.all("film")[:1]
    return (DEMANDED, []) if _told_to_film(scene, video) else (None, [])


def _softened(scene: Scene, video: Mention, demand: tuple[float, Mention] | None) -> bool:
    """Whether a video is advised only, asked of those who can, or not taken for evidence."""
    advice = scene.nearest(scene.all("recommend"), video[1:])
    reminded = demand is not None and any(m.start == demand[1].start for m in scene.all("reminder"))
    advised = advice is not None and (demand is None or reminded or advice[0] <= demand[0] + 2)
    return advised or scene.has("if_able") or _no_evidence(scene, video)


def _no_evidence(scene: Scene, video: Mention) -> bool:
    """ "we do not accept video as evidence": whoever says so demands none"""
    if scene.has("screenshot", "only", "without", "claim", "remedy", "condition"):
        return False
    denials = scene.all("neg", "none")
    taken = [m for m in scene.all("accept") if not scene.apart(*sorted((m.start, video.start)))]
    return any(n.end <= m.start <= n.end + 1 or m.end <= n.start <= m.end + 1 for m in taken for n in denials)


def _for_every(scene: Scene, video: Mention) -> bool:
    """ "for any exchange a video" """
    named = {m.start: m.end for m in scene.all("remedy", "claim")}
    after = [named[m.end] for m in scene.all("every") if m.end in named]
    return any(0 <= video.start - end <= _FOR_IT for end in after) and not scene.has("offer", "screenshot", "neg")


def _only_claims(scene: Scene, video: Mention) -> bool:
    """ "only complaints with a film are looked at" """
    claims = [m for m in scene.all("claim") if m.end <= video.start]
    return any(0 <= claim.start - word.end <= 2 for word in scene.all("only") for claim in claims)


def _told_to_film(scene: Scene, video: Mention) -> bool:
    """ "Film how you open the code", "film the check": an order, or a moment that is to be filmed"""
    if any(0 <= video.start - m.end <= 2 and not scene.apart(m.end - 1, video.start) for m in scene.all("neg")):
        return False
    first_or_last = any(m.start <= 1 or m.end == len(scene.tokens) for m in scene.all("film"))
    if first_or_last and not scene.has("offer", "video_other"):
        return True
    moments = ("pay_event", "check_event", "hand_event", "claim", "fault", "contact", "remedy")
    return video.concept == "filming" and scene.has(*moments)


def _not_filmed(scene: Scene, video: Mention) -> tuple[str | None, list[Mention]]:
    """ "If you have not filmed it, I accept nothing" """
    refused = [m for m in scene.all("neg", "none", "refuse") if m.start >= video.end or m.end <= video.start]
    excused = scene.has("no_demand", "recommend") or any(m.start < video.start for m in scene.all("even"))
    return (DEMANDED, refused[:1]) if refused and not excused else (None, [])


def _without(scene: Scene, video: Mention) -> list[Mention] | None:
    """ "no video, no replacement": what is refused without one."""
    for word in scene.all("without", "none", "neg"):
        if any(word.start < m.end and m.start < word.end for m in scene.all("no_demand")):
            continue
        if scene.within("may_ask", (word.end, video.start)):
            continue
        reach = {"neg": 1, "without": 4}.get(word.concept, 2)
        if word.end <= video.start <= word.end + reach or (video.end == word.start and reach > 1):
            refusals = [m for m in scene.all("neg", "none", "ends", "refuse") if m != word and m.start != word.start]
            if word.concept == "neg" and not any(m.start >= video.end for m in refusals):
                continue
            if refusals:
                return [word, max(refusals, key=lambda m: m.start)]
            if (
                word.concept != "neg"
                and scene.has("claim", "fault", "contact", "remedy", "warranty")
                and not scene.has("even", "accept", "screenshot")
            ):
                return [word]
    return None


def _unless_shown(scene: Scene, video: Mention) -> list[Mention] | None:
    """ "If you cannot show a full recording, I exchange nothing": what is refused to those who have none."""
    if scene.has("even", "no_demand", "recommend"):
        return None
    refusals = scene.all("neg", "none", "refuse")
    for lack in refusals:
        before = lack.end <= video.start <= lack.end + _LACKED and not scene.apart(lack.end - 1, video.start)
        after = video.end <= lack.start <= video.end + 2 and not scene.apart(video.end - 1, lack.start)
        last = max(lack.end, video.end)
        if not (before or after) or (after and not scene.has("condition")):
            continue
        for word in refusals:
            parted = any(level > JOINED for level in scene.levels[last : word.start + 1]) or scene.has("condition")
            if (
                word.start >= last
                and parted
                and any(m.start >= last for m in scene.all("remedy", "claim", "fault", "contact", "warranty"))
            ):
                return [min(lack, video, key=lambda m: m.start), word]
            led = any(word.end <= m.start <= lack.start for m in scene.all("condition"))
            if word.end <= lack.start and led and any(m.end <= lack.start for m in scene.all("remedy", "warranty")):
                return [word, max(lack, video, key=lambda m: m.end)]
    return None


def _negated(scene: Scene, demand: Mention) -> bool:
    return any(
        (
            0 <= demand.start - m.end <= 1
            and all(
                scene.levels[place] < LIGHT or scene.tokens[place].gap.strip() == scene.tokens[place].gap
                for place in range(m.end, demand.start + 1)
            )
        )
        or m.start == demand.end
        for m in scene.all("neg")
    )


def _said_next(scene: Scene, following: Scene) -> str | None:
    """ "... It is compulsory." said of the video in a short statement after it, or "Not filmed? Not replaced." """
    if scene.statement.asks and len(following.tokens) <= _ANSWERED and not following.has("recommend", "no_demand"):
        lacking = scene.has("neg", "none", "without") or any(_negative(m, scene) for m in scene.all("filming"))
        if (
            lacking
            and following.has("neg", "none", "refuse")
            and following.has("claim", "fault", "contact", "remedy", "warranty")
        ):
            return DEMANDED
    refused = following.has("without_it") and following.has("neg", "none", "refuse")
    if refused and following.has("claim", "fault", "contact", "remedy") and not following.has("recommend", "even"):
        return DEMANDED
    if len(following.tokens) > 5 or following.has("video", "filming") or following.quantities:
        return None
    if following.has("no_demand"):
        return DENIED
    if following.has("demand") and not following.has("recommend", "neg"):
        return DEMANDED
    return NEITHER if following.has("recommend") else None


def _answered_no(scene: Scene, following: Scene) -> bool:
    """ "Do I need to film it? No." """
    asked = scene.statement.asks and not scene.has("neg", "none", "without", "unfilmed")
    alone = [m for m in following.all("no_answer") if m.start == 0]
    return asked and any(m.end == len(following.tokens) or following.levels[m.end] >= LIGHT for m in alone)


def _negative(filming: Mention, scene: Scene) -> bool:
    """Whether words for filming begin with a "not"."""
    return "neg" in begun_by(scene.tokens[filming.start].text, scene.order).concepts


def _stretched(scene: Scene, end: int) -> int:
    """A quote goes on to where the demanded video has to begin and end, if that follows."""
    for relation in ("from", "until"):
        for first, event in scene.related(relation, ("pay_event", "hand_event", "check_event")):
            if 0 <= first.start - end <= 2:
                end = max(end, event.end)
    return end
