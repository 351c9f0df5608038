"""Which reasons reach which rules: rules that nothing reaches, reasons that nothing decides, rules that stand in the
way of others or do not fit."""

from collections.abc import Iterator

from arbitration.rules import codes
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import FAULT, WARNING, Problem, rule

_OF_THE_GOODS = ("not_as_described", "invalid", "stopped_working", "reclaimed")
_FITTING = {
    codes.CHANGED_MIND_RULE: (("changed_mind",), "would be refused as a change of mind, whatever is wrong"),
    codes.GRACE_RULE: (("payment_not_credited",), "would be judged by the payment alone"),
    codes.DELIVERY_RULE: (("not_delivered",), "would be judged by the delivery alone"),
    codes.DISCLOSURE_RULE: (_OF_THE_GOODS, "has nothing to do with a defect of the goods"),
    codes.WARRANTY_RULE: (_OF_THE_GOODS, "could be judged only once a delivery is logged"),
    codes.VIDEO_RULE: (("not_as_described", "invalid"), "can't be shown by a video that ends with the check"),
}
_FINAL = (codes.CHANGED_MIND_RULE, codes.GRACE_RULE, codes.DELIVERY_RULE)
_DECIDING = (*_FINAL, codes.WARRANTY_RULE)
_ALL = tuple(rule(name, "reasons") for name in _FITTING)


def problems(policy: Policy) -> list[Problem]:
    return [*_unreached(policy), *_undecided(policy), *_unfitting(policy)]


def _unreached(policy: Policy) -> Iterator[Problem]:
    for each in policy.rules:
        if not each.reasons:
            message = "is empty, so no claim reaches this rule: name the reasons, or say `unused = true` in its place."
            yield Problem(WARNING, rule(each.name, "reasons"), message)


def _undecided(policy: Policy) -> Iterator[Problem]:
    for reason in codes.REASONS:
        reached = [each.name for each in policy.rules_for[reason]]
        if not reached:
            message = (
                f"no rule but the default one decides claims for `{reason}`: they are covered always and for ever."
            )
        elif not set(reached) & set(_DECIDING):
            message = f"claims for `{reason}` are bound to no time and no delivery: they are covered for ever."
        else:
            continue
        message += f" Add the reason to the rule that is to decide it{_hint(reason)}."
        yield Problem(FAULT, "rules", message, _ALL)


def _hint(reason: str) -> str:
    names = [name for name in _DECIDING if reason in _FITTING[name][0]]
    return f", such as {rule(names[0], 'reasons')}" if names else ""


def _unfitting(policy: Policy) -> Iterator[Problem]:
    for each in policy.rules:
        fitting, why = _FITTING[each.name]
        for reason in each.reasons:
            if reason in policy.rules_for and reason not in fitting:
                first = next(one.name for one in policy.rules_for[reason] if one.name in (*_FINAL, each.name))
                shut_out = f"is settled by `{first}` before this rule has a say"
                because = why if first == each.name else shut_out
                message = f"names `{reason}`, but such a claim {because}; take the reason out of this rule."
                yield Problem(FAULT, rule(each.name, "reasons"), message)
