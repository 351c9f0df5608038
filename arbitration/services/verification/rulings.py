"""Checking the rulings on a purchase against what its chain says of them; their reasons are texts of messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from arbitration.domain.docket import Link, instant
from arbitration.domain.rulings import CORRECTABLE
from arbitration.models import Dispute, Ruling
from arbitration.services.verification import findings
from arbitration.services.verification.comparing import Pairs, Sayings, compared
from arbitration.services.verification.findings import Finding

FIELDS = ("remedy", "amount", "findings", "exhibits", "messages", "departs", "verdict", "appeal", "position")
RULINGS = select(
    Dispute.purchase_id,
    Ruling.id,
    Ruling.dispute_id,
    Ruling.arbiter_id,
    Ruling.issued_at,
    Ruling.on_appeal_of,
    Ruling.docket_head,
    Ruling.superseded_at,
    *(getattr(Ruling, name) for name in FIELDS),
).join(Ruling, Ruling.dispute_id == Dispute.id)

SAYINGS = Sayings(findings.UNKNOWN_RULING, findings.OTHER_RULING, findings.NO_RULING)


@dataclass(slots=True)
class ToldRuling:
    """A ruling, as entries tell of it."""

    sequence: int
    at: str
    by: object
    head: str
    facts: dict[str, Any]
    superseded_at: str | None = None


class ToldRulings:
    """What the entries of a chain tell of rulings."""

    def __init__(self) -> None:
        self.told: dict[str, ToldRuling] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts, at = body["facts"], instant(link.at)
        if link.kind == "ruling.issued":
            self._supersede([id_ for id_, it in self.told.items() if it.facts["dispute"] == facts.get("dispute")], at)
            told = {"dispute": None, **facts}
            self.told[str(facts.get("id"))] = ToldRuling(link.sequence, at, body.get("by"), link.hash, told)
        elif link.kind == "dispute.reopened":
            self._supersede(facts.get("superseded") or (), at)
        elif link.kind == "ruling.corrected" and facts.get("field") in CORRECTABLE:
            self._correct(str(facts.get("id")), facts["field"], facts.get("after"))

    def check(self, rulings: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the rulings differ from what the entries tell of them."""
        return compared(self.told, rulings, where, _pairs, SAYINGS)

    def _correct(self, id_: str, field: str, after: object) -> None:
        if told := self.told.get(id_):
            told.facts[field] = after

    def _supersede(self, ids: Any, at: str) -> None:
        for id_ in ids:
            told = self.told.get(str(id_))
            if told is not None and told.superseded_at is None:
                told.superseded_at = at


def _pairs(told: ToldRuling, row: Row[Any]) -> Pairs:
    pairs: dict[str, tuple[object, object]] = {name: (told.facts.get(name), getattr(row, name)) for name in FIELDS}
    return pairs | {
        "dispute": (told.facts.get("dispute"), str(row.dispute_id)),
        "arbiter": (told.by, str(row.arbiter_id)),
        "time": (told.at, instant(row.issued_at)),
        "ruling appealed against": (told.facts.get("on_appeal_of"), row.on_appeal_of and str(row.on_appeal_of)),
        "place in the record": (told.head, row.docket_head),
        "end": (told.superseded_at, row.superseded_at and instant(row.superseded_at)),
    }
