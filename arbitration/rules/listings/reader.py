"""Reads a listing: its language, the warranty it states, whether it demands a video, and where it says so."""

from collections.abc import Sequence

from arbitration.rules.listings.claims import DELIVERY, PERIOD, Claim
from arbitration.rules.listings.folding import fold
from arbitration.rules.listings.reading import NOT_STATED, Quote, Reading
from arbitration.rules.listings.scene_making import scenes_of
from arbitration.rules.listings.stating import claims_of
from arbitration.rules.listings.tokens import tokens
from arbitration.rules.listings.tongue import language_of
from arbitration.rules.listings.videos import DEMANDED, Demand, demands
from arbitration.rules.listings.weighing import Weighed, weigh

_LONGEST_QUOTE = 300


def read_terms(text: str) -> Reading:
    """Reads the terms out of a listing's text, in whatever of the known languages it is written."""
    words = tokens(fold(text))
    scenes, scores = scenes_of(text, words)
    weighed = weigh(claims_of(scenes))
    videos = demands(scenes)
    video = _required(videos)
    quotes = [_quote(text, claim) for claim in weighed.conflicts]
    quotes += [_quote(text, other) for other in videos if video is None and other.kind == DEMANDED]
    return Reading(
        language=language_of(text, scores),
        warranty=_warranty(weighed),
        warranty_quote=weighed.chosen and _quote(text, weighed.chosen),
        video_required=video is not None,
        video_quote=video and _quote(text, video),
        conflicts=tuple(sorted(quotes, key=lambda quote: quote.start)),
    )


def _required(videos: Sequence[Demand]) -> Demand | None:
    """The demand that holds; none where another statement says that no video is needed, which is kinder."""
    if any(video.kind != DEMANDED for video in videos):
        return None
    return max(videos, key=lambda video: (min(video.end - video.start, 40), -video.start), default=None)


def _warranty(weighed: Weighed) -> dict[str, str]:
    claim = weighed.chosen
    if claim is None:
        return {"kind": NOT_STATED}
    if claim.kind == PERIOD and claim.span is not None:
        return {"kind": PERIOD, "duration": claim.span.iso, "starts": claim.starts or DELIVERY}
    return {"kind": claim.kind}


def _quote(text: str, place: Claim | Demand) -> Quote:
    end = min(place.end, place.start + _LONGEST_QUOTE)
    return Quote(text[place.start : end], place.start, end)
