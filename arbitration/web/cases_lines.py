"""What the queue of an arbiter shows of each case: values ready to be read, made of plain rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from arbitration.door.reader import current_reader
from arbitration.services.disputes.queue import Waiting
from arbitration.web.views import UNKNOWN_BUYER


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the queue: all that decides what is shown of it (``key``), and what that is (``view``).

    ``conflict`` says why the arbiter could not take it, ``due`` in words how far off or how long ago its deadline is.
    """

    case: Waiting
    conflict: str | None
    due: str
    overdue: bool
    viewer: UUID | None

    @property
    def key(self) -> tuple[Any, ...]:
        """Lines with the same key are written alike for the same reader."""
        return self.case, self.conflict, self.due, self.overdue, self.viewer

    def view(self) -> dict[str, Any]:
        """The values of ``templates/cases/_line.html``."""
        case = self.case
        names = ("id", "external_id", "title", "seller", "amount", "currency", "reason", "stage", "own")
        return {name: getattr(case, name) for name in names} | {
            "buyer": case.buyer or current_reader().gettext(UNKNOWN_BUYER),
            "due_at": case.next_due_at,
            "due": self.due,
            "overdue": self.overdue,
            "since": case.stage_since,
            "meant_for_me": case.meant_for is not None and case.meant_for == self.viewer,
            "meant_for_another": case.meant_for is not None and case.meant_for != self.viewer,
            "objected": case.objected,
            "conflict": self.conflict,
        }


def lines_of(found: Sequence[Waiting], conflicts: Mapping[UUID, str], viewer: UUID | None, now: datetime) -> list[Line]:
    """The lines of a queue; ``conflicts`` are sentences, by dispute."""
    relative = current_reader().relative
    return [
        Line(
            case,
            conflicts.get(case.id),
            relative(case.next_due_at, now) if case.next_due_at else "",
            case.next_due_at is not None and case.next_due_at < now,
            viewer,
        )
        for case in found
    ]
