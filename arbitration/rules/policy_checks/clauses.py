"""Clauses that nothing cites, that are not translated, and rules that rest on no clause."""

from collections.abc import Iterator

from arbitration.rules import codes
from arbitration.rules.floor import BoundedWarranty
from arbitration.rules.judging import Rule
from arbitration.rules.policy import LANGUAGES, Policy
from arbitration.rules.policy_checks.problem import WARNING, Problem, rule
from arbitration.rules.policy_file import builtin_policy
from arbitration.rules.warranty import WarrantyPeriod


def problems(policy: Policy) -> list[Problem]:
    return [*_uncited(policy), *_translations(policy), *_groundless(policy)]


def _uncited(policy: Policy) -> Iterator[Problem]:
    cited = {clause for _, clauses in _citations(policy) for clause in clauses}
    cited |= {policy.remedies_clause, *(ban.clause for ban in policy.conduct.values())}
    for clause in policy.clauses:
        if clause in policy.uncited and clause in cited:
            message = f"names {clause}, which is cited all the same; take it out of this list."
            yield Problem(WARNING, "uncited", message)
        elif clause not in cited and clause not in policy.uncited and not _is_known(policy, clause):
            message = "is never cited: let the rule that rests on it cite it, name it under `uncited`, or leave it out."
            yield Problem(WARNING, f"clauses.{clause}", message, ("rules", "remedies", "conduct", "floor", "uncited"))


def _is_known(policy: Policy, clause: str) -> bool:
    """Whether the words are those of a clause that the built-in agreement, which has no list of such, doesn't cite."""
    known = builtin_policy()
    words = known.clauses.get(clause)
    cited = {name for _, clauses in _citations(known) for name in clauses}
    return words is not None and clause not in cited and words["en"] == policy.clauses[clause]["en"]


def _translations(policy: Policy) -> Iterator[Problem]:
    for clause, texts in policy.clauses.items():
        for language in LANGUAGES[1:]:
            if texts[language] and texts[language].strip() == texts["en"].strip():
                path = f"clauses.{clause}.{language}"
                yield Problem(
                    WARNING, path, "says the same as the English text; translate it.", (f"clauses.{clause}.en",)
                )


def _groundless(policy: Policy) -> Iterator[Problem]:
    for path, clauses in _citations(policy):
        if not clauses:
            yield Problem(WARNING, path, "cites no clause, so its findings rest on nothing; name the clause.")


def _citations(policy: Policy) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where clauses are cited, and which."""
    for each in policy.rules:
        yield from _of_rule(each)
    if policy.floor is not None:
        yield "floor.clauses", policy.floor.clauses
    yield "rules.default.clauses", policy.default_clauses


def _of_rule(each: Rule) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(each, BoundedWarranty):
        each = each.listed
    path = rule(each.name, "clauses")
    if isinstance(each, WarrantyPeriod):
        for basis, clauses in each.clauses.items():
            yield f"{path}.{basis}", clauses
    elif each.name in codes.RULES:
        yield path, getattr(each, "clauses", ())
