"""Numbers with plots: where disputes stand, how fast they are answered and decided, how they end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import g, render_template, request

from arbitration.db import reading
from arbitration.domain.stages import Outcome
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.i18n import OWN_NAMES
from arbitration.models import PolicyVersion
from arbitration.rules.marking import N_
from arbitration.services import policies
from arbitration.services.operations import numbers as service
from arbitration.services.operations.numbers import PERIODS, USUAL, Asked, Spread
from arbitration.web.operations.frame import blueprint
from arbitration.web.operations.plots import bars, stacked

DAY = timedelta(days=1)
ROUNDED = ((7 * DAY, DAY), (DAY, timedelta(hours=1)))
OUTCOMES = [each.value for each in Outcome]


@blueprint.get("/numbers")
def numbers() -> str:
    """The numbers of a period, with their plots and their tables."""
    with reading() as session:
        versions = policies.versions(session)
        asked = asked_for(versions)
        found = service.numbers(session, guard.actor(), asked, g.now)
        most = max((sum(counts.values()) for counts in found.outcomes.values()), default=0)
        most_opened = max(max(each.opened, each.closed) for each in found.slices)
        return render_template(
            "operations/numbers.html",
            asked=asked,
            periods=list(PERIODS),
            versions=[(each.id, each.name, each.version) for each in versions],
            languages=list(OWN_NAMES.items()),
            found=found,
            stages=bars([(stage, count.number) for stage, count in found.stages.items()]),
            opened=bars([("", each.opened) for each in found.slices], most_opened),
            closed=bars([("", each.closed) for each in found.slices], most_opened),
            answer=_spread(found.answer),
            outcome=_spread(found.outcome),
            reasons=[
                (reason, counts, sum(counts.values()), stacked(counts, OUTCOMES, most))
                for reason, counts in found.outcomes.items()
            ],
            rounded=rounded,
            outcomes=[each for each in OUTCOMES if any(each in counts for counts in found.outcomes.values())],
            now=g.now,
        )


def asked_for(versions: list[PolicyVersion]) -> Asked:
    """The period, the version of the agreement and the language that were chosen."""
    days, language, policy = (request.args.get(name, "") for name in ("days", "language", "agreement"))
    known = {str(version.id): version.id for version in versions}
    chosen: UUID | None = known.get(policy)
    number = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else USUAL
    return Asked(number if number in PERIODS else USUAL, chosen, language if language in OWN_NAMES else "")


def rounded(length: timedelta | None) -> timedelta | None:
    """A length of time as exactly as it is worth saying: minutes below a day, hours below a week, else whole days."""
    if length is None:
        return None
    unit = next((unit for least, unit in ROUNDED if length >= least), timedelta(minutes=1))
    return max(round(length / unit), 1) * unit


def _spread(spread: Spread) -> list[Any]:
    return bars(list(zip(labels(spread.steps), spread.counts, strict=True)))


def labels(steps: Any) -> list[str]:
    """What the steps of a spread are called: up to an hour, up to four, ..., and over the last."""
    reader = current_reader()
    told = [reader.say(N_("up to %(time)s"), time=_short(step)) for step in steps]
    return [*told, reader.say(N_("over %(time)s"), time=_short(steps[-1]))]


def _short(step: timedelta) -> str:
    return current_reader().duration(step)
