"""What somebody can do about a dispute now: the table of stages, narrowed to what makes sense at this moment.

Every view of a dispute carries this list; pages make forms of it. An act that is owed says until when, and what follows
from silence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from arbitration.domain.actors import Relation
from arbitration.domain.deadlines import Kind
from arbitration.domain.permissions import PERMISSIONS
from arbitration.domain.remedies import REFUNDS, REPLACEMENT
from arbitration.domain.sides import ARBITER, BUYER, OPERATOR, SELLER
from arbitration.domain.stages import ACTS, Outcome, Stage

ROLES: Mapping[Relation, str] = {
    Relation.BUYER: BUYER,
    Relation.SELLER: SELLER,
    Relation.CASE_ARBITER: ARBITER,
    Relation.OPERATOR: OPERATOR,
    Relation.GATEWAY: OPERATOR,
}
MEETS: Mapping[str, str] = {
    Kind.SELLER_ANSWER: "postMessage",
    Kind.BUYER_ANSWER: "postMessage",
    Kind.OFFER: "answerOffer",
    Kind.EXHIBIT_REQUEST: "uploadExhibit",
    Kind.RULING: "issueRuling",
    Kind.APPEAL: "appealRuling",
    Kind.REMEDY: "deliverReplacement",
    Kind.REFUND: "confirmRefund",
}
"""The act that meets a deadline."""
STAYS_WITH: Mapping[str, str] = {Stage.ARBITRATION: ARBITER, Stage.APPEAL: ARBITER, Stage.ENFORCEMENT: OPERATOR}
"""Who still owes the next step at a stage when every time for it is over."""
ALWAYS = ("postMessage", "uploadExhibit", "stateFact", "reportConduct", "postNote")
"""What can be done at every stage by those who may do it at all."""
BEFORE_BOTH = ("postMessage", "reportConduct")
"""What an arbiter does before buyer and seller, and so not once the dispute is closed."""


@dataclass(frozen=True, slots=True)
class Owed:
    """An open deadline as far as this list needs it."""

    kind: str
    owed_by: str
    due_at: datetime
    consequence: str


@dataclass(frozen=True, slots=True)
class Available:
    """An act that can be done now: its ``operationId``, until when, whether it is owed, and the consequence if so."""

    name: str
    due: datetime | None = None
    owed: bool = False
    consequence: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a dispute stands, as far as it decides what can be done. ``relations`` are those of the viewer."""

    stage: Stage
    outcome: str | None
    relations: frozenset[Relation]
    deadlines: tuple[Owed, ...] = ()
    offered_by: frozenset[str] = frozenset()
    escalation_opens_at: datetime | None = None
    has_arbiter: bool = False
    objection_pending: bool = False
    may_object: bool = True
    """Whether a ground is left on which the viewer has not objected to this arbiter."""
    may_take: bool = True
    is_tied: bool = False
    """Whether the viewer is an arbiter who is tied to a party: then the arbiters' notes are not for them."""
    is_party: bool = False
    """Whether the viewer, in whichever role, is buyer or seller: then nothing is theirs to approve or to decide."""
    subjects: frozenset[str] = frozenset()
    """The acts of an arbiter on something that there is: a fact, an objection to the reading, a report, a message."""
    has_ruling: bool = False
    is_carried_out: bool = False
    """Whether what was ruled is on its way, or done, or has become something else."""
    correction_until: datetime | None = None
    questions: frozenset[tuple[str, str]] = frozenset()
    """Questions about the ruling that wait for an answer: kind and side."""
    remedy: str | None = None
    """What is owed: refund, part_refund or replacement."""
    needs_approval: bool = False
    approved: bool = False
    released: bool = False
    """Whether it has all the approvals it needs: one, or both where a payment provider pays."""
    approved_by_viewer: bool = False
    by_provider: bool = False
    """Whether a payment provider pays what is owed, and has not refused it."""
    refused: bool = False
    """Whether the payment provider refused to pay what is owed."""
    extendable_until: datetime | None = None
    reopening_until: datetime | None = None
    reopenings_left: int = 0
    is_last: bool = True
    """Whether there is no later dispute about the purchase."""

    @property
    def sides(self) -> frozenset[str]:
        """The roles of the viewer, as deadlines name them."""
        return frozenset(ROLES[relation] for relation in self.relations if relation in ROLES)


Guard = Callable[[Standing, datetime], bool]


def available(standing: Standing, now: datetime) -> tuple[Available, ...]:
    """What the viewer can do now: what is owed first, by when it is due, then the rest in the order of the table."""
    names = [
        name
        for name, act in ACTS.items()
        if act.who & standing.relations and standing.stage in act.at and GUARDS.get(name, _always)(standing, now)
    ]
    names += [name for name in ALWAYS if PERMISSIONS[name] & standing.relations and _may_speak(name, standing)]
    listed = [_with_due(name, standing) for name in names]
    return tuple(sorted(listed, key=lambda each: (not each.owed, each.due is None if each.owed else False)))


def whose_turn(standing: Standing) -> str | None:
    """The role that the dispute waits for: of what is owed, the first; None where nobody owes anything.

    A ruling and a refund stay owed when their time is over. ``services/disputes/listing.py`` asks a database the same.
    """
    owed = sorted(
        (each.due_at, each.owed_by) for each in standing.deadlines if each.owed_by and each.kind != Kind.OFFER
    )
    offered = sorted((each.due_at, each.owed_by) for each in standing.deadlines if each.kind == Kind.OFFER)
    if standing.stage in (Stage.ARBITRATION, Stage.APPEAL) and not standing.has_arbiter:
        return "arbiter"
    return next((side for _, side in owed + offered), STAYS_WITH.get(standing.stage))


def _may_speak(name: str, standing: Standing) -> bool:
    over = standing.stage is Stage.CLOSED and Relation.CASE_ARBITER in standing.relations
    return not (over and name in BEFORE_BOTH) and not (standing.is_tied and name == "postNote")


def _with_due(name: str, standing: Standing) -> Available:
    for each in sorted(standing.deadlines, key=lambda each: each.due_at):
        if MEETS.get(each.kind) != name:
            continue
        if each.owed_by in standing.sides:
            return Available(name, each.due_at, owed=True, consequence=each.consequence)
        if each.kind == Kind.APPEAL:
            return Available(name, each.due_at, consequence=each.consequence)
    due = DUES.get(name)
    return Available(name, due(standing) if due else None)


def _always(_standing: Standing, _now: datetime) -> bool:
    return True


def _other_offered(standing: Standing, _now: datetime) -> bool:
    return bool(standing.offered_by - standing.sides)


def _asked(kind: str) -> Guard:
    return lambda standing, _now: any(asked == kind for asked, _ in standing.questions)


def _may_ask(kind: str) -> Guard:
    def may(standing: Standing, now: datetime) -> bool:
        open_own = any((kind, side) in standing.questions for side in standing.sides)
        in_time = standing.correction_until is not None and now <= standing.correction_until
        return standing.has_ruling and in_time and not open_own

    return may


def _is_there(act: str) -> Guard:
    return lambda standing, _now: act in standing.subjects


def _may_rule(standing: Standing, _now: datetime) -> bool:
    asked = any(each.kind == Kind.EXHIBIT_REQUEST for each in standing.deadlines)
    return not standing.objection_pending and not asked


def _may_appeal(standing: Standing, now: datetime) -> bool:
    return any(each.kind == Kind.APPEAL and now <= each.due_at for each in standing.deadlines)


def _may_correct(standing: Standing, now: datetime) -> bool:
    """Who was asked for a correction answers, if only by refusing it."""
    in_time = standing.correction_until is not None and now <= standing.correction_until
    asked = _asked("correction")(standing, now)
    return standing.has_ruling and (asked or (in_time and not standing.is_carried_out))


def _may_confirm(standing: Standing, _now: datetime) -> bool:
    if standing.by_provider and Relation.GATEWAY not in standing.relations:
        return False
    if not standing.needs_approval:
        return standing.remedy in REFUNDS
    other = not standing.approved_by_viewer and not standing.is_party
    return standing.remedy in REFUNDS and standing.approved and other


def _may_approve(standing: Standing, _now: datetime) -> bool:
    waits = standing.remedy in REFUNDS and standing.needs_approval and not standing.released
    return waits and not standing.is_party and not standing.approved_by_viewer


def _may_reopen(standing: Standing, now: datetime) -> bool:
    in_time = standing.reopening_until is not None and now <= standing.reopening_until
    left = standing.reopenings_left > 0 and standing.is_last
    return in_time and left and standing.outcome != Outcome.DISMISSED


GUARDS: Mapping[str, Guard] = {
    "answerOffer": _other_offered,
    "escalateDispute": lambda s, now: s.escalation_opens_at is not None and now >= s.escalation_opens_at,
    "askExtension": lambda s, now: s.extendable_until is not None and now <= s.extendable_until,
    "takeDispute": lambda s, _: not s.has_arbiter and s.may_take,
    "objectToArbiter": lambda s, _: s.has_arbiter and not s.objection_pending and s.may_object,
    "decideObjection": lambda s, _: s.objection_pending and not s.is_party,
    "decideFact": _is_there("decideFact"),
    "decideReading": _is_there("decideReading"),
    "strikeConduct": _is_there("strikeConduct"),
    "hideMessage": _is_there("hideMessage"),
    "issueRuling": _may_rule,
    "requestCorrection": _may_ask("correction"),
    "correctRuling": _may_correct,
    "requestClarification": _may_ask("clarification"),
    "clarifyRuling": _asked("clarification"),
    "appealRuling": _may_appeal,
    "deliverReplacement": lambda s, _: s.remedy == REPLACEMENT,
    "approveRefund": _may_approve,
    "confirmRefund": _may_confirm,
    "retryRefund": lambda s, _: s.refused and (s.released or not s.needs_approval),
    "reopenDispute": _may_reopen,
}
DUES: Mapping[str, Callable[[Standing], datetime | None]] = {
    "requestCorrection": lambda s: s.correction_until,
    "requestClarification": lambda s: s.correction_until,
    "correctRuling": lambda s: s.correction_until,
    "reopenDispute": lambda s: s.reopening_until,
    "askExtension": lambda s: s.extendable_until,
}
