"""What a buyer may demand, reason by reason."""

from arbitration.rules import codes
from arbitration.rules.judging import Rule
from arbitration.rules.payment import PaymentGrace
from arbitration.rules.policy import Policy
from arbitration.rules.policy_text.speaking import Lines, Speaker, cited, say
from arbitration.rules.policy_text.wording import DEMANDS
from arbitration.rules.words import REASONS

_SETTLING = (codes.CHANGED_MIND_RULE, codes.GRACE_RULE, codes.DELIVERY_RULE)
_ADDED = {codes.DISCLOSURE_RULE: "disclosure", codes.VIDEO_RULE: "video"}


def lines(policy: Policy, speaker: Speaker) -> Lines:
    """One line for each reason, and one on replacements."""
    found = [f"{speaker.gettext(REASONS[reason])}. {_demand(policy, reason, speaker)}" for reason in codes.REASONS]
    if policy.most_replacements:
        count = speaker.number(policy.most_replacements)
        limit = say(speaker, DEMANDS["replacements"], count=count)
    else:
        limit = say(speaker, DEMANDS["refund_only"])
    return [*found, cited(limit, [policy.remedies_clause])]


def _demand(policy: Policy, reason: str, speaker: Speaker) -> str:
    rules = policy.rules_for[reason]
    settling = next((each for each in rules if each.name in _SETTLING), None)
    if settling is not None:
        return cited(_settled(settling, speaker), getattr(settling, "clauses", ()))
    kind = "warranty" if any(each.name == codes.WARRANTY_RULE for each in rules) else "always"
    said = [cited(say(speaker, DEMANDS[kind]), policy.default_clauses)]
    for each in rules:
        if each.name in _ADDED:
            said.append(cited(say(speaker, DEMANDS[_ADDED[each.name]]), getattr(each, "clauses", ())))
    return " ".join(said)


def _settled(each: Rule, speaker: Speaker) -> str:
    if isinstance(each, PaymentGrace):
        kind = "both" if len(each.remedies) > 1 else (each.remedies or ("none",))[0]
        return say(speaker, DEMANDS[f"grace.{kind}"], period=each.period)
    return say(speaker, DEMANDS["nothing" if each.name == codes.CHANGED_MIND_RULE else "delivery"])
