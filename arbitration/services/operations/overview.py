"""Whether the machinery needs an operator: who is alive, what is late, what fails, whether all is held back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.stages import Stage
from arbitration.models import DeadlineRow, Dispute, DocketEntry, InstallationValue, Intent
from arbitration.services import clock_record, heartbeat, holding
from arbitration.services.heartbeat import Pulse
from arbitration.services.holding import Hold
from arbitration.services.operations.deadlines import is_stuck
from arbitration.services.operations.lists import Count, bounded, require
from arbitration.services.operations.outbox import FAILED, IS_TROUBLED
from arbitration.services.outbox import REMEMBERED


@dataclass(frozen=True, slots=True)
class Health:
    """How the machinery stands: schedulers, mails that fail or were given up this week, deadlines not carried out.

    ``doubted``: since when, as it shows it, a scheduler does not believe its clock; ``behind``: something is on record
    that happened later than now; ``stages`` says how many disputes stand where.
    """

    alive: int
    dead: list[Pulse]
    last_seen: datetime | None
    troubled: Count
    failed: Count
    stuck: Count
    hold: Hold | None
    doubted: datetime | None
    behind: bool
    stages: Mapping[str, Count]

    @property
    def well(self) -> bool:
        """Whether nothing needs an operator."""
        amiss = self.troubled.number or self.failed.number or self.stuck.number or self.hold
        return self.alive > 0 and not (amiss or self.doubted or self.behind)


def health(session: Session, actor: Actor, now: datetime) -> Health:
    """How the machinery stands, in two queries.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    require(actor, "seeInstallation")
    troubled = select(Intent).where(IS_TROUBLED)
    failed = select(Intent).where(Intent.state == FAILED, Intent.settled_at > now - REMEMBERED)
    stuck = select(DeadlineRow).where(is_stuck(now))
    names = holding.HOLD, clock_record.NAME
    kept = (select(InstallationValue.value).where(InstallationValue.name == name).scalar_subquery() for name in names)
    newest = select(func.max(DocketEntry.at)).scalar_subquery()
    stages = [select(Dispute).where(Dispute.stage == stage) for stage in Stage]
    counts = (bounded(each).scalar_subquery() for each in (troubled, failed, stuck, *stages))
    hold, clock, last, *counted = session.execute(select(*kept, newest, *counts)).one()
    pulses = heartbeat.pulses(session, now)
    return Health(
        sum(each.alive for each in pulses),
        [each for each in pulses if not each.alive],
        pulses[0].at if pulses else None,
        Count.of(counted[0]),
        Count.of(counted[1]),
        Count.of(counted[2]),
        holding.read(hold),
        clock_record.since(clock_record.written(clock)),
        clock_record.came_before(now, last),
        {stage.value: Count.of(number) for stage, number in zip(Stage, counted[3:], strict=True)},
    )
