"""Whether the machinery needs an operator: who is alive, what is late, what fails, whether all is held back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.models import DeadlineRow, Intent
from arbitration.services import heartbeat, holding
from arbitration.services.deadline_lists import LATE
from arbitration.services.heartbeat import Pulse
from arbitration.services.holding import Hold
from arbitration.services.operations.deadlines import RUNNING
from arbitration.services.operations.lists import Count, bounded, require
from arbitration.services.outbox import REMEMBERED


@dataclass(frozen=True, slots=True)
class Health:
    """How the machinery stands: schedulers, mails that fail or were given up this week, deadlines not carried out."""

    alive: int
    dead: list[Pulse]
    last_seen: datetime | None
    troubled: Count
    failed: Count
    stuck: Count
    hold: Hold | None

    @property
    def well(self) -> bool:
        """Whether nothing needs an operator."""
        return self.alive > 0 and not (self.troubled.number or self.failed.number or self.stuck.number or self.hold)


def health(session: Session, actor: Actor, now: datetime) -> Health:
    """How the machinery stands, in three queries.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    require(actor, "seeInstallation")
    troubled = select(Intent).where(Intent.state == "waiting", Intent.error.is_not(None))
    failed = select(Intent).where(and_(Intent.state == "failed", Intent.settled_at > now - REMEMBERED))
    stuck = select(DeadlineRow).where(RUNNING, DeadlineRow.next_at <= now - LATE)
    counted = session.execute(select(*(bounded(each).scalar_subquery() for each in (troubled, failed, stuck)))).one()
    pulses = heartbeat.pulses(session, now)
    return Health(
        sum(each.alive for each in pulses),
        [each for each in pulses if not each.alive],
        pulses[0].at if pulses else None,
        Count.of(counted[0]),
        Count.of(counted[1]),
        Count.of(counted[2]),
        holding.current(session),
    )
