"""What the list of purchases shows of each: values ready to be read, made of plain rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from arbitration.domain.event_words import headline
from arbitration.domain.events import MESSAGE
from arbitration.domain.sides import BUYER, SELLER
from arbitration.door.reader import current_reader
from arbitration.i18n import Reader
from arbitration.services.disputes.running import Stands
from arbitration.services.purchases import LastMessage, Summary
from arbitration.web.prose import opening_of
from arbitration.web.views import UNKNOWN_BUYER, house_name


@dataclass(frozen=True, slots=True)
class Line:
    """A purchase in a list: all that decides what is shown of it (``key``), and what that is (``view``).

    ``ago`` says in words how long ago its last message was; ``dispute`` is the one that is open.
    """

    summary: Summary
    dispute: Stands | None
    ago: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Lines with the same key are written alike for the same reader."""
        return self.summary, self.dispute, self.ago

    def view(self) -> dict[str, Any]:
        """The values of ``templates/purchases/_line.html``."""
        summary, reader = self.summary, current_reader()
        return {
            "external_id": summary.external_id,
            "title": summary.title,
            "other_name": _name_of(SELLER if summary.side == BUYER else BUYER, summary, reader),
            "amount": summary.amount,
            "currency": summary.currency,
            "paid_at": summary.paid_at,
            "unread": summary.unread,
            "last": _last_view(summary.last, summary, self.ago, reader) if summary.last else None,
            "dispute": _dispute_view(self.dispute, reader) if self.dispute else None,
        }


def lines_of(found: Sequence[Summary], disputes: Mapping[UUID, Stands], now: datetime) -> list[Line]:
    """The lines of a list; ``disputes`` are the open ones, by purchase."""
    relative = current_reader().relative
    return [
        Line(each, disputes.get(each.id), relative(each.last.posted_at, now) if each.last else "") for each in found
    ]


def _name_of(side: str, summary: Summary, reader: Reader) -> str:
    return (summary.buyer_name or reader.gettext(UNKNOWN_BUYER)) if side == BUYER else summary.seller_name


def _last_view(last: LastMessage, summary: Summary, ago: str, reader: Reader) -> dict[str, Any]:
    role, event = last.author_role, last.kind != MESSAGE
    name = _name_of(role, summary, reader) if role in (BUYER, SELLER) else house_name(role, reader)
    told = reader.say(headline(last.kind, by_clock=last.by_clock), name=name) if event else opening_of(last.text or "")
    return {
        "mine": last.mine,
        "posted_at": last.posted_at,
        "ago": ago,
        "removed": last.text is None,
        "snippet": told,
        "event": event,
    }


def _dispute_view(dispute: Stands, reader: Reader) -> dict[str, Any]:
    """Where the open dispute stands, and whether it waits for the viewer."""
    state, turn = dispute.told()
    return {
        "stage": dispute.stage,
        "state": reader.say(state.msgid, **state.values),
        "mine": dispute.side is not None and turn == dispute.side,
    }
