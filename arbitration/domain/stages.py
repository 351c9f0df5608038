"""The life of a dispute as one table: who may do what at which stage, and where it leads (docs/disputes.md).

Names are the ``operationId``s of the API; those of the clock say what falls due by itself. Pages, API, permissions,
``available_actions`` and the diagram in the docs are all read from ``ACTS``, and nothing else moves a dispute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from arbitration.domain.actors import Relation
from arbitration.domain.refusals import ConflictError
from arbitration.rules.marking import N_


class Stage(StrEnum):
    """Where a dispute stands. A purchase without an open dispute is at none."""

    NEGOTIATION = "negotiation"
    ARBITRATION = "arbitration"
    RULED = "ruled"
    APPEAL = "appeal"
    ENFORCEMENT = "enforcement"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a closed dispute ended."""

    SETTLED = "settled"
    REFUNDED = "refunded"
    REPLACED = "replaced"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


NEGOTIATION, ARBITRATION, RULED = Stage.NEGOTIATION, Stage.ARBITRATION, Stage.RULED
APPEAL, ENFORCEMENT, CLOSED = Stage.APPEAL, Stage.ENFORCEMENT, Stage.CLOSED
BEFORE_RULING = frozenset({NEGOTIATION, ARBITRATION})
BEFORE_ARBITER = frozenset({ARBITRATION, APPEAL})
OPEN = frozenset(Stage) - {CLOSED}
CALLED = OPEN - {NEGOTIATION}

BUYER, SELLER, ARBITER, CASE_ARBITER, OPERATOR, GATEWAY = (
    Relation.BUYER,
    Relation.SELLER,
    Relation.ARBITER,
    Relation.CASE_ARBITER,
    Relation.OPERATOR,
    Relation.GATEWAY,
)
PARTIES = frozenset({BUYER, SELLER})
CLOCK: frozenset[Relation] = frozenset()


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the table: who, at which stages, and to which stages it may lead (none: it stays where it is).

    ``from_each`` says so stage by stage, where it leads elsewhere from one than from another.
    """

    who: frozenset[Relation]
    at: frozenset[Stage]
    to: frozenset[Stage] = frozenset()
    from_each: Mapping[Stage, frozenset[Stage]] = field(default_factory=dict)

    def leads_to(self, stage: Stage) -> frozenset[Stage]:
        """Where it may lead from a stage at which it can be done."""
        return self.from_each.get(stage, self.to)


ACTS: Mapping[str, Act] = {
    # opening and talking
    "openDispute": Act(frozenset({BUYER}), frozenset(), frozenset({NEGOTIATION})),
    "changeRequestedRemedy": Act(frozenset({BUYER}), BEFORE_RULING),
    "makeOffer": Act(PARTIES, BEFORE_RULING),
    "answerOffer": Act(PARTIES, BEFORE_RULING, frozenset({ENFORCEMENT})),
    "escalateDispute": Act(PARTIES, frozenset({NEGOTIATION}), frozenset({ARBITRATION})),
    "withdrawDispute": Act(frozenset({BUYER}), BEFORE_RULING, frozenset({CLOSED})),
    "askExtension": Act(PARTIES, frozenset({NEGOTIATION, ARBITRATION, APPEAL, ENFORCEMENT})),
    # before the arbiter
    "takeDispute": Act(frozenset({ARBITER}), BEFORE_ARBITER),
    "handOverDispute": Act(frozenset({CASE_ARBITER}), BEFORE_ARBITER),
    "objectToArbiter": Act(PARTIES, BEFORE_ARBITER),
    "decideObjection": Act(frozenset({OPERATOR}), BEFORE_ARBITER),
    "requestExhibit": Act(frozenset({CASE_ARBITER}), BEFORE_ARBITER),
    "decideFact": Act(frozenset({CASE_ARBITER}), BEFORE_ARBITER),
    "addFact": Act(frozenset({CASE_ARBITER}), BEFORE_ARBITER),
    "decideReading": Act(frozenset({CASE_ARBITER}), BEFORE_ARBITER),
    "strikeConduct": Act(frozenset({CASE_ARBITER}), BEFORE_ARBITER),
    "hideMessage": Act(frozenset({CASE_ARBITER}), CALLED),
    "issueRuling": Act(
        frozenset({CASE_ARBITER}),
        BEFORE_ARBITER,
        frozenset({RULED, ENFORCEMENT, CLOSED}),
        {ARBITRATION: frozenset({RULED}), APPEAL: frozenset({ENFORCEMENT, CLOSED})},
    ),
    # after a ruling
    "requestCorrection": Act(PARTIES, frozenset({RULED, APPEAL, ENFORCEMENT})),
    "correctRuling": Act(frozenset({CASE_ARBITER}), frozenset({RULED, APPEAL, ENFORCEMENT})),
    "requestClarification": Act(PARTIES, frozenset({RULED, APPEAL, ENFORCEMENT})),
    "clarifyRuling": Act(frozenset({CASE_ARBITER}), frozenset({RULED, APPEAL, ENFORCEMENT})),
    "appealRuling": Act(PARTIES, frozenset({RULED}), frozenset({APPEAL})),
    # carrying it out
    "deliverReplacement": Act(frozenset({SELLER}), frozenset({ENFORCEMENT}), frozenset({CLOSED})),
    "approveRefund": Act(frozenset({OPERATOR}), frozenset({ENFORCEMENT})),
    "confirmRefund": Act(frozenset({OPERATOR, GATEWAY}), frozenset({ENFORCEMENT}), frozenset({CLOSED})),
    "retryRefund": Act(frozenset({OPERATOR}), frozenset({ENFORCEMENT})),
    "reopenDispute": Act(frozenset({BUYER}), frozenset({CLOSED}), frozenset({NEGOTIATION})),
    # what falls due by itself
    "sellerSilent": Act(CLOCK, frozenset({NEGOTIATION}), frozenset({ARBITRATION})),
    "buyerSilent": Act(CLOCK, frozenset({NEGOTIATION}), frozenset({CLOSED})),
    "offerExpired": Act(CLOCK, BEFORE_RULING),
    "evidenceClosed": Act(CLOCK, BEFORE_ARBITER),
    "appealWindowClosed": Act(CLOCK, frozenset({RULED}), frozenset({ENFORCEMENT, CLOSED})),
    "remedyOverdue": Act(CLOCK, frozenset({ENFORCEMENT})),
    "refundPaid": Act(CLOCK, frozenset({ENFORCEMENT}), frozenset({CLOSED})),
}


def may_happen(act: str, stage: Stage | str) -> bool:
    """Whether the act fits the stage."""
    return stage in ACTS[act].at


def require_stage(act: str, stage: Stage | str) -> None:
    """Raises ConflictError where the act does not fit the stage, with a sentence on where the dispute stands."""
    if not may_happen(act, stage):
        raise ConflictError(STANDS_AT[Stage(stage)])


def require_move(act: str, stage: Stage | str, to: Stage | str) -> None:
    """Raises ConflictError where the act does not fit the stage, ValueError where it never leads there."""
    require_stage(act, stage)
    if to not in ACTS[act].leads_to(Stage(stage)):
        raise ValueError(f"{act} leads from {stage} nowhere near {to}")


STANDS_AT: Mapping[Stage, str] = {
    NEGOTIATION: N_("That does not go while buyer and seller still negotiate. Look at what can be done now."),
    ARBITRATION: N_("The case is before the arbiter, so that can't be done any more. Look at what can be done now."),
    RULED: N_("The arbiter has ruled, so that can't be done any more. You may appeal while the window is open."),
    APPEAL: N_("The appeal is being heard, so that can't be done now. Look at what can be done."),
    ENFORCEMENT: N_("The outcome is being carried out, so that can't be done any more. Look at what can be done now."),
    CLOSED: N_("This dispute is closed. Look at its outcome; if it did not help, you may be able to reopen it."),
}
