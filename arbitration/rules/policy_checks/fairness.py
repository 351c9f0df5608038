"""Terms that burden one side alone, above all the buyer, or leave nobody time to act."""

from collections.abc import Iterator

from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import DAY, WARNING, Problem, longer

_SELLER, _BUYER = "clocks.seller_answer.ends", "clocks.buyer_answer.ends"
_TO_ACT = (("seller_answer", "ends"), ("buyer_answer", "ends"), ("exhibit", "lies_open"), ("appeal", "within"))


def problems(policy: Policy) -> list[Problem]:
    return [*_silence(policy), *_reminded(policy), *_haste(policy)]


def _silence(policy: Policy) -> Iterator[Problem]:
    seller, buyer = policy.period("seller_answer", "ends"), policy.period("buyer_answer", "ends")
    if longer(seller, buyer):
        message = (
            f"is {buyer}, but the seller may be silent for {seller}: the buyer loses by a silence that is still "
            "allowed to the seller. Give the buyer at least as long."
        )
        yield Problem(WARNING, _BUYER, message, (_SELLER,))


def _reminded(policy: Policy) -> Iterator[Problem]:
    if policy.reminders("seller_answer") and not policy.reminders("buyer_answer"):
        message = "is empty, though the seller is reminded: the buyer alone loses without a word. Remind both."
        yield Problem(WARNING, "clocks.buyer_answer.reminders", message, ("clocks.seller_answer.reminders",))


def _haste(policy: Policy) -> Iterator[Problem]:
    for clock, name in _TO_ACT:
        period = policy.period(clock, name)
        if longer(DAY, period):
            message = f"is {period}: somebody who sleeps or works through it loses the right; give at least a day."
            yield Problem(WARNING, f"clocks.{clock}.{name}", message)
