"""Policies to plant faults in: the built-in one, changed in one place."""

from datetime import datetime

from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks import Problem, find
from arbitration.rules.policy_file import builtin_policy_text, read_policy, shipped_text

FLOOR = """
[floor]
period = "P1M"
reasons = ["not_as_described", "invalid", "stopped_working", "reclaimed"]
clauses = ["C2"]
"""


def planted(*changes: tuple[str, str], text: str | None = None, added: str = "") -> str:
    """The text of a policy (left away: the built-in one) with its first such places changed, and something added."""
    text = builtin_policy_text() if text is None else text
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text + added


def found(*changes: tuple[str, str], added: str = "", at: datetime | None = None) -> list[Problem]:
    return find(planted(*changes, added=added), at)


def in_part(part: str, old: str, new: str) -> tuple[str, str]:
    """A change in what follows a heading of the built-in policy."""
    text = builtin_policy_text()
    begin = text.index(part)
    end = text.index(old, begin)
    return text[begin : end + len(old)], text[begin:end] + new


def floored(period: str = "P1M", starts: str = "delivery") -> Policy:
    """The built-in policy with a floor."""
    return read_policy(
        planted(added=FLOOR.replace("P1M", period).replace("reasons", f'starts = "{starts}"\nreasons', 1))
    )


def shipped(name: str) -> Policy:
    return read_policy(shipped_text(name))
