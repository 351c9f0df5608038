"""What a rule says of a case: values, never sentences. ``telling`` makes sentences of them when they are read."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import ClassVar, NamedTuple, Protocol

from arbitration.rules import codes
from arbitration.rules.case import Case

NO_VALUES: Mapping[str, object] = {}


class Silence:
    """That a rule has nothing to say of a case, so that it leaves no finding."""


SILENT = Silence()


class Finding(NamedTuple):
    """What one rule found. Few are possible, and all cases share them.

    ``holds``: True leaves the claim standing, False defeats it, None is not settled yet.
    """

    rule: str
    holds: bool | None


class Said(NamedTuple):
    """Something to say: the code of a sentence (see ``sentences``) and the values in it, by placeholder."""

    code: str
    values: Mapping[str, object]


class Missing(NamedTuple):
    """What the buyer still has to show: a ``video`` of a span, or ``any`` exhibit."""

    what: str
    since: datetime | None = None
    until: datetime | None = None
    by: str = codes.BUYER


class Cover(NamedTuple):
    """What the warranty rests on, the last instant for a report, and whether there is any cover at all."""

    basis: str
    expires_at: datetime | None = None
    exists: bool = True


class Explanation(NamedTuple):
    """Why a rule found what it found in a case, and what that means for the rest of the answer."""

    rule: str
    clauses: tuple[str, ...]
    holds: bool | None
    code: str
    values: Mapping[str, object] = NO_VALUES
    notes: tuple[Said, ...] = ()
    missing: Missing | None = None
    not_before: datetime | None = None
    cover: Cover | None = None

    @property
    def because(self) -> Said:
        """Why the rule found so."""
        return Said(self.code, self.values)


@cache
def plain_explanation(
    rule: str, clauses: tuple[str, ...], holds: bool | None, code: str, cover: Cover | None = None
) -> Explanation:
    """An explanation that has no values of the case in it: the same object for all cases."""
    return Explanation(rule, clauses, holds, code, cover=cover)


class Rule(Protocol):
    """One rule of a policy: to which reasons it applies, what it finds, and why."""

    name: ClassVar[str]
    settles: ClassVar[bool]
    """Whether a claim that this rule leaves standing is covered without asking the rules after it."""
    while_open: ClassVar[str]
    """The verdict where the facts do not settle the rule."""

    @property
    def reasons(self) -> tuple[str, ...]: ...

    @property
    def remedies(self) -> tuple[str, ...]: ...

    def holds(self, case: Case, reported_at: datetime) -> bool | Silence | None:
        """Whether the rule leaves the claim standing (``Finding.holds``), or that it has nothing to say."""
        ...

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:
        """Why the rule found that in the case; only asked where it has something to say."""
        ...
