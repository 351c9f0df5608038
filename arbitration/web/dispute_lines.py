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

    ``due`` says in words how far off its next deadline is.
    """

    dispute: listing.Line
    due: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Lines with the same key are written alike for the same reader."""
        return self.dispute, self.due

    def view(self) -> dict[str, Any]:
        """The values of ``templates/disputes/_line.html``."""
        dispute, reader = self.dispute, current_reader()
        side, (state, turn) = dispute.stands.side, dispute.told
        names = ("external_id", "title", "reason", "stage", "outcome", "due_at")
        buyer = dispute.buyer_name or reader.gettext(UNKNOWN_BUYER)
        return {name: getattr(dispute, name) for name in names} | {
            "other_name": dispute.seller_name if side == BUYER else buyer,
            "side": side,
            "mine": side is not None and turn == side,
            "due": self.due,
            "state": reader.say(state.msgid, **state.values),
        }


def lines_of(found: Sequence[listing.Line], now: datetime) -> list[Line]:
    """The lines of a list."""
    relative = current_reader().relative
    return [Line(each, relative(each.due_at, now) if each.due_at else "") for each in found]
