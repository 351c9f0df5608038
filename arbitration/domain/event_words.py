"""What happened in a dispute, as one line each: for mails, and wherever events are listed without their details."""

from collections.abc import Mapping

from arbitration.rules.marking import N_

HEADLINES: Mapping[str, str] = {
    "opening": N_("%(name)s opened a dispute"),
    "wish": N_("%(name)s now asks for something else"),
    "offer": N_("%(name)s made an offer"),
    "offer_accepted": N_("%(name)s accepted the offer"),
    "offer_declined": N_("%(name)s declined the offer"),
    "offer_countered": N_("%(name)s answered with another offer"),
    "offer_expired": N_("An offer has expired"),
    "extension": N_("%(name)s asked for more time"),
    "escalation": N_("%(name)s called the arbiter"),
    "withdrawal": N_("%(name)s withdrew the dispute"),
    "lapse": N_("The dispute was closed, because the buyer did not answer"),
    "exhibit": N_("%(name)s filed evidence"),
    "conduct": N_("%(name)s reported a message"),
    "conduct_struck": N_("The arbiter struck a report of a message"),
    "hiding": N_("The arbiter hid a message"),
    "fact": N_("%(name)s stated a fact"),
    "fact_decided": N_("The arbiter decided about a fact"),
    "reading_decided": N_("The arbiter decided how the listing is to be read"),
    "taking": N_("An arbiter took the case"),
    "handover": N_("The arbiter handed the case over"),
    "arbiter_objection": N_("%(name)s objected to the arbiter"),
    "objection_decided": N_("The objection to the arbiter was decided"),
    "request": N_("The arbiter asks for evidence"),
    "request_ran_out": N_("The evidence that was asked for did not come"),
    "evidence_closed": N_("The evidence that was asked for did not come, and the evidence is closed"),
    "ruling": N_("The arbiter has ruled"),
    "correction_request": N_("%(name)s asked to have the ruling corrected"),
    "correction": N_("The ruling was corrected"),
    "correction_refused": N_("The request to correct the ruling was refused"),
    "clarification_request": N_("%(name)s asked what the ruling means"),
    "clarification": N_("The arbiter explained the ruling"),
    "appeal": N_("%(name)s appealed against the ruling"),
    "window_closed": N_("The time for an appeal is over"),
    "replacement": N_("%(name)s delivered a replacement"),
    "replacement_opened": N_("%(name)s opened the replacement"),
    "remedy_overdue": N_("The replacement did not come, so the money is to be paid back"),
    "refund_approved": N_("The refund was approved"),
    "refund_paid": N_("The refund was paid"),
    "refund_overdue": N_("The refund is overdue"),
    "refund_refused": N_("The payment provider refused to pay the refund. The marketplace takes care of it"),
    "refund_retried": N_("The payment provider is asked once more to pay the refund"),
    "ruling_overdue": N_("The ruling is overdue"),
    "closing": N_("The dispute was closed"),
    "reopening": N_("%(name)s reopened the dispute"),
}
SILENT_SELLER = N_("The seller did not answer, so the dispute goes to an arbiter")
REMEDIES: Mapping[str, str] = {
    "refund": N_("Refund: %(amount)s"),
    "part_refund": N_("Part refund: %(amount)s"),
    "replacement": N_("Replacement"),
    "dismissal": N_("The claim is dismissed"),
}

FACTS: Mapping[tuple[str, bool | None], str] = {
    ("admitted_by_seller", None): N_("The seller admits that what the buyer says is so."),
    ("can_replace", True): N_("The seller can deliver a replacement."),
    ("can_replace", False): N_("The seller can't deliver a replacement."),
    ("checked_at", None): N_("The buyer finished checking the goods %(at)s."),
    ("taken_at", None): N_("The exhibit was taken %(at)s."),
    ("starts_at", None): N_("The video begins %(at)s."),
    ("ends_at", None): N_("The video ends %(at)s."),
    ("continuous", True): N_("The video is without a break."),
    ("continuous", False): N_("The video has breaks."),
}
"""What a fact says. A value that is a moment fills ``at``; the key then holds None for it."""
DECISIONS: Mapping[str, str] = {
    "confirmed": N_("Confirmed:"),
    "corrected": N_("Corrected, so that it reads:"),
    "struck": N_("Struck, so that it counts no more:"),
    "added": N_("Put on record by the arbiter:"),
}


def fact(name: str, value: object) -> str | None:
    """The msgid of what a fact says, with a place for ``at`` where it is a moment; None for one without words."""
    return FACTS.get((name, value if isinstance(value, bool) else None)) or FACTS.get((name, None))


def headline(kind: str, by_clock: bool = False) -> str:
    """The msgid for a kind of event, with a place for ``name`` where somebody did it."""
    return SILENT_SELLER if kind == "escalation" and by_clock else HEADLINES[kind]
