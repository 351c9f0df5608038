"""A finding: what was looked at, how it is, and how to mend it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``level`` is ok, warn (works, but look at it) or fail (broken, or not safe); ``mend`` says what to do."""

    level: Level
    what: str
    told: str
    mend: str = ""


def ok(what: str, told: str) -> Finding:
    """All is well with it."""
    return Finding("ok", what, told)


def warn(what: str, told: str, mend: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding("warn", what, told, mend)


def fail(what: str, told: str, mend: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding("fail", what, told, mend)
