"""Finds in a policy what is missing, unreachable, contradictory or unfair on its face (docs/policy.md, "Checking").

The format's own faults (``policy_file``) are told too, and what rests on a key that cannot be read is not judged.
"""

from datetime import datetime

from arbitration.rules.faults import Fault
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks import (
    answering,
    clauses,
    conduct,
    fairness,
    head,
    numbers,
    reasons,
    remedies,
    reminders,
    warranty,
    windows,
)
from arbitration.rules.policy_checks.advice import advice
from arbitration.rules.policy_checks.problem import FAULT, SEVERITIES, WARNING, Problem
from arbitration.rules.policy_file import look_through

__all__ = ["FAULT", "SEVERITIES", "WARNING", "Problem", "find", "problems_of"]

_CHECKS = (clauses, numbers, reasons, warranty, remedies, conduct, reminders, answering, windows, fairness)


def find(text: str, at: datetime | None = None) -> list[Problem]:
    """All that is wrong with the text of a policy file, the faults first, each by the path of its key.

    ``at`` is the moment for which it is asked whether the policy can still come into force; without it, that is not.
    Raises BadInputError for what is not TOML.
    """
    policy, faults = look_through(text)
    told = [Problem(FAULT, fault.path, f"{fault.message}{advice(fault)}") for fault in faults]
    found = [problem for problem in problems_of(policy, at) if not _rests_on_any(problem, faults)]
    return sorted([*told, *found], key=lambda problem: SEVERITIES.index(problem.severity))


def problems_of(policy: Policy, at: datetime | None = None) -> list[Problem]:
    """All that is wrong with a policy that could be read."""
    found = head.problems(policy, at)
    for check in _CHECKS:
        found += check.problems(policy)
    return found


def _rests_on_any(problem: Problem, faults: list[Fault]) -> bool:
    paths = (problem.path, *problem.also)
    return any(_touch(path, fault.path) for path in paths for fault in faults)


def _touch(path: str, fault: str) -> bool:
    """Whether one of two keys is the other, or holds it."""
    return path == fault or path.startswith((f"{fault}.", f"{fault}[")) or fault.startswith((f"{path}.", f"{path}["))
