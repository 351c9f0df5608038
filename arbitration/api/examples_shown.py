"""What stands in the examples of answers: a value for each text that its schema does not tell by itself."""

from collections.abc import Mapping
from typing import Any

VALUES: Mapping[str, str] = {
    "answer": "By the day that stands beside the refund.",
    "appeal": "granted",
    "arbiter": "Helen Ashdown",
    "because": "The claim does not name a defect that the listing could have disclosed.",
    "body": '{"at":"2026-11-10T10:20:00.000000Z","by":null,"facts":{"position":1},"kind":"message.posted"}',
    "by": "buyer",
    "change": "If the problem had been reported by 10 December 2026",
    "clause": "C6",
    "consequence": "If the seller has not answered by then, the dispute goes to an arbiter.",
    "content": "AAAA-BBBB-CCCC",
    "decided_by": "warranty.period",
    "decision": "confirmed",
    "defect": "Key already used",
    "description": "A key. Warranty: 30 days.",
    "detail": "There is nothing here that you can see. Check the address.",
    "docket_head": "9f2c1e7a0b4d5c6e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9001122334455a",
    "email": "ada@example.com",
    "exhibit": "E1",
    "explanation": "Due 13 November 2026, 10:30 (UTC): 72 hours after the dispute was opened.",
    "external_id": "SHOP-7F3A",
    "field": "warranty",
    "from": "seller",
    "ground": "new_evidence",
    "hash": "9f2c1e7a0b4d5c6e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9001122334455a",
    "id": "agreement",
    "instead": "Warranty: 30 days from delivery.",
    "kind": "seller_answer",
    "language": "en",
    "media_type": "image/png",
    "message": "Write the amount in USD like 1,234.50.",
    "name": "screen.png",
    "next": "WyIyMDI2LTExLTEwVDEwOjAxOjAwKzAwOjAwIl0",
    "note": "The listing says “Warranty: 30 days”.",
    "owed_by": "seller",
    "path": "purchases[3].price.amount",
    "purchase": "SHOP-7F3A",
    "remedy": "refund",
    "reported_by": "buyer",
    "request_id": "019a6f3e5c1b7c2a9d406b1f0e2a7c11",
    "rule": "warranty.period",
    "seller": "Corner of Keys",
    "sha256": "9f2c1e7a0b4d5c6e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9001122334455a",
    "shows": "The key is refused.",
    "source": "ruling",
    "state": "The seller has until 13 November 2026, 10:30 (UTC) to answer.",
    "stated_by": "buyer",
    "text": "The key does not work.",
    "time_zone": "Europe/Warsaw",
    "title": "Winter Harbour, key",
    "turn": "seller",
    "verdict": "covered",
    "what": "log",
}
OF_ONE: Mapping[tuple[str, str], str] = {
    ("AppealShown", "decision"): "granted",
    ("AvailableAction", "name"): "makeOffer",
    ("ConductShown", "kind"): "abuse",
    ("Counterfactual", "path"): "reported_at",
    ("FactShown", "name"): "can_replace",
    ("OfferShown", "state"): "open",
    ("QuestionShown", "kind"): "correction",
    ("QuestionShown", "field"): "amount",
    ("RemedyShown", "kind"): "refund",
    ("ShownBuyer", "name"): "Ada",
    ("ShownSeller", "email"): "keys@corner.example",
    ("ShownSeller", "name"): "Corner of Keys",
}
"""Where a name means something else in one schema."""
_SAID = frozenset({"enum", "format", "pattern", "example", "examples"})


def add(schemas: Mapping[str, Any]) -> None:
    """Give the texts of schemas their examples."""
    for of, schema in schemas.items():
        for name, told in schema.get("properties", {}).items():
            kinds = told.get("type", ())
            value = OF_ONE.get((of, name)) or VALUES.get(name)
            if value and "string" in ([kinds] if isinstance(kinds, str) else kinds) and _SAID.isdisjoint(told):
                told["examples"] = [value]
