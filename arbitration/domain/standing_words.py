"""How a dispute stands, in the viewer's own words: one sentence, with the moment where there is one."""

from collections.abc import Mapping

from arbitration.domain.available import Owed, Standing, whose_turn
from arbitration.domain.deadline_words import Sentence
from arbitration.domain.deadlines import Kind
from arbitration.domain.remedies import REFUNDS
from arbitration.domain.stages import BEFORE_ARBITER, Outcome, Stage
from arbitration.rules.marking import N_

YOURS: Mapping[str, str] = {
    Kind.SELLER_ANSWER: N_("You have until %(due)s to answer the buyer."),
    Kind.BUYER_ANSWER: N_("You have until %(due)s to answer the seller."),
    Kind.OFFER: N_("You have an offer. You can answer it until %(due)s."),
    Kind.EXHIBIT_REQUEST: N_("The arbiter asked you for evidence. You have until %(due)s to file it."),
    Kind.RULING: N_("You have until %(due)s to rule."),
    Kind.REMEDY: N_("You have until %(due)s to deliver the replacement."),
    Kind.REFUND: N_("The refund is to be paid and confirmed by %(due)s."),
}
THEIRS: Mapping[str, str] = {
    Kind.SELLER_ANSWER: N_("The seller has until %(due)s to answer."),
    Kind.BUYER_ANSWER: N_("The buyer has until %(due)s to answer."),
    Kind.OFFER: N_("An offer is on the table until %(due)s."),
    Kind.EXHIBIT_REQUEST: N_("The arbiter asked for evidence, to be filed by %(due)s."),
    Kind.RULING: N_("The arbiter looks at the case and rules by %(due)s."),
    Kind.APPEAL: N_("The arbiter has ruled. Either side may appeal until %(due)s."),
    Kind.REMEDY: N_("The seller has until %(due)s to deliver the replacement."),
    Kind.REFUND: N_("The refund is to be paid by %(due)s at the latest."),
}
PLAIN: Mapping[str, str] = {
    Stage.NEGOTIATION: N_("Buyer and seller are looking for a way together."),
    Stage.ARBITRATION: N_("The case waits for an arbiter."),
    Stage.RULED: N_("The arbiter has ruled."),
    Stage.APPEAL: N_("The appeal waits for another arbiter."),
    Stage.ENFORCEMENT: N_("The outcome is being carried out."),
}
PROVIDER_PAYS = N_("The payment provider pays the refund, by %(due)s at the latest.")
REFUSED_YOURS = N_(
    "The payment provider refused to pay the refund. By %(due)s, pay it by hand and confirm it, or have it asked again."
)
REFUSED_THEIRS = N_(
    "The payment provider refused to pay the refund. The marketplace takes care of it, by %(due)s at the latest."
)
REFUSED_LATE = N_(
    "The payment provider refused to pay the refund. It is still owed, and the marketplace takes care of it."
)
REFUND_LATE = N_("The time is over, and everybody was told. The refund is still owed.")
OVERDUE_YOURS = N_("Your time for the ruling is over. It is still yours to give.")
OVERDUE_THEIRS = N_("The arbiter's time for the ruling is over. It is still owed.")
ENDED: Mapping[str, str] = {
    Outcome.SETTLED: N_("Closed: buyer and seller agreed, and it was carried out."),
    Outcome.REFUNDED: N_("Closed: the money was paid back."),
    Outcome.REPLACED: N_("Closed: a replacement was delivered."),
    Outcome.DISMISSED: N_("Closed: the arbiter dismissed the claim."),
    Outcome.WITHDRAWN: N_("Closed: the buyer withdrew the dispute."),
    Outcome.LAPSED: N_("Closed: the buyer did not answer in time."),
}


def state_of(standing: Standing) -> Sentence:
    """The sentence for the viewer: what they owe comes first, then whom the dispute waits for."""
    if standing.stage is Stage.CLOSED:
        return Sentence(ENDED[standing.outcome or Outcome.SETTLED], {})
    by_due = sorted(standing.deadlines, key=lambda each: each.due_at)
    mine = [each for each in by_due if each.owed_by in standing.sides]
    if standing.refused or standing.by_provider:
        return _with_provider(standing, [each for each in by_due if each.kind == Kind.REFUND])
    if mine:
        return Sentence(YOURS[mine[0].kind], {"due": mine[0].due_at})
    turn = whose_turn(standing)
    theirs = [each for each in by_due if each.owed_by == turn or not each.owed_by]
    if theirs:
        return Sentence(THEIRS[theirs[0].kind], {"due": theirs[0].due_at})
    if standing.has_arbiter and standing.stage in BEFORE_ARBITER:
        return Sentence(OVERDUE_YOURS if "arbiter" in standing.sides else OVERDUE_THEIRS, {})
    if standing.stage is Stage.ENFORCEMENT and standing.remedy in REFUNDS:
        return Sentence(REFUND_LATE, {})
    return Sentence(PLAIN[standing.stage], {})


def _with_provider(standing: Standing, refunds: list[Owed]) -> Sentence:
    """A refund that a payment provider pays, or would not pay."""
    due = {"due": refunds[0].due_at} if refunds else {}
    if not standing.refused:
        return Sentence(PROVIDER_PAYS if due else PLAIN[Stage.ENFORCEMENT], due)
    if not due:
        return Sentence(REFUSED_LATE, {})
    return Sentence(REFUSED_YOURS if "operator" in standing.sides else REFUSED_THEIRS, due)
