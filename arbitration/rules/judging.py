"""What a rule says of a case: values, never sentences. ``telling`` makes sentences of them when they are read."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, NamedTuple, Protocol

from arbitration.rules import codes
from arbitration.rules.case import Case


class Said(NamedTuple):
    """Something to say: the code of a sentence (see ``sentences``) and the values in it, by placeholder."""

    code: str
    values: Mapping[str, object]


class Finding(NamedTuple):
    """What one rule found. ``holds``: True leaves the claim standing, False defeats it, None is not settled yet."""

    rule: str
    clauses: tuple[str, ...]
    holds: bool | None
    because: Said
    notes: tuple[Said, ...] = ()


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


class Judgement(NamedTuple):
    """A finding, with what it means for the rest of the answer."""

    finding: Finding
    missing: Missing | None = None
    not_before: datetime | None = None
    cover: Cover | None = None


class Rule(Protocol):
    """One rule of a policy: to which reasons it applies, and its judgement."""

    name: ClassVar[str]
    settles: ClassVar[bool]
    """Whether a claim that this rule leaves standing is covered without asking the rules after it."""
    while_open: ClassVar[str]
    """The verdict where the facts do not settle the rule."""

    @property
    def reasons(self) -> tuple[str, ...]: ...

    @property
    def remedies(self) -> tuple[str, ...]: ...

    def judge(self, case: Case, reported_at: datetime) -> Judgement | None:
        """The judgement, or None where the rule has nothing to say of this case."""
        ...
