"""Checking the remedies of a purchase against what its chain says of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from arbitration.domain.docket import Link, instant, text_commitment
from arbitration.domain.remedies import BY_SELLER, DONE, DROPPED, OPEN, OWED, REPLACEMENT
from arbitration.models import Remedy
from arbitration.services.disputes.replacements import unsealed
from arbitration.services.sealing import BrokenSealError
from arbitration.services.verification import findings
from arbitration.services.verification.comparing import Pairs, Sayings, compared
from arbitration.services.verification.findings import Finding

REMEDIES = select(
    Remedy.purchase_id,
    Remedy.id,
    Remedy.kind,
    Remedy.amount,
    Remedy.source,
    Remedy.source_id,
    Remedy.owed_at,
    Remedy.state,
    Remedy.done_at,
    Remedy.done_by,
    Remedy.approved_by,
    Remedy.second_approved_by,
    Remedy.opened_at,
    Remedy.content,
    Remedy.salt,
)

SAYINGS = Sayings(findings.UNKNOWN_REMEDY, findings.OTHER_REMEDY, findings.NO_REMEDY)


@dataclass(slots=True)
class ToldRemedy:
    """A remedy, as entries tell of it."""

    sequence: int
    kind: object
    amount: object
    source: object
    source_id: object
    owed_at: str
    state: str = OWED
    done_at: str | None = None
    done_by: object = None
    approved_by: object = None
    second_approved_by: object = None
    opened_at: str | None = None
    content: object = None


class ToldRemedies:
    """What the entries of a chain tell of remedies."""

    def __init__(self) -> None:
        self.told: dict[str, ToldRemedy] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts, at, by = body["facts"], instant(link.at), body.get("by")
        id_ = str(facts.get("remedy"))
        if link.kind == "remedy.owed":
            kind, amount, source, of = (facts.get(name) for name in ("kind", "amount", "source", "source_id"))
            self.told[id_] = ToldRemedy(link.sequence, kind, amount, source, of, at)
        elif link.kind == "replacement.delivered":
            done = self.told.setdefault(id_, ToldRemedy(link.sequence, REPLACEMENT, None, BY_SELLER, None, at))
            done.state, done.done_at, done.done_by, done.content = DONE, at, by, facts.get("content")
        elif told := self.told.get(id_):
            self._learn_more(link.kind, told, facts, at, by)

    def _learn_more(self, kind: str, remedy: ToldRemedy, facts: dict[str, Any], at: str, by: object) -> None:
        if kind == "refund.paid":
            remedy.state, remedy.done_at, remedy.done_by = DONE, at, by
        elif kind == "remedy.overdue" and facts.get("becomes"):
            remedy.state = DROPPED
        elif kind == "remedy.amount_corrected":
            remedy.amount, remedy.approved_by = facts.get("amount"), None
            remedy.second_approved_by = None
        elif kind == "refund.approved" and facts.get("second"):
            remedy.second_approved_by = by
        elif kind == "refund.approved":
            remedy.approved_by = by
        elif kind == "replacement.opened":
            remedy.opened_at = at

    def check(self, remedies: Iterator[Row[Any]], where: str, key: str) -> Iterator[Finding]:
        """How the remedies differ from what the entries tell of them; ``key`` opens what was delivered."""
        return compared(self.told, remedies, where, lambda told, row: _pairs(told, row, key), SAYINGS)


def _pairs(told: ToldRemedy, row: Row[Any], key: str) -> Pairs:
    content = _commitment(row, key) if row.salt is not None and row.content is not None else None
    return {
        "kind": (told.kind, row.kind),
        "amount": (told.amount, row.amount),
        "source": ((told.source, told.source_id), (row.source, _text(row.source_id))),
        "time": (told.owed_at, instant(row.owed_at)),
        "state": (told.state, OWED if row.state in OPEN else row.state),
        "end": ((told.done_at, told.done_by), (row.done_at and instant(row.done_at), _text(row.done_by))),
        "approval": (told.approved_by, _text(row.approved_by)),
        "second approval": (told.second_approved_by, _text(row.second_approved_by)),
        "opening": (told.opened_at, row.opened_at and instant(row.opened_at)),
        "content": (told.content, content),
    }


def _commitment(row: Row[Any], key: str) -> str:
    try:
        return text_commitment(row.salt, unsealed(key, row.id, row.content))
    except BrokenSealError:
        return ""


def _text(id_: object) -> str | None:
    return str(id_) if id_ else None
