"""Where the operations answer, by the modules that hold them.

It is told here, apart from them, so that a server starts without loading what they need: marshmallow, webargs and
flask-smorest. An operation is loaded when it is first asked for, all of them when their document is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

BIGGEST = 2**31 - 1
_DISPUTE = "/disputes/<uuid:dispute_id>"
_PURCHASE = "/purchases/<external_id>"
_MESSAGE = f"{_PURCHASE}/messages/<int(min=1, max={BIGGEST}):position>"
PLACES: Mapping[str, Mapping[str, str]] = {
    "arbiters": {
        "takeDispute": f"POST {_DISPUTE}/taking",
        "handOverDispute": f"POST {_DISPUTE}/handover",
        "objectToArbiter": f"POST {_DISPUTE}/objections",
        "decideObjection": f"POST {_DISPUTE}/objections/decision",
        "requestExhibit": f"POST {_DISPUTE}/requests",
        "listNotes": f"GET {_DISPUTE}/notes",
        "postNote": f"POST {_DISPUTE}/notes",
    },
    "disputes": {
        "openDispute": f"POST {_PURCHASE}/disputes",
        "listDisputes": "GET /disputes",
        "getDispute": f"GET {_DISPUTE}",
        "assessDispute": f"GET {_DISPUTE}/assessment",
        "changeRequestedRemedy": f"POST {_DISPUTE}/wish",
        "makeOffer": f"POST {_DISPUTE}/offers",
        "answerOffer": f"POST {_DISPUTE}/offers/<int(min=1, max=10000):offer>/answer",
        "escalateDispute": f"POST {_DISPUTE}/escalation",
        "withdrawDispute": f"POST {_DISPUTE}/withdrawal",
        "askExtension": f"POST {_DISPUTE}/extensions",
    },
    "docket": {
        "listDocket": "GET /docket",
    },
    "exhibits": {
        "uploadExhibit": f"POST {_PURCHASE}/exhibits",
        "listExhibits": f"GET {_PURCHASE}/exhibits",
        "getExhibit": f"GET {_PURCHASE}/exhibits/<number>",
        "getExhibitContent": f"GET {_PURCHASE}/exhibits/<number>/content",
    },
    "messages": {
        "listMessages": f"GET {_PURCHASE}/messages",
        "postMessage": f"POST {_PURCHASE}/messages",
        "editMessage": f"PATCH {_MESSAGE}",
        "deleteMessage": f"DELETE {_MESSAGE}",
    },
    "facts": {
        "stateFact": f"POST {_PURCHASE}/facts",
        "decideFact": f"POST {_DISPUTE}/facts/<uuid:fact_id>/decision",
        "addFact": f"POST {_DISPUTE}/facts",
        "decideReading": f"POST {_DISPUTE}/readings/<uuid:objection_id>/decision",
        "strikeConduct": f"POST {_DISPUTE}/conduct/<uuid:report_id>/strike",
        "reportConduct": f"POST {_MESSAGE}/reports",
        "hideMessage": f"POST {_MESSAGE}/hiding",
    },
    "listings": {
        "checkListing": "POST /listings/check",
    },
    "purchases": {
        "importPurchases": "POST /purchases",
        "listPurchases": "GET /purchases",
        "getPurchase": f"GET {_PURCHASE}",
        "assessPurchase": f"GET {_PURCHASE}/assessment",
    },
    "remedies": {
        "deliverReplacement": f"POST {_PURCHASE}/replacements",
        "openReplacement": f"POST {_PURCHASE}/replacements/<uuid:remedy_id>/opening",
        "approveRefund": f"POST {_DISPUTE}/refund/approval",
        "confirmRefund": f"POST {_DISPUTE}/refund/confirmation",
        "retryRefund": f"POST {_DISPUTE}/refund/retry",
        "reopenDispute": f"POST {_DISPUTE}/reopening",
    },
    "rulings": {
        "issueRuling": f"POST {_DISPUTE}/rulings",
        "appealRuling": f"POST {_DISPUTE}/rulings/<int(min=1, max=100):ruling>/appeal",
        "requestCorrection": f"POST {_DISPUTE}/corrections",
        "correctRuling": f"POST {_DISPUTE}/correction",
        "requestClarification": f"POST {_DISPUTE}/clarifications",
        "clarifyRuling": f"POST {_DISPUTE}/clarification",
    },
}
"""The method and the path of each operation, in the order of the document."""
_loaded: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True)
class Place:
    """Where an operation answers, and what answers there in its place until it is loaded."""

    name: str
    module: str
    method: str
    path: str

    def load(self) -> Callable[..., Any]:
        """The operation itself, loaded if it was not. It waits for a module that another thread is half through."""
        import_module(f"arbitration.api.{self.module}")
        return _loaded[self.name]

    def __call__(self, **path: Any) -> Any:
        """The operation's answer."""
        return self.load()(**path)


def places() -> Iterator[Place]:
    """All of them."""
    for module, operations in PLACES.items():
        for name, told in operations.items():
            method, _, path = told.partition(" ")
            yield Place(name, module, method, path)


def method_of(module: str, name: str) -> str:
    """The method of an operation that a module holds."""
    return PLACES[module][name].partition(" ")[0]


def register(name: str, view: Callable[..., Any]) -> None:
    """Let an operation, now that it is loaded, answer in its place."""
    _loaded[name] = view
