"""All claims of a listing's statements about the warranty."""

from collections.abc import Iterator, Sequence

from arbitration.rules.listings.claims import PERIOD, Claim
from arbitration.rules.listings.endless import unlimited, until_date, whole_term
from arbitration.rules.listings.exclusions import exclusions
from arbitration.rules.listings.periods import periods
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.starts import said_of_start

_NEARBY = 2


def claims_of(scenes: Sequence[Scene]) -> list[Claim]:
    """The claims in the order of the text; a period whose start is told in another sentence has it from there."""
    claims: list[Claim] = []
    for place, scene in enumerate(scenes):
        claims += [claim._replace(place=place) for claim in _claims(scene, scenes)]
    for place, scene in enumerate(scenes):
        claims = _started(claims, scene, place)
    return claims


def _claims(scene: Scene, scenes: Sequence[Scene]) -> Iterator[Claim]:
    found = list(periods(scene)) + list(unlimited(scene))
    found = found or list(whole_term(scene, scenes))
    found = found or list(until_date(scene))
    yield from found or exclusions(scene)


def _started(claims: list[Claim], scene: Scene, place: int) -> list[Claim]:
    said = said_of_start(scene)
    if said is None:
        return claims
    named = scene.has("warranty")
    return [
        claim._replace(starts=said[0])
        if claim.kind == PERIOD and claim.starts is None and (named or 0 < place - claim.place <= _NEARBY)
        else claim
        for claim in claims
    ]
