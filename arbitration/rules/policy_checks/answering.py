"""The time for answers, offers, exhibits and the call for the arbiter, each against the others."""

from collections.abc import Iterator

from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import DAY, FAULT, WARNING, Problem, longer, no_shorter

_SELLER, _BUYER = "clocks.seller_answer.ends", "clocks.buyer_answer.ends"
_OPENS, _OPEN, _RULING = "clocks.escalation.opens", "clocks.exhibit.lies_open", "clocks.ruling.within"


def problems(policy: Policy) -> list[Problem]:
    return [*_escalation(policy), *_offers(policy), *_extensions(policy), *_exhibits(policy)]


def _escalation(policy: Policy) -> Iterator[Problem]:
    opens = policy.period("escalation", "opens")
    seller, buyer = policy.period("seller_answer", "ends"), policy.period("buyer_answer", "ends")
    if no_shorter(opens, seller):
        message = (
            f"is {opens}, but a silent seller's dispute goes to arbitration after {seller}: nobody can call "
            "for the arbiter before that. Let the window open earlier."
        )
        yield Problem(FAULT, _OPENS, message, (_SELLER,))
    elif no_shorter(opens, buyer):
        message = f"is {opens}, but a silent buyer's dispute has lapsed after {buyer}; let the window open earlier."
        yield Problem(FAULT, _OPENS, message, (_BUYER,))
    elif longer(DAY, opens):
        message = f"is {opens}, so the arbiter can be called before the seller had a day to answer; give a day."
        yield Problem(WARNING, _OPENS, message)


def _offers(policy: Policy) -> Iterator[Problem]:
    lasts = policy.period("offer", "lasts")
    for clock, path in (("seller_answer", _SELLER), ("buyer_answer", _BUYER)):
        ends = policy.period(clock, "ends")
        if longer(lasts, ends):
            message = f"is {lasts}, longer than the {ends} after which silence ends the talk: it would outlive it."
            yield Problem(WARNING, "clocks.offer.lasts", f"{message} Make it no longer.", (path,))


def _extensions(policy: Policy) -> Iterator[Problem]:
    extension, ends = policy.period("extension", "in_all"), policy.period("seller_answer", "ends")
    if longer(extension, ends):
        message = f"is {extension}, longer than the whole time to answer ({ends}) that it extends; make it shorter."
        yield Problem(WARNING, "clocks.extension.in_all", message, (_SELLER,))


def _exhibits(policy: Policy) -> Iterator[Problem]:
    lies_open, ruling = policy.period("exhibit", "lies_open"), policy.period("ruling", "within")
    if no_shorter(lies_open, ruling):
        message = (
            f"is {lies_open}, but a ruling is due within {ruling}: it could never rest on an exhibit filed after "
            "the arbiter took the dispute. Make it shorter."
        )
        yield Problem(FAULT, _OPEN, message, (_RULING,))
