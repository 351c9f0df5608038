"""A policy: the marketplace's agreement and its periods, as the engine and the clocks use them.

``policy_file`` reads one from its TOML form, which ``docs/policy.md`` describes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.durations import Duration
from arbitration.rules.floor import Floor
from arbitration.rules.judging import Rule
from arbitration.rules.plans import Plan, plan_of

LANGUAGES = ("en", "fr", "uk", "ru", "pl", "fa")


class Ban(NamedTuple):
    """A rule and a clause that some conduct breaks."""

    rule: str
    clause: str


class Step(NamedTuple):
    """A reminder: how long after the base event, counted in plain time or in the seller's ``working`` hours."""

    after: Duration
    counted_in: str = "plain"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one agreement. Compares by identity of its text: the SHA-256 of the file."""

    id: str
    version: int
    in_force_from: datetime
    sha256: str
    clauses: Mapping[str, Mapping[str, str]] = field(repr=False, compare=False)
    """The text of each clause, by clause and language."""
    rules: tuple[Rule, ...] = field(repr=False, compare=False)
    default_clauses: tuple[str, ...] = field(repr=False, compare=False)
    """The clauses on which a claim rests that no rule defeats."""
    remedies_clause: str = field(repr=False, compare=False)
    most_replacements: int = field(repr=False, compare=False)
    """From so many replacements on there is no further one."""
    conduct: Mapping[tuple[str, str], Ban] = field(repr=False, compare=False)
    """What conduct breaks, by kind and side."""
    clocks: Mapping[str, Mapping[str, object]] = field(repr=False, compare=False)
    """Periods and counts of a dispute's life, by clock and name: see ``policy_clocks``."""
    floor: Floor | None = field(default=None, repr=False, compare=False)
    """The least warranty that counts whatever a listing states, if there is one."""
    conduct_stated: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """The kinds of conduct that have a table of their own, also where it binds nobody."""
    uncited: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """Clauses that stand there for people to read, and that no rule is meant to cite."""
    rules_for: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)
    plans: Mapping[str, Plan] = field(init=False, repr=False, compare=False)
    """What to ask of a case, and what comes of it, by the reason of the claim."""
    reasons_needing_delivery: frozenset[str] = field(init=False, repr=False, compare=False)
    """The reasons that can be judged only if a delivery is logged."""

    def __post_init__(self) -> None:
        applying = {reason: tuple(rule for rule in self.rules if reason in rule.reasons) for reason in codes.REASONS}
        needing = [reason for rule in self.rules if rule.name == codes.WARRANTY_RULE for reason in rule.reasons]
        object.__setattr__(self, "rules_for", applying)
        object.__setattr__(self, "plans", {reason: plan_of(rules) for reason, rules in applying.items()})
        object.__setattr__(self, "reasons_needing_delivery", frozenset(needing))

    def needs_delivery(self, reason: str) -> bool:
        """Whether a claim for this reason can be judged only if a delivery is logged."""
        return reason in self.reasons_needing_delivery

    def clause_text(self, clause: str, language: str) -> str:
        """The clause in that language, or in English where there is no such text; KeyError for an unknown clause.

        French is shown with the apostrophe that it prints; the text that is installed, and its sum, stay as they are.
        """
        texts = self.clauses[clause]
        if language == "fr" and texts.get("fr"):
            return texts["fr"].replace("'", "’")
        return texts.get(language) or texts["en"]

    def period(self, clock: str, name: str) -> Duration:
        """A period of a clock, such as ``period("offer", "lasts")``. Raises KeyError if there is none."""
        value = self.clocks[clock][name]
        if not isinstance(value, Duration):
            raise KeyError(f"{clock}.{name} is no period")
        return value

    def count(self, clock: str, name: str) -> int:
        """A number of a clock, such as ``count("offer", "counter_offers")``. Raises KeyError if there is none."""
        value = self.clocks[clock][name]
        if not isinstance(value, int):
            raise KeyError(f"{clock}.{name} is no number")
        return value

    def reminders(self, clock: str) -> tuple[Step, ...]:
        """The reminders of a clock, the earliest first; none where it has none."""
        steps = self.clocks[clock].get("reminders", ())
        return steps if isinstance(steps, tuple) else ()
