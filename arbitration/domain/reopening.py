"""When a closed dispute can be reopened: by the buyer, a few times at most, within the agreement's time.

Not after a dismissal, which only an appeal can change. After the buyer withdrew or fell silent it can: who gave way to
a promise, or was ill, is not to lose the claim by that, and the time for it is the same. After a refund it can be, too:
money that was said to be paid may not have come.
"""

from dataclasses import dataclass
from datetime import datetime

from arbitration.domain.refusals import ConflictError
from arbitration.domain.stages import Outcome
from arbitration.rules.marking import N_


@dataclass(frozen=True, slots=True)
class Ended:
    """A closed dispute, as far as reopening it depends on it. ``until`` is the last moment, ``left`` how many times."""

    outcome: str
    until: datetime
    left: int
    is_last: bool = True


def require_reopenable(ended: Ended, now: datetime) -> None:
    """Raises ConflictError where it can't be reopened (any more), with the reason."""
    if ended.outcome == Outcome.DISMISSED:
        raise ConflictError(DISMISSED)
    if not ended.is_last:
        raise ConflictError(ANOTHER)
    if ended.left <= 0:
        raise ConflictError(NO_MORE)
    if now > ended.until:
        raise ConflictError(TOO_LATE, until=ended.until)


DISMISSED = N_("The arbiter dismissed this claim, so it can't be reopened. If something else went wrong, open another.")
ANOTHER = N_("There is a later dispute about this purchase. Go on there.")
NO_MORE = N_("This dispute was reopened before, and that can be done only so often. Its outcome stands.")
TOO_LATE = N_("This dispute could be reopened until %(until)s. Its outcome stands.")
