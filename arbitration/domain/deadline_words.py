"""What a deadline is in sentences: what is owed, what silence leads to, and how the moment was computed.

Each sentence is a msgid with its values; ``i18n.Reader.say`` puts moments, periods, hours and zones into the
reader's words.
"""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from arbitration.domain.deadlines import WORKING, Deadline, Kind, Step
from arbitration.domain.sides import BUYER, SELLER
from arbitration.rules.marking import N_


class Sentence(NamedTuple):
    """A msgid, and the values that belong into it."""

    msgid: str
    values: Mapping[str, object]


COMPUTED: Mapping[str, str] = {
    "opened": N_("Due %(due)s: %(period)s after the dispute was opened, %(base)s."),
    "reopened": N_("Due %(due)s: %(period)s after the dispute was reopened, %(base)s."),
    "message": N_("Due %(due)s: %(period)s after the message to be answered, %(base)s."),
    "asked": N_("Due %(due)s: %(period)s after the seller asked, %(base)s."),
    "offered": N_("Due %(due)s: %(period)s after the offer was made, %(base)s."),
    "exhibit_asked": N_("Due %(due)s: that is the moment the arbiter named when asking for it, %(base)s."),
    "taken": N_("Due %(due)s: %(period)s after the arbiter took the case, %(base)s."),
    "ruled": N_("Due %(due)s: %(period)s after the ruling, %(base)s."),
    "appeal_ended": N_("Due %(due)s: %(period)s after the time for an appeal ended, %(base)s."),
    "appeal_decided": N_("Due %(due)s: %(period)s after the ruling on the appeal, %(base)s."),
    "accepted": N_("Due %(due)s: %(period)s after the offer was accepted, %(base)s."),
    "remedy_owed": N_("Due %(due)s: %(period)s after the replacement came to be owed, %(base)s."),
    "refund_owed": N_("Due %(due)s: %(period)s after the refund came to be owed, %(base)s."),
    "remedy_overdue": N_("Due %(due)s: %(period)s after the replacement failed to come, %(base)s."),
}
EXTENDED: Mapping[str, str] = {
    SELLER: N_("Extended by %(more)s at the seller's request: now due %(due)s."),
    BUYER: N_("Extended by %(more)s at the buyer's request: now due %(due)s."),
}
AFTER = N_("Reminder %(at)s: after %(period)s.")
BEFORE = N_("Reminder %(at)s: %(period)s before the end.")
AFTER_OF_THE_DAY = N_(
    "Reminder %(at)s: after %(period)s of the seller's working day (%(opens)s to %(closes)s, %(zone)s time)."
)
AFTER_OF_THE_HOURS = N_("Reminder %(at)s: after %(period)s of the seller's working hours (%(zone)s time).")

OWED: Mapping[str, str] = {
    Kind.SELLER_ANSWER: N_("The seller's answer"),
    Kind.BUYER_ANSWER: N_("The buyer's answer"),
    Kind.OFFER: N_("An answer to the offer"),
    Kind.EXHIBIT_REQUEST: N_("The evidence the arbiter asked for"),
    Kind.RULING: N_("The arbiter's ruling"),
    Kind.APPEAL: N_("Time for an appeal"),
    Kind.REMEDY: N_("The replacement"),
    Kind.REFUND: N_("The refund"),
}
OWED_BY_YOU: Mapping[str, str] = {
    Kind.SELLER_ANSWER: N_("Please answer the buyer"),
    Kind.BUYER_ANSWER: N_("Please answer the seller"),
    Kind.OFFER: N_("Please answer the offer"),
    Kind.EXHIBIT_REQUEST: N_("Please file the evidence the arbiter asked for"),
    Kind.RULING: N_("Please rule on this dispute"),
    Kind.REMEDY: N_("Please deliver the replacement"),
    Kind.REFUND: N_("Please pay the refund"),
}
CONSEQUENCES: Mapping[str, str] = {
    "escalated": N_("If the seller has not answered by then, the dispute goes to an arbiter."),
    "lapsed": N_("If the buyer has not answered by then, the dispute is closed."),
    "offer_expired": N_("If it has not been answered by then, the offer is void."),
    "evidence_closed": N_("If it has not come by then, the case is decided on what is there."),
    "request_ran_out": N_("If it has not come by then, the case is decided without it."),
    "ruling_overdue": N_("If there is no ruling by then, the operators are told."),
    "appeal_window_closed": N_("If nobody has appealed by then, the ruling stands."),
    "remedy_overdue": N_("If it has not been delivered by then, the buyer gets the money back instead."),
    "refund_overdue": N_("If it has not been paid by then, the operators are told."),
}
CONSEQUENCES_FOR_YOU: Mapping[str, str] = {
    "escalated": N_("If you have not answered by then, the dispute goes to an arbiter without your answer."),
    "lapsed": N_("If you have not answered by then, the dispute is closed, and you get nothing from it."),
    "offer_expired": N_("If you have not answered by then, the offer is void."),
    "evidence_closed": N_("If you have not filed it by then, the case is decided on what is there."),
    "request_ran_out": N_("If you have not filed it by then, the case is decided without it."),
    "remedy_overdue": N_("If you have not delivered it by then, the buyer gets the money back instead."),
}


def owed(deadline: Deadline, viewer: str = "") -> str:
    """The msgid of what is owed, in the words of who owes it where the viewer (a role) is the one."""
    yours = OWED_BY_YOU.get(deadline.kind) if viewer and viewer == deadline.owed_by else None
    return yours or OWED[deadline.kind]


def consequence(deadline: Deadline, viewer: str = "") -> str:
    """The msgid of what follows from silence, to the viewer (a role) where it is theirs."""
    yours = CONSEQUENCES_FOR_YOU.get(deadline.consequence) if viewer and viewer == deadline.owed_by else None
    return yours or CONSEQUENCES[deadline.consequence]


def explain(deadline: Deadline) -> tuple[Sentence, ...]:
    """How the moment was computed, and by what it was extended."""
    values: dict[str, object] = {"due": deadline.first_due_at, "base": deadline.base_at}
    if deadline.period is not None:
        values["period"] = deadline.period
    computed = Sentence(COMPUTED[deadline.base_event], values)
    if not deadline.extended_by:
        return (computed,)
    more = {"more": deadline.extended_by, "due": deadline.due_at}
    return computed, Sentence(EXTENDED[deadline.owed_by], more)


def explain_steps(deadline: Deadline) -> Iterator[Sentence]:
    """How the moment of each reminder was computed."""
    for step in deadline.steps:
        yield explain_step(deadline, step)


def explain_step(deadline: Deadline, step: Step) -> Sentence:
    """How the moment of a reminder was computed."""
    values: dict[str, object] = {"at": step.at, "period": step.period}
    if step.before_end:
        return Sentence(BEFORE, values)
    if step.counted_in != WORKING or deadline.hours is None:
        return Sentence(AFTER, values)
    values["zone"] = ZoneInfo(deadline.hours.zone)
    if deadline.hours.every_day is None:
        return Sentence(AFTER_OF_THE_HOURS, values)
    opens, closes = deadline.hours.every_day
    values |= {"opens": opens, "closes": time.min if closes == time.max else closes}
    return Sentence(AFTER_OF_THE_DAY, values)
