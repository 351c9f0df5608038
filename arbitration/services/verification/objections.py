"""Checking the objections to how a listing was read against what the chain of their purchase says of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from arbitration.domain.docket import Link, instant, text_commitment
from arbitration.services.verification import findings
from arbitration.services.verification.comparing import Pairs, Sayings, compared
from arbitration.services.verification.findings import Finding

SAYINGS = Sayings(findings.UNKNOWN_OBJECTION, findings.OTHER_OBJECTION, findings.NO_OBJECTION)


@dataclass(slots=True)
class ToldObjection:
    """An objection, as entries tell of it."""

    sequence: int
    at: str
    by: object
    facts: dict[str, Any]
    withdrawn_at: str | None = None
    decided_at: str | None = None
    correction: object = None


class ToldObjections:
    """What the entries of a chain tell of objections."""

    def __init__(self) -> None:
        self.told: dict[str, ToldObjection] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts = body["facts"]
        id_, at = str(facts.get("objection")), instant(link.at)
        if link.kind == "reading.objected":
            self.told[id_] = ToldObjection(link.sequence, at, body.get("by"), facts)
        elif told := self.told.get(id_):
            if link.kind == "reading.objection_withdrawn":
                told.withdrawn_at = at
            elif link.kind == "reading.decided":
                told.decided_at, told.correction = at, facts.get("correction")

    def check(self, objections: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the objections differ from what the entries tell of them."""
        return compared(self.told, objections, where, _pairs, SAYINGS)


def _pairs(told: ToldObjection, row: Row[Any]) -> Pairs:
    return {"whole": (_said(told), _stands(row))}


def _said(told: ToldObjection) -> tuple[object, ...]:
    facts = told.facts
    words = facts.get("field"), facts.get("text"), facts.get("suggestion")
    return told.at, told.by, *words, told.withdrawn_at, told.decided_at, told.correction


def _stands(row: Row[Any]) -> tuple[object, ...]:
    words = row.field, text_commitment(row.salt, row.text), row.suggestion
    ends = (moment and instant(moment) for moment in (row.withdrawn_at, row.decided_at))
    return instant(row.made_at), str(row.person_id), *words, *ends, row.correction
