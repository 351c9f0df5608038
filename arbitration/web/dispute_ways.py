"""What can be done in a dispute, as buttons that lead to the page with the form of each act."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from arbitration.domain.available import Available
from arbitration.domain.stages import Stage
from arbitration.i18n import Reader
from arbitration.models import Dispute, Purchase
from arbitration.rules.marking import N_


@dataclass(frozen=True, slots=True)
class Way:
    """How an act is reached from the panel: what stands on its button, and the page with its form.

    ``asks``: the page only asks once more, so it can come as a dialog; ``danger``: it gives something up.
    """

    label: str
    endpoint: str
    icon: str
    asks: bool = False
    danger: bool = False


WAYS: Mapping[str, Way] = {
    "deliverReplacement": Way(N_("Deliver the replacement"), "replacements.deliver", "send"),
    "makeOffer": Way(N_("Make an offer"), "disputes.offer", "handshake"),
    "changeRequestedRemedy": Way(N_("Change what I ask for"), "disputes.wish", "pencil"),
    "escalateDispute": Way(N_("Call the arbiter"), "disputes.escalate", "scale", asks=True),
    "askExtension": Way(N_("Ask for more time"), "disputes.extend", "hourglass"),
    "appealRuling": Way(N_("Appeal against the ruling"), "disputes.appeal", "scale"),
    "requestCorrection": Way(N_("Have a slip corrected"), "disputes.correction", "pencil"),
    "requestClarification": Way(N_("Ask what the ruling means"), "disputes.clarification", "circle-question-mark"),
    "objectToArbiter": Way(N_("Object to the arbiter"), "disputes.objection", "flag"),
    "withdrawDispute": Way(N_("Withdraw the dispute"), "disputes.withdraw", "x", asks=True, danger=True),
    "reopenDispute": Way(N_("Reopen the dispute"), "disputes.reopen", "history"),
}
"""The acts with a page of their own. Answering an offer stands beside the offer, stating facts beside the facts."""
HERE: Mapping[str, tuple[str, str, str]] = {
    "postMessage": (N_("Write the answer"), "#compose", "pencil"),
    "uploadExhibit": (N_("File evidence"), "#exhibit-form", "paperclip"),
}
"""What is done on the purchase's own page. Browsers unfold what a link leads into; nothing typed elsewhere is lost."""
ANY_KIND = "screenshot"
"""What most file, chosen in the form where any kind was asked for."""


def act_view(act: Available, dispute: Dispute, purchase: Purchase, reader: Reader) -> dict[str, Any] | None:
    """An act as a button of the panel; None for one that stands elsewhere on the page, or is not for parties."""
    common = {"name": act.name, "owed": act.owed, "due": act.due, "asks": False, "danger": False}
    if act.name in HERE:
        if not act.owed and (act.name == "postMessage" or dispute.stage == Stage.CLOSED):
            return None
        label, url, icon = HERE[act.name]
        return common | {"label": reader.gettext(label), "url": url, "icon": icon}
    way = WAYS.get(act.name)
    if way is None:
        return None
    if act.name == "deliverReplacement":
        url = url_for(way.endpoint, external_id=purchase.external_id)
    else:
        url = url_for(way.endpoint, dispute_id=dispute.id)
    label = reader.gettext(way.label)
    return common | {"label": label, "url": url, "icon": way.icon, "asks": way.asks, "danger": way.danger}


def lead_to_form(acts: list[dict[str, Any] | None], what: str, purchase: Purchase) -> None:
    """Who owes evidence gets to the open form, with the kind that was asked for."""
    for act in acts:
        if act and act["name"] == "uploadExhibit" and act["owed"]:
            kind = ANY_KIND if what == "any" else what
            act["url"] = url_for("purchases.show", external_id=purchase.external_id, file=kind, _anchor="file-exhibit")
