"""Schedulers as real processes, several at once, one of them killed in the middle: nothing twice, nothing lost."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from signal import SIGKILL
from subprocess import TimeoutExpired

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from arbitration.config import Settings
from arbitration.models import DeadlineRow, Dispute, DocketEntry, Intent, Message
from tests.clocks.conftest import Opened
from tests.moments import NOW
from tests.support.processes import Running, call, environment, started

Work = Callable[[], AbstractContextManager[Session]]
HOUR = timedelta(hours=1)
MANY = 24


def ran_out(work: Work) -> int:
    with work() as session:
        query = select(func.count()).select_from(DeadlineRow).where(DeadlineRow.state == "ran_out")
        return session.scalar(query) or 0


def ended(command: Running, within: float) -> bool:
    """Whether it has ended, asked for so many seconds."""
    try:
        command.process.wait(within)
    except TimeoutExpired:
        return False
    return True


def counts(work: Work) -> dict[str, Counter[object]]:
    with work() as session:
        escalations = session.scalars(select(Message.purchase_id).where(Message.kind == "escalation"))
        entries = session.scalars(select(DocketEntry.chain_id).where(DocketEntry.kind == "dispute.escalated"))
        reminders = session.scalars(select(Intent).where(Intent.kind == "reminder"))
        return {
            "escalations": Counter(escalations),
            "entries": Counter(entries),
            "reminders": Counter((it.payload["deadline"], it.payload["step"]) for it in reminders),
            "stages": Counter(session.scalars(select(Dispute.stage))),
        }


def test_each_thing_happens_once_under_several_schedulers_and_a_kill(
    work: Work, opened: Opened, settings: Settings
) -> None:
    for _ in range(MANY):
        opened(NOW)
    env = environment(settings)
    reminded, silent = (NOW + 25 * HOUR).isoformat(), (NOW + 72 * HOUR).isoformat()
    with ExitStack() as stack:
        workers = [stack.enter_context(started(env, "sweep", "--now", reminded)) for _ in range(2)]
        assert [worker.process.wait() for worker in workers] == [0, 0]
    assert list(counts(work)["reminders"].values()) == [1] * MANY

    with ExitStack() as stack:
        victim, other = [stack.enter_context(started(env, "sweep", "--now", silent)) for _ in range(2)]
        while not ran_out(work) and not ended(victim, within=0.01):
            pass
        victim.tell(SIGKILL)
        assert other.process.wait() == 0
    with work() as session:  # as if the lease of the killed one had run out
        session.execute(update(DeadlineRow).where(DeadlineRow.lease_until.is_not(None)).values(lease_until=NOW))
    assert call(env, "sweep", "--now", silent).returncode == 0

    found = counts(work)
    assert found["stages"] == {"arbitration": MANY}
    assert list(found["escalations"].values()) == list(found["entries"].values()) == [1] * MANY
    assert max(found["reminders"].values()) == 1
    assert call(env, "verify").returncode == 0
