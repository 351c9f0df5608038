"""The head of the file: its name, its number and its date."""

import re
from datetime import datetime

from arbitration.rules.instants import show_instant
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks.problem import FAULT, WARNING, Problem

LONGEST_NAME = 64
_NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*").fullmatch


def problems(policy: Policy, at: datetime | None) -> list[Problem]:
    found = []
    if len(policy.id) > LONGEST_NAME:
        found.append(Problem(FAULT, "id", f"is longer than {LONGEST_NAME} characters; give a shorter name."))
    elif not _NAME(policy.id):
        found.append(Problem(WARNING, "id", "is no plain name such as “agreement”; use small letters and hyphens."))
    if at is not None and policy.version > 1 and policy.in_force_from <= at:
        date = show_instant(policy.in_force_from)
        message = (
            f"lies in the past ({date}), but version {policy.version} follows one that purchases are judged by; "
            "give a day that is still to come."
        )
        found.append(Problem(WARNING, "in_force_from", message, ("version",)))
    return found
