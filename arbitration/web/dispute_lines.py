"""What the list of one's disputes shows of each: values ready to be read, made of plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arbitration.domain.sides import BUYER
from arbitration.door.reader import current_reader
from arbitration.services.disputes import listing
from arbitration.web.views import UNKNOWN_BUYER


@dataclass(frozen=True, slots=True)
class Line:
    """A dispute in a list: all that decides what is shown of it (``key``), and what that is (``view``).

    ``due_at`` is the deadline that its sentence tells of, which need not be the next one of the dispute; ``due`` says
    in words how far off that is.
    """

    dispute: listing.Line
    due_at: datetime | None
    due: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Lines with the same key are written alike for the same reader."""
        return self.dispute, self.due

    def view(self) -> dict[str, Any]:
        """The values of ``templates/disputes/_line.html``."""
        dispute, reader = self.dispute, current_reader()
        side, (state, turn) = dispute.stands.side, dispute.told
        names = ("external_id", "title", "reason", "stage", "outcome")
        buyer = dispute.buyer_name or reader.gettext(UNKNOWN_BUYER)
        return {name: getattr(dispute, name) for name in names} | {
            "other_name": dispute.seller_name if side == BUYER else buyer,
            "side": side,
            "mine": side is not None and turn == side,
            "due_at": self.due_at,
            "due": self.due,
            "state": reader.say(state.msgid, **state.values),
        }


def lines_of(found: Sequence[listing.Line], now: datetime) -> list[Line]:
    """The lines of a list."""
    relative = current_reader().relative
    dues = [_named_due(each) for each in found]
    return [Line(each, due, relative(due, now) if due else "") for each, due in zip(found, dues, strict=True)]


def _named_due(dispute: listing.Line) -> datetime | None:
    """The moment in the sentence of a dispute, else its next deadline."""
    named = dispute.told.state.values.get("due")
    return named if isinstance(named, datetime) else dispute.due_at
