"""What comes of what the rules find: so few outcomes are possible that each is made once, and shared by all cases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Finding, Rule, Silence

Answer = bool | Silence | None
"""What ``Rule.holds`` says."""


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """What is settled once every rule has said whether it holds. There is one for each outcome of each plan."""

    verdict: str
    decided_by: str
    remedies: tuple[str, ...]
    """Those that the rules allow, for a covered claim; what the case says of replacements is not looked at here."""
    findings: tuple[Finding, ...]
    heard: tuple[tuple[Rule, bool | None], ...]
    """The rules that left the findings, each with what it found."""
    against: tuple[Rule, ...]
    """Those of them that do not leave the claim standing."""
    deciding: int | None
    """Which of those heard decided; None where none did."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask of a case, and what comes of the answers."""

    tests: tuple[Callable[[Case, datetime], Answer], ...]
    """The method ``holds`` of each rule, in their order."""
    outcomes: Any
    """The ruling, by the first answer, then by the second, and so on."""


def plan_of(rules: tuple[Rule, ...]) -> Plan:
    """The plan to ask these rules, in this order."""
    return Plan(tuple(rule.holds for rule in rules), _outcomes(rules, ()))


def _outcomes(rules: tuple[Rule, ...], answers: tuple[Answer, ...]) -> Any:
    return _ruling(rules, answers) if len(answers) == len(rules) else _Outcomes(rules, answers)


class _Outcomes(dict[Answer, Any]):
    """What may follow some answers, by the next one; made when it first comes up."""

    def __init__(self, rules: tuple[Rule, ...], answers: tuple[Answer, ...]) -> None:
        self.rules = rules
        self.answers = answers

    def __missing__(self, answer: Answer) -> Any:
        self[answer] = _outcomes(self.rules, (*self.answers, answer))
        return self[answer]


def _ruling(rules: tuple[Rule, ...], answers: tuple[Answer, ...]) -> Ruling:
    """The first rule that settles the verdict does, but every rule that has something to say leaves its finding."""
    heard = tuple((rule, holds) for rule, holds in zip(rules, answers, strict=True) if not isinstance(holds, Silence))
    verdict, decided_by = codes.COVERED, codes.DEFAULT_RULE
    remedies: tuple[str, ...] = codes.REMEDIES
    deciding = None
    for place, (rule, holds) in enumerate(heard):
        if holds is not True or rule.settles:
            verdict, decided_by, remedies = _settled(holds, rule.while_open), rule.name, rule.remedies
            deciding = place
            break
    findings = tuple(Finding(rule.name, holds) for rule, holds in heard)
    against = tuple(rule for rule, holds in heard if holds is not True)
    allowed = remedies if verdict == codes.COVERED else ()
    return Ruling(verdict, decided_by, allowed, findings, heard, against, deciding)


def _settled(holds: bool | None, while_open: str) -> str:
    if holds is None:
        return while_open
    return codes.COVERED if holds else codes.NOT_COVERED
