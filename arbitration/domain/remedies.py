"""What is owed at the end of a dispute, how it ends one, and when a second person has to look at a refund."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from arbitration.domain.stages import Outcome, Stage
from arbitration.rules import codes
from arbitration.rules.marking import N_

REFUND, PART_REFUND, REPLACEMENT = codes.REFUND, "part_refund", codes.REPLACEMENT
REFUNDS = (REFUND, PART_REFUND)
OWED, SENT, DONE, DROPPED = "owed", "sent", "done", "dropped"
OPEN = (OWED, SENT)
BY_OFFER, BY_RULING, BY_OVERDUE, BY_SELLER = "offer", "ruling", "overdue", "seller"
MANUAL, LEDGER, PROVIDER = "manual", "ledger", "http"
GATEWAYS = (MANUAL, LEDGER)
PAID, PENDING, REFUSED, UNKNOWN, RETRY = "paid", "pending", "refused", "unknown", "retry"
"""What the payment provider said last of a refund; ``unknown`` once it was asked at all. ``retry``: it refused, and an
operator wants it asked again."""
LONGEST_CONTENT = 10_000


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """How an installation pays back: by which gateway, and above which amounts (minor units) two people are needed.

    Where a limit is set at all, a currency without one of its own needs two people whatever the amount. ``provider``
    tells the payment provider that is set from every other one; empty where none is.
    """

    gateway: str = MANUAL
    approval_above: Mapping[str, int] = field(default_factory=dict)
    provider: str = ""

    def needs_approval(self, amount: int, currency: str) -> bool:
        """Whether an operator has to approve a refund before another one confirms it."""
        return bool(self.approval_above) and amount > self.approval_above.get(currency, -1)

    @property
    def asks_provider(self) -> bool:
        """Whether a payment provider is asked to pay, over http."""
        return self.gateway == PROVIDER

    def is_set(self, provider: str | None) -> bool:
        """Whether a provider that was asked once is the one to ask now."""
        return self.asks_provider and provider == self.provider

    def is_elsewhere(self, provider: str | None, provider_state: str | None) -> bool:
        """Whether an owed refund is with a provider that is set no more: it was asked there, and was not refused."""
        return provider_state not in (None, REFUSED) and not self.is_set(provider)

    def may_be_paid_by_hand(self, amount: int, provider: str | None, provider_state: str | None) -> bool:
        """Whether an operator may pay and confirm: not what the provider has, or gets, unless it refused for good.

        Who has to look with a former provider what became of a refund, says by it what was found.
        """
        return (
            not self.asks_provider
            or provider_state == REFUSED
            or not amount
            or self.is_elsewhere(provider, provider_state)
        )


def outcome_of(kind: str, source: str) -> Outcome:
    """How a dispute ends by a remedy that was carried out; ``source`` is where it comes from first: offer or ruling."""
    if source == BY_OFFER:
        return Outcome.SETTLED
    return Outcome.REPLACED if kind == REPLACEMENT else Outcome.REFUNDED


NO_REPLACEMENT_NOW: Mapping[Stage, str] = {
    Stage.NEGOTIATION: N_(
        "A dispute is open. Offer the replacement first; once the buyer has accepted it, you can deliver it here."
    ),
    Stage.ARBITRATION: N_(
        "The case is before the arbiter. Offer the replacement first; once the buyer has accepted it, deliver it here."
    ),
    Stage.RULED: N_("The time to appeal is still running. Deliver what was ruled once it is over."),
    Stage.APPEAL: N_("The appeal is being heard. Wait for its ruling, then deliver what it says."),
    Stage.ENFORCEMENT: N_("A refund is owed here, not a replacement. You have nothing to deliver."),
}
NO_REFUND = N_("No refund is owed here. Look at what was agreed or ruled.")
OTHER_AMOUNT = N_("This is not the amount of the refund. Look at what is owed, and confirm that amount.")
NEEDS_APPROVAL = N_("A refund of this size needs two people. Another operator has to approve it first.")
NOT_BOTH = N_("You approved this refund yourself. Another operator has to confirm it.")
APPROVED_ALREADY = N_("This refund is approved already. Another operator can confirm it now.")
NO_APPROVAL_NEEDED = N_("A refund of this size needs no approval. It can be confirmed as it is.")
WITH_PROVIDER = N_(
    "The payment provider pays this refund and has not refused it. "
    "Don't pay it by hand: wait for the provider's answer."
)
NOT_REFUSED = N_(
    "The payment provider has not refused this refund, so there is nothing to try again. Wait for its answer."
)
NO_PERSON = N_("Somebody has to answer for this by name. Sign in as an operator, or use an operator's own token.")
NOTHING_LEFT = N_("The whole price of this purchase has been paid back already, so there is nothing left to refund.")
