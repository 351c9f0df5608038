"""What the templates show of an act in the correspondence: one line of what happened, and its values to be read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from arbitration.domain.event_words import headline
from arbitration.domain.facts import INSTANTS, instant_of
from arbitration.domain.remedies import REFUND
from arbitration.i18n import Reader
from arbitration.i18n.quotes import apart
from arbitration.services.correspondence import AnyMessage

ICONS: Mapping[str, str] = {
    "opening": "flag",
    "reopening": "flag",
    "wish": "pencil",
    "offer": "handshake",
    "offer_accepted": "check",
    "offer_declined": "x",
    "offer_countered": "handshake",
    "offer_expired": "hourglass",
    "extension": "hourglass",
    "withdrawal": "x",
    "lapse": "x",
    "exhibit": "paperclip",
    "conduct": "triangle-alert",
    "conduct_struck": "triangle-alert",
    "hiding": "triangle-alert",
    "fact": "pencil",
    "fact_decided": "check",
    "reading_decided": "check",
    "request": "circle-question-mark",
    "request_ran_out": "hourglass",
    "evidence_closed": "hourglass",
    "correction_request": "circle-question-mark",
    "clarification_request": "circle-question-mark",
    "replacement": "check",
    "replacement_opened": "check",
    "remedy_overdue": "hourglass",
    "refund_approved": "check",
    "refund_paid": "check-check",
    "refund_overdue": "hourglass",
    "refund_refused": "triangle-alert",
    "refund_retried": "hourglass",
    "ruling_overdue": "hourglass",
    "window_closed": "clock",
    "closing": "check",
}
AMOUNTS = ("amount", "before", "after")


def event_view(message: AnyMessage, amount: int, currency: str, name: str, reader: Reader) -> dict[str, Any]:
    """An act as ``templates/macros/events.html`` shows it: ``headline``, ``icon``, ``kind``, and its values.

    ``amount`` is what was paid, in minor units of ``currency``; ``name`` is that of whoever acted. In the view moments
    are moments, amounts are in the reader's words; codes stay codes, for the labels.
    """
    msgid = headline(message.kind, by_clock=message.author_id is None)
    return {
        "kind": message.kind,
        "icon": ICONS.get(message.kind, "scale"),
        "headline": reader.say(msgid, name=apart(name)),
        "value": _values(message.about or {}, message.kind, amount, currency, reader),
    }


def _values(about: Mapping[str, Any], kind: str, paid: int, currency: str, reader: Reader) -> dict[str, Any]:
    found = dict(about)
    for name in ("until", "due", "since"):
        found[name] = instant_of(found.get(name))
    if kind in ("fact", "fact_decided"):
        found |= {"value": _fact_value(about), "is_moment": about.get("name") in INSTANTS}
    money = kind != "correction" or about.get("field") == "amount"
    for name in AMOUNTS:
        if money and isinstance(found.get(name), int):
            found[name] = reader.money(found[name], currency)
    if kind == "correction" and not money:
        found |= {name: _listed(found.get(name), reader) for name in ("before", "after")}
    if found.get("remedy") == REFUND and found.get("amount") is None:
        found["amount"] = reader.money(paid, currency)
    return found


def _fact_value(about: Mapping[str, Any]) -> datetime | object:
    value = about.get("value")
    return instant_of(value) if about.get("name") in INSTANTS else value


def _listed(value: object, reader: Reader) -> str:
    """Numbers of exhibits as they are called; rules of the engine as they are written."""
    parts = value if isinstance(value, list) else []
    return reader.joined([f"E{part}" if isinstance(part, int) else str(part) for part in parts]) if parts else "–"
