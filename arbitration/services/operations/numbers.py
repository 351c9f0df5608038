"""The numbers of an installation over a period: how many disputes stand where, how fast they are answered and decided.

Each is made of the newest ``MOST`` disputes of the period at most, so that no page costs more as the years go by;
``Sample.cut`` says where that left some out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from arbitration.domain.actors import Actor
from arbitration.domain.sides import SELLER
from arbitration.domain.stages import Stage
from arbitration.models import Dispute, Message, Purchase, Seller
from arbitration.services.operations.lists import Count, Query, bounded, require

MOST = 10_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIODS = {7: (7, DAY), 30: (10, 3 * DAY), 91: (13, 7 * DAY), 364: (13, 28 * DAY)}
"""The periods to choose from, in days: how many slices each is shown in, and how long these are."""
USUAL = 30
ANSWER_STEPS = (HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY)
OUTCOME_STEPS = (DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY)


@dataclass(frozen=True, slots=True)
class Asked:
    """The period, in days until now, and what it is narrowed to: a version of the agreement, the shops' language."""

    days: int = USUAL
    policy_id: UUID | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Lengths of time: how many up to each step and beyond the last, the median, and what 90 % stay within.

    ``none`` counts those in which it has not come about.
    """

    steps: Sequence[timedelta]
    counts: Sequence[int]
    median: timedelta | None
    most: timedelta | None
    number: int
    none: int = 0

    @classmethod
    def of(cls, lengths: Sequence[timedelta], steps: Sequence[timedelta], none: int = 0) -> "Spread":
        """The spread of some lengths over steps."""
        ordered = sorted(lengths)
        counted = Counter(next((at for at, step in enumerate(steps) if each <= step), len(steps)) for each in ordered)
        counts = [counted[at] for at in range(len(steps) + 1)]
        return cls(steps, counts, quantile(ordered, 50), quantile(ordered, 90), len(ordered), none)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the period, with how many disputes were opened and closed in it."""

    begins_at: datetime
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """All of them; ``cut`` says that older disputes of the period were left out."""

    since: datetime
    stages: Mapping[str, Count]
    slices: Sequence[Slice]
    opened: int
    closed: int
    answer: Spread
    outcome: Spread
    outcomes: Mapping[str, Mapping[str, int]]
    cut: bool


def numbers(session: Session, actor: Actor, asked: Asked, now: datetime) -> Numbers:
    """The numbers of a period that ends now, in three queries.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    require(actor, "seeNumbers")
    number, length = PERIODS[asked.days]
    since = now - number * length
    opened = session.execute(_answered(_narrowed(_newest(Dispute.opened_at, since, now), asked))).all()
    closed = session.execute(_narrowed(_newest(Dispute.closed_at, since, now), asked)).all()
    answers = [row.answered_at - row.opened_at for row in opened if row.answered_at is not None]
    lasted = [row.closed_at - row.opened_at for row in closed]
    return Numbers(
        since,
        _stages(session, asked),
        _slices(since, number, length, [row.opened_at for row in opened], [row.closed_at for row in closed]),
        len(opened),
        len(closed),
        Spread.of(answers, ANSWER_STEPS, len(opened) - len(answers)),
        Spread.of(lasted, OUTCOME_STEPS),
        _outcomes(closed),
        len(opened) >= MOST or len(closed) >= MOST,
    )


def quantile(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """The smallest of the values that at least so many per cent do not exceed; None where there are none."""
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1] if ordered else None


def _newest(column: InstrumentedAttribute[Any], since: datetime, now: datetime) -> Any:
    query = select(Dispute).where(column > since, column <= now).order_by(column.desc(), Dispute.id.desc())
    return query.limit(MOST).subquery()


def _narrowed(newest: Any, asked: Asked) -> Query:
    columns = newest.c.opened_at, newest.c.closed_at, newest.c.reason, newest.c.outcome
    query = select(*columns, newest.c.purchase_id, newest.c.position)
    if asked.policy_id is not None or asked.language:
        query = query.join(Purchase, Purchase.id == newest.c.purchase_id)
    return _of(query, asked)


def _of(query: Query, asked: Asked) -> Query:
    if asked.policy_id is not None:
        query = query.where(Purchase.policy_id == asked.policy_id)
    if asked.language:
        query = query.join(Seller, Seller.id == Purchase.seller_id).where(Seller.language == asked.language)
    return query


def _answered(query: Query) -> Query:
    """With the moment at which the seller first said or did something after the opening, and nothing else."""
    found = query.subquery()
    first = select(Message.posted_at).where(
        Message.purchase_id == found.c.purchase_id,
        Message.position > found.c.position,
        Message.author_role == SELLER,
    )
    answered_at = first.order_by(Message.position).limit(1).correlate(found).scalar_subquery()
    return select(found.c.opened_at, answered_at.label("answered_at"))


def _stages(session: Session, asked: Asked) -> Mapping[str, Count]:
    open_ones = [stage for stage in Stage if stage is not Stage.CLOSED]
    queries = []
    for stage in open_ones:
        query = select(Dispute).where(Dispute.stage == stage)
        if asked.policy_id is not None or asked.language:
            query = query.join(Purchase, Purchase.id == Dispute.purchase_id)
        queries.append(bounded(_of(query, asked), MOST).scalar_subquery())
    found = session.execute(select(*queries)).one()
    return {stage.value: Count.of(number, MOST) for stage, number in zip(open_ones, found, strict=True)}


def _slices(
    since: datetime, number: int, length: timedelta, opened: Sequence[datetime], closed: Sequence[datetime]
) -> list[Slice]:
    into, out = (Counter(min((at - since) // length, number - 1) for at in moments) for moments in (opened, closed))
    return [Slice(since + at * length, into[at], out[at]) for at in range(number)]


def _outcomes(closed: Sequence[Any]) -> Mapping[str, Mapping[str, int]]:
    """How many ended how, by reason; the reasons with most disputes first."""
    counted: dict[str, Counter[str]] = {}
    for row in closed:
        counted.setdefault(row.reason, Counter())[row.outcome or ""] += 1
    return dict(sorted(counted.items(), key=lambda item: (-item[1].total(), item[0])))
