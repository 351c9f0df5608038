"""Conduct: bans for nobody, bans for one side alone, and kinds that nothing forbids."""

from collections.abc import Iterator

from arbitration.rules import codes
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import FAULT, WARNING, Problem

_BY_BOTH = ("abuse",)


def problems(policy: Policy) -> list[Problem]:
    found = [problem for kind in codes.CONDUCT_KINDS for problem in _of_kind(policy, kind)]
    return found + list(_rules(policy))


def _of_kind(policy: Policy, kind: str) -> Iterator[Problem]:
    sides = [side for side in codes.SIDES if (kind, side) in policy.conduct]
    path = f"conduct.{kind}"
    if not sides and kind in policy.conduct_stated:
        yield Problem(FAULT, f"{path}.by", "names nobody, so this rule binds no one; name `seller`, `buyer` or both.")
    elif not sides:
        yield Problem(
            WARNING, path, "is left out, so nothing forbids it; add the table with the clause that it breaks."
        )
    elif sides == [codes.BUYER]:
        yield Problem(WARNING, f"{path}.by", "binds the buyer alone, which is unfair on its face; bind the seller too.")
    elif kind in _BY_BOTH and len(sides) == 1:
        yield Problem(WARNING, f"{path}.by", "binds one side alone; bind both.")


def _rules(policy: Policy) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for kind, _ in policy.conduct:
        name = policy.conduct[kind, _].rule
        if seen.setdefault(name, kind) != kind:
            message = f"is the name `{name}`, which `conduct.{seen[name]}` has too; give each its own."
            yield Problem(WARNING, f"conduct.{kind}.rule", message, (f"conduct.{seen[name]}.rule",))
            return
