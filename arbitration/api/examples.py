"""An example of each operation: the body that it takes, and the command that sends it.

Bodies are well formed; whether they fit is for the purchase or dispute to say to which they are sent.
"""

import json
from collections.abc import Mapping
from typing import Any

from arbitration.api import examples_shown

PURCHASE: Mapping[str, Any] = {
    "external_id": "SHOP-7F3A",
    "listing": {
        "external_id": "winter-harbour-key",
        "title": "Winter Harbour, key",
        "description": "A key. Warranty: 30 days.",
        "language": "en",
        "kind": "key",
    },
    "seller": {
        "external_id": "corner-of-keys",
        "name": "Corner of Keys",
        "email": "keys@corner.example",
        "language": "en",
        "time_zone": "Europe/Warsaw",
    },
    "buyer": {"email": "ada@example.com", "name": "Ada", "language": "en"},
    "price": {"amount": "12.50", "currency": "USD"},
    "payment_started_at": "2026-11-10T10:00:00Z",
    "paid_at": "2026-11-10T10:01:00Z",
    "delivered_at": "2026-11-10T10:01:00Z",
}
AN_ID = "019a6f3e-5c1b-7c2a-9d40-6b1f0e2a7c11"
PATHS: Mapping[str, str | int] = {
    "external_id": "SHOP-7F3A",
    "dispute_id": AN_ID,
    "fact_id": AN_ID,
    "objection_id": AN_ID,
    "report_id": AN_ID,
    "remedy_id": AN_ID,
    "number": "E1",
    "position": 3,
    "offer": 1,
    "ruling": 1,
}
BODIES: Mapping[str, Mapping[str, Any]] = {
    "takeDispute": {"text": "I look at this case and answer within two days."},
    "handOverDispute": {"ground": "language", "to": "jagoda@arbiters.example", "text": "The papers are in Polish."},
    "objectToArbiter": {"ground": "tie", "text": "The arbiter worked for this shop until last year."},
    "decideObjection": {"granted": True, "text": "The tie is real: somebody else decides."},
    "requestExhibit": {
        "from": "seller",
        "what": "log",
        "due": "2026-11-28T12:00:00Z",
        "text": "When was the key activated, and from where?",
    },
    "postNote": {"text": "Compare the time of the picture with the delivery."},
    "openDispute": {
        "reason": "invalid",
        "requested": "refund",
        "statement": "The key was refused at the first try.",
        "defect": "Key already used",
        "checked_at": "2026-11-10T10:20:00Z",
    },
    "changeRequestedRemedy": {"requested": "replacement", "text": "Another key would do."},
    "makeOffer": {
        "remedy": "part_refund",
        "amount": {"amount": "5.00", "currency": "USD"},
        "text": "Five dollars back, and the key stays yours.",
    },
    "answerOffer": {"answer": "accept", "text": "Thank you, that settles it."},
    "escalateDispute": {"text": "We do not come to terms."},
    "withdrawDispute": {"text": "It works now."},
    "askExtension": {"until": "2026-11-20T12:00:00Z", "reason": "The supplier answers on Thursday."},
    "postMessage": {"text": "The key does not work: it says that it was **used before**.", "reports_problem": True},
    "editMessage": {"text": "The key does not work: it was used on 3 November.", "seen": 1},
    "stateFact": {"name": "can_replace", "value": True, "text": "We have ten keys left."},
    "decideFact": {"decision": "confirmed", "reason": "The picture shows the same time."},
    "addFact": {
        "name": "checked_at",
        "value": "2026-11-10T10:20:00Z",
        "exhibit": "E1",
        "reason": "The clock in the picture.",
    },
    "decideReading": {"reason": "Read rightly: the thirty days begin with the delivery."},
    "strikeConduct": {"reason": "The message asks for nothing of the kind."},
    "reportConduct": {"kind": "outside_contact_demanded", "text": "The shop wants to go on in a messenger."},
    "hideMessage": {"reason": "Insults. It stays on record."},
    "checkListing": {"text": "Fresh account, full access.\nWarranty 30 days.\nNo refunds.", "language": "en"},
    "importPurchases": {"purchases": [PURCHASE]},
    "deliverReplacement": {"content": "AAAA-BBBB-CCCC", "text": "A new key, unused."},
    "approveRefund": {"text": "Checked against the order."},
    "confirmRefund": {"amount": {"amount": "12.50", "currency": "USD"}, "text": "Paid today."},
    "retryRefund": {"text": "The provider works again."},
    "reopenDispute": {"text": "The new key does not work either."},
    "issueRuling": {
        "remedy": "refund",
        "amount": {"amount": "12.50", "currency": "USD"},
        "reasons": "The key was refused nineteen minutes after the delivery, and the seller has not said otherwise.",
        "exhibits": ["E1"],
    },
    "appealRuling": {"ground": "new_evidence", "text": "The supplier has found the log of the activation."},
    "requestCorrection": {"text": "The amount names dollars, the price was in euros."},
    "correctRuling": {
        "field": "amount",
        "before": {"amount": "12.05", "currency": "USD"},
        "after": {"amount": "12.50", "currency": "USD"},
        "text": "Two digits had changed places.",
    },
    "requestClarification": {"text": "By when is the refund to be paid?"},
    "clarifyRuling": {"text": "By the day that stands beside the refund."},
}
FORMS: Mapping[str, Mapping[str, str]] = {
    "uploadExhibit": {"file": "@screen.png", "kind": "screenshot", "shows": "The key is refused."},
}


def add(document: dict[str, Any], site: str) -> None:
    """Give each operation of an OpenAPI document its example: a body, a command, what an answer holds."""
    examples_shown.add(document["components"]["schemas"])
    for path, operations in document["paths"].items():
        for method, told in operations.items():
            if method == "parameters":
                _fill(told)
                continue
            _fill(told.get("parameters", ()))
            if body := BODIES.get(told["operationId"]):
                told["requestBody"]["content"]["application/json"]["example"] = body
            sent = command(told["operationId"], method, f"{site.rstrip('/')}{path}")
            told["description"] = f"{told.get('description', '')}\n\n```sh\n{sent}\n```".lstrip()


def command(name: str, method: str, address: str) -> str:
    """The command that sends an operation, with the token in the variable ``TOKEN``."""
    parts = [f"curl -X {method.upper()} '{address.format(**PATHS)}'", '-H "Authorization: Bearer $TOKEN"']
    if method == "post":
        parts.append('-H "Idempotency-Key: $(date +%s%N)"')
    if body := BODIES.get(name):
        parts += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body, indent=2)}'"]
    parts += [f"-F '{field}={value}'" for field, value in FORMS.get(name, {}).items()]
    return " \\\n  ".join(parts)


def _fill(parameters: Any) -> None:
    for each in parameters:
        if each.get("in") == "path":
            each["example"] = PATHS[each["name"]]
