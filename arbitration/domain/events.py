"""The messages that acts leave in the correspondence, and the docket entries that tell of them.

Every act that both sides see posts a message of its own kind: what happened stands where it happened, is counted as
unread, and is announced by mail like anything that is said. Its text, which may be empty, is what the person wrote with
the act.
"""

from arbitration.domain.messages import LONGEST_TEXT, MESSAGE, cleaned, is_said
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.marking import N_

__all__ = ["EVENTS", "KIND_OF_ENTRY", "MESSAGE", "words_of"]
EVENTS = {
    "opening": "dispute.opened",
    "wish": "dispute.remedy_changed",
    "offer": "offer.made",
    "offer_accepted": "offer.accepted",
    "offer_declined": "offer.declined",
    "offer_countered": "offer.countered",
    "offer_expired": "offer.expired",
    "extension": "deadline.extended",
    "escalation": "dispute.escalated",
    "withdrawal": "dispute.withdrawn",
    "lapse": "dispute.lapsed",
    "exhibit": "exhibit.filed",
    "conduct": "conduct.reported",
    "conduct_struck": "conduct.struck",
    "hiding": "message.hidden_by_arbiter",
    "fact": "fact.stated",
    "fact_decided": "fact.decided",
    "reading_decided": "reading.decided",
    "taking": "dispute.taken",
    "handover": "dispute.handed_over",
    "arbiter_objection": "arbiter.objected_to",
    "objection_decided": "arbiter.objection_decided",
    "request": "exhibit.requested",
    "request_ran_out": "exhibit.request_ran_out",
    "evidence_closed": "evidence.closed",
    "ruling": "ruling.issued",
    "correction_request": "ruling.correction_requested",
    "correction": "ruling.corrected",
    "correction_refused": "ruling.correction_refused",
    "clarification_request": "ruling.clarification_requested",
    "clarification": "ruling.clarified",
    "appeal": "ruling.appealed",
    "window_closed": "ruling.window_closed",
    "replacement": "replacement.delivered",
    "replacement_opened": "replacement.opened",
    "remedy_overdue": "remedy.overdue",
    "refund_approved": "refund.approved",
    "refund_paid": "refund.paid",
    "refund_overdue": "refund.overdue",
    "refund_refused": "refund.refused",
    "refund_retried": "refund.retried",
    "ruling_overdue": "ruling.overdue",
    "closing": "dispute.closed",
    "reopening": "dispute.reopened",
}
"""The kind of docket entry by the kind of message."""
KIND_OF_ENTRY = {entry: kind for kind, entry in EVENTS.items()}


def words_of(text: str | None, path: str = "text", *, needed: bool = False) -> str:
    """What was written with an act, as a message is kept: without control characters and white space around it.

    Raises:
        InvalidError: it is too long, or missing where the act needs it.
    """
    words = cleaned(text or "")
    if needed and not is_said(words):
        raise InvalidError(faults=[FieldFault(path, N_("Write a few words, so that the other side understands."))])
    if len(words) > LONGEST_TEXT:
        msgid = N_("This is longer than %(limit)d characters. Shorten it, or send it in two messages.")
        raise InvalidError(faults=[FieldFault(path, msgid, {"limit": LONGEST_TEXT})])
    return words
