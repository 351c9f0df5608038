"""Deadlines: a moment by which a named party owes a named act, its reminders, and the consequence of silence.

Each is built from the purchase's policy and the moment of its base event (docs/deadlines.md); nothing here reads a
clock. ``deadline_words`` says in sentences what a deadline is and how its moment was computed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.domain.remedies import REPLACEMENT
from arbitration.domain.sides import ARBITER, BUYER, NOBODY, OPERATOR, SELLER
from arbitration.domain.working_time import WorkingHours, working_after
from arbitration.rules.durations import Duration, parse_duration
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.rules.policy import Step as Rung


class Kind(StrEnum):
    """What is waited for."""

    SELLER_ANSWER = "seller_answer"
    BUYER_ANSWER = "buyer_answer"
    OFFER = "offer"
    EXHIBIT_REQUEST = "exhibit_request"
    RULING = "ruling"
    APPEAL = "appeal"
    REMEDY = "remedy"
    REFUND = "refund"


WORKING = "working"
EXTENDABLE = frozenset({Kind.SELLER_ANSWER, Kind.BUYER_ANSWER, Kind.EXHIBIT_REQUEST, Kind.REMEDY})
LEAST_EXTENSION = timedelta(minutes=1)
END_OF_TIME = datetime.max.replace(microsecond=0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """A reminder: its name, which is a period "after" the base event or "before" the end, and its moment (UTC).

    ``counted_in`` says which hours were counted: ``plain`` all of them, ``working`` those of the seller's day.
    """

    name: str
    at: datetime
    counted_in: str = "plain"

    @property
    def period(self) -> Duration:
        """How long after the base event, or before the end."""
        return parse_duration(self.name.split()[0])

    @property
    def before_end(self) -> bool:
        """Whether it is counted from the end, so that it moves when the end does."""
        return self.name.endswith(" before")


@dataclass(frozen=True, slots=True)
class Deadline:
    """Who owes what by when (UTC).

    ``owed_by`` is empty where nobody has to do anything (an appeal). ``base_event`` names what it is counted from,
    ``period`` is the agreement's, None where a person named the moment. ``consequence`` names what happens then.
    ``hours`` are those by which its reminders are counted, None where all hours count.
    """

    kind: Kind
    owed_by: str
    base_event: str
    base_at: datetime
    due_at: datetime
    consequence: str
    period: Duration | None = None
    steps: tuple[Step, ...] = ()
    extended_by: timedelta = timedelta(0)
    hours: WorkingHours | None = None

    @property
    def first_due_at(self) -> datetime:
        """The end as it was before anybody asked for more time."""
        return self.due_at - self.extended_by


def working_hours(policy: Policy, zone: str, rows: list[dict[str, object]] | None) -> WorkingHours:
    """A shop's hours, or the policy's day in the shop's zone where it set none."""
    day = policy.clocks["working_day"]
    opens, closes = day["from"], day["to"]
    assert isinstance(opens, time)
    assert isinstance(closes, time)
    return WorkingHours.of(zone, rows, opens, closes)


def seller_answer(policy: Policy, asked_at: datetime, hours: WorkingHours, base_event: str = "opened") -> Deadline:
    """The seller's answer to an opened dispute; silence takes it to arbitration."""
    period, rungs = policy.period("seller_answer", "ends"), policy.reminders("seller_answer")
    return _with_ladder(
        Deadline(Kind.SELLER_ANSWER, SELLER, base_event, asked_at, later(asked_at, period), "escalated", period),
        rungs,
        hours,
    )


def buyer_answer(policy: Policy, asked_at: datetime) -> Deadline:
    """The buyer's answer to what the seller asked; by silence the dispute lapses."""
    period, rungs = policy.period("buyer_answer", "ends"), policy.reminders("buyer_answer")
    return _with_ladder(
        Deadline(Kind.BUYER_ANSWER, BUYER, "asked", asked_at, later(asked_at, period), "lapsed", period), rungs, None
    )


def offer(policy: Policy, made_at: datetime, owed_by: str) -> Deadline:
    """The time in which an offer can be answered by the side it was made to."""
    period = policy.period("offer", "lasts")
    return Deadline(Kind.OFFER, owed_by, "offered", made_at, later(made_at, period), "offer_expired", period)


def exhibit_request(policy: Policy, asked_at: datetime, due_at: datetime, owed_by: str) -> Deadline:
    """An exhibit that the arbiter asked a party for, until a moment that the arbiter named."""
    consequence = "evidence_closed" if owed_by == BUYER else "request_ran_out"
    before = policy.period("exhibit_request", "reminder_before_end")
    least = policy.period("exhibit_request", "reminder_if_longer_than")
    steps: tuple[Step, ...] = ()
    if due_at > later(asked_at, least):
        steps = (Step(f"{before} before", due_at - (later(asked_at, before) - asked_at)),)
    return Deadline(
        Kind.EXHIBIT_REQUEST, owed_by, "exhibit_asked", asked_at, due_at, consequence, None, _sent(steps, due_at)
    )


def ruling(policy: Policy, since: datetime) -> Deadline:
    """The arbiter's ruling, from taking the dispute."""
    period = policy.period("ruling", "within")
    return Deadline(Kind.RULING, ARBITER, "taken", since, later(since, period), "ruling_overdue", period)


def appeal(policy: Policy, ruled_at: datetime) -> Deadline:
    """The window in which either side may appeal; then the ruling stands."""
    period = policy.period("appeal", "within")
    return Deadline(Kind.APPEAL, NOBODY, "ruled", ruled_at, later(ruled_at, period), "appeal_window_closed", period)


def remedy(policy: Policy, since: datetime, kind: str, hours: WorkingHours | None = None) -> Deadline:
    """What was ruled or agreed: a replacement is the seller's to deliver, money the operator's to pay."""
    if kind != REPLACEMENT:
        return refund(policy, since)
    period, rungs = policy.period("remedy", "within"), policy.reminders("remedy")
    return _with_ladder(
        Deadline(Kind.REMEDY, SELLER, "remedy_owed", since, later(since, period), "remedy_overdue", period),
        rungs,
        hours,
    )


def refund(policy: Policy, since: datetime) -> Deadline:
    """Money that the operator is to pay back; nobody else is reminded of it."""
    period = policy.period("remedy", "within")
    return Deadline(Kind.REFUND, OPERATOR, "refund_owed", since, later(since, period), "refund_overdue", period)


def escalation_opens_at(policy: Policy, opened_at: datetime) -> datetime:
    """From when on either side may call the arbiter."""
    return later(opened_at, policy.period("escalation", "opens"))


def lies_open_until(policy: Policy, shown_at: datetime) -> datetime:
    """Until when no ruling may rest on an exhibit that the other side was shown at that moment."""
    return later(shown_at, policy.period("exhibit", "lies_open"))


def correction_until(policy: Policy, ruled_at: datetime) -> datetime:
    """Until when a slip in a ruling can be corrected."""
    return later(ruled_at, policy.period("correction", "within"))


def reopening_until(policy: Policy, closed_at: datetime) -> datetime:
    """Until when a closed dispute can be reopened."""
    return later(closed_at, policy.period("reopening", "within"))


def later(moment: datetime, period: Duration) -> datetime:
    """The moment so much later, or the end of time."""
    return period.after(moment) or END_OF_TIME


def extend(deadline: Deadline, until: datetime, policy: Policy, used: timedelta, now: datetime) -> Deadline:
    """The deadline moved to ``until`` at the wish of who owes it; ``used`` is what earlier extensions came to.

    Raises:
        ConflictError: it is one that can't be extended, has run out, or has used up what the policy allows.
        InvalidError: ``until`` is not later than the moment now owed, or beyond what the policy allows (``until``).
    """
    if deadline.kind not in EXTENDABLE:
        raise ConflictError(N_("There is nothing here that you could ask more time for."))
    if now > deadline.due_at:
        raise ConflictError(N_("That time is over, so it can't be extended any more. Look at what happened then."))
    latest = latest_extension(deadline, policy, used)
    if latest <= deadline.due_at:
        raise ConflictError(N_("You have had all the extra time there is. Please answer within the time you have."))
    if until <= deadline.due_at:
        raise InvalidError(faults=[FieldFault("until", EARLIER, {"due": deadline.due_at, "latest": latest})])
    if until > latest:
        raise InvalidError(faults=[FieldFault("until", TOO_LATE, {"latest": latest})])
    more = until - deadline.due_at
    steps = tuple(replace(step, at=step.at + more) if step.before_end else step for step in deadline.steps)
    return replace(deadline, due_at=until, steps=steps, extended_by=deadline.extended_by + more)


def latest_extension(deadline: Deadline, policy: Policy, used: timedelta) -> datetime:
    """The farthest moment to which the deadline can still be moved; its own where less than a minute is left of what
    the policy allows, since forms ask for minutes."""
    latest = later(deadline.due_at - used, policy.period("extension", "in_all"))
    return latest if latest - deadline.due_at >= LEAST_EXTENSION else deadline.due_at


EARLIER = N_("Choose a moment later than the one you have already, %(due)s, and not later than %(latest)s.")
TOO_LATE = N_("That is more extra time than the agreement allows. Choose a moment until %(latest)s.")


def steps_due(deadline: Deadline, done: Collection[str], now: datetime) -> tuple[Step | None, tuple[Step, ...]]:
    """The reminder to send now, if any, and those to be recorded as passed over; ``done`` names those that are past.

    Only the latest that was missed is sent, and none once the deadline itself is over.
    """
    missed = sorted((it for it in deadline.steps if it.at <= now and it.name not in done), key=lambda it: it.at)
    if now >= deadline.due_at or not missed:
        return None, tuple(missed)
    return missed[-1], tuple(missed[:-1])


def next_step(deadline: Deadline, done: Collection[str]) -> Step | None:
    """The next reminder that is neither sent nor passed over."""
    return min((it for it in deadline.steps if it.name not in done), key=lambda it: it.at, default=None)


def next_moment(deadline: Deadline, done: Collection[str]) -> datetime:
    """When there is next something to do about it: a reminder, or the end."""
    step = next_step(deadline, done)
    return min(step.at, deadline.due_at) if step else deadline.due_at


def _with_ladder(deadline: Deadline, rungs: Iterable[Rung], hours: WorkingHours | None) -> Deadline:
    steps = tuple(Step(f"{it.after} after", _moment(it, deadline.base_at, hours), it.counted_in) for it in rungs)
    by_day = hours if any(step.counted_in == WORKING for step in steps) else None
    return replace(deadline, steps=_sent(steps, deadline.due_at), hours=by_day)


def _moment(rung: Rung, base_at: datetime, hours: WorkingHours | None) -> datetime:
    moment = later(base_at, rung.after)
    if rung.counted_in == WORKING and hours is not None:
        return working_after(base_at, moment - base_at, hours)
    return moment


def _sent(steps: tuple[Step, ...], due_at: datetime) -> tuple[Step, ...]:
    """The steps that are ever sent: before the next one and before the end."""
    kept: list[Step] = []
    earliest = due_at
    for step in reversed(steps):
        if step.at < earliest:
            kept.insert(0, step)
            earliest = step.at
    return tuple(kept)
