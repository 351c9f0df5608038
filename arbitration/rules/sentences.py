"""What the engine says, by code: complete English sentences with named placeholders, translated where they are shown.

Instants, durations and quotations are put in by a ``telling.Teller`` in the reader's language and zone.
"""

from arbitration.rules.marking import N_

FINDINGS = {
    "changed_mind": N_("Changing one's mind is no fault of the goods: the description could be read before paying."),
    "grace_running": N_(
        "The payment went through at %(paid_at)s and has until %(until)s to be credited; it is only %(as_of)s."
    ),
    "grace_without_end": N_("The payment went through at %(paid_at)s, and its time to be credited has no end."),
    "grace_over": N_(
        "The payment went through at %(paid_at)s and had %(period)s to be credited; that time ended at %(until)s."
    ),
    "delivery_not_logged": N_("No delivery of the goods is on record."),
    "delivery_admitted": N_(
        "A delivery is on record at %(delivered_at)s, but the seller has admitted that the buyer is right."
    ),
    "delivery_evidence": N_("A delivery is on record at %(delivered_at)s, but evidence against it has been filed."),
    "delivery_unanswered": N_("A delivery is on record at %(delivered_at)s, and no evidence speaks against it yet."),
    "delivery_unproven": N_(
        "A delivery is on record at %(delivered_at)s, no evidence speaks against it, and the time to file some is over."
    ),
    "defect_not_named": N_("The claim does not name a defect that the listing could have disclosed."),
    "defect_not_disclosed": N_("The listing did not disclose this defect: %(defect)s."),
    "defect_disclosed": N_("The listing disclosed this defect before the purchase: %(defect)s."),
    "period_from_delivery_in_time": N_(
        "The listing states a warranty (%(duration)s from delivery, until %(expires_at)s), "
        "and the problem was reported in time, at %(reported_at)s."
    ),
    "period_from_delivery_too_late": N_(
        "The listing states a warranty (%(duration)s from delivery, until %(expires_at)s), "
        "and the problem was reported too late, at %(reported_at)s."
    ),
    "period_from_payment_in_time": N_(
        "The listing states a warranty (%(duration)s from payment, until %(expires_at)s), "
        "and the problem was reported in time, at %(reported_at)s."
    ),
    "period_from_payment_too_late": N_(
        "The listing states a warranty (%(duration)s from payment, until %(expires_at)s), "
        "and the problem was reported too late, at %(reported_at)s."
    ),
    "period_without_end": N_(
        "The listing states a warranty (%(duration)s) that outlasts the year 9999, "
        "so the problem was reported in time, at %(reported_at)s."
    ),
    "warranty_unlimited": N_(
        "The listing states an unlimited warranty, so the problem was reported in time, at %(reported_at)s."
    ),
    "warranty_not_stated": N_(
        "The listing states no warranty period, so the warranty is unlimited "
        "and the problem was reported in time, at %(reported_at)s."
    ),
    "handover_in_time": N_(
        "The listing excludes a warranty, but the goods had to be right when they were handed over. That could be "
        "reported for %(duration)s, until %(expires_at)s, and the problem was reported in time, at %(reported_at)s."
    ),
    "handover_too_late": N_(
        "The listing excludes a warranty. That the goods were not right when they were handed over could be reported "
        "for %(duration)s, until %(expires_at)s, and the problem was reported too late, at %(reported_at)s."
    ),
    "handover_without_end": N_(
        "The listing excludes a warranty, but the goods had to be right when they were handed over, "
        "and the problem was reported in time, at %(reported_at)s."
    ),
    "own_period_in_time": N_(
        "The listing states no warranty period. The agreement then gives %(duration)s from delivery, "
        "until %(expires_at)s, and the problem was reported in time, at %(reported_at)s."
    ),
    "own_period_too_late": N_(
        "The listing states no warranty period. The agreement then gives %(duration)s from delivery, "
        "until %(expires_at)s, and the problem was reported too late, at %(reported_at)s."
    ),
    "own_period_without_end": N_(
        "The listing states no warranty period. The agreement then gives %(duration)s from delivery, "
        "which outlasts the year 9999, so the problem was reported in time, at %(reported_at)s."
    ),
    "floor_from_delivery_in_time": N_(
        "The agreement grants a warranty of at least %(duration)s from delivery, until %(expires_at)s, whatever the "
        "listing states, and the problem was reported in time, at %(reported_at)s."
    ),
    "floor_from_delivery_too_late": N_(
        "The agreement grants a warranty of at least %(duration)s from delivery, until %(expires_at)s, whatever the "
        "listing states, and the problem was reported too late, at %(reported_at)s."
    ),
    "floor_from_payment_in_time": N_(
        "The agreement grants a warranty of at least %(duration)s from payment, until %(expires_at)s, whatever the "
        "listing states, and the problem was reported in time, at %(reported_at)s."
    ),
    "floor_from_payment_too_late": N_(
        "The agreement grants a warranty of at least %(duration)s from payment, until %(expires_at)s, whatever the "
        "listing states, and the problem was reported too late, at %(reported_at)s."
    ),
    "floor_without_end": N_(
        "The agreement grants a warranty of at least %(duration)s, whatever the listing states. That outlasts the year "
        "9999, so the problem was reported in time, at %(reported_at)s."
    ),
    "no_cover": N_("The listing excludes a warranty, so what happens to the goods after the handover is not covered."),
    "video_shown": N_(
        "The listing demands a video, and one shows all from the start of payment (%(since)s) "
        "to the end of the check (%(until)s)."
    ),
    "video_admitted": N_("The listing demands a video, but the seller has admitted that the buyer is right."),
    "video_missing": N_(
        "The listing demands one continuous video from the start of payment (%(since)s) "
        "to the end of the check (%(until)s), and none has been filed yet."
    ),
    "video_never_came": N_(
        "The listing demands one continuous video from the start of payment (%(since)s) "
        "to the end of the check (%(until)s); none was filed, and the time for it is over."
    ),
}

NOTES = {
    "floor_over_period": N_("The period that the listing states would have ended at %(at)s; that does not count."),
    "floor_over_exclusion": N_("That the listing excludes a warranty does not count as long as that."),
    "floor_over_own_period": N_("The listing states no period; the agreement's usual one would have ended at %(at)s."),
    "reported_elsewhere": N_(
        "A report was made outside the purchase's correspondence at %(at)s, where it does not count."
    ),
    "listing_says": N_("The marketplace states nothing of it; the listing says %(quote)s."),
    "listing_contradicts": N_("The listing also says %(quote)s; where it contradicts itself, the kinder words hold."),
    "listing_unclear": N_("The listing says %(quote)s, which is not clear enough, so it counts as not stated."),
    "reading_corrected": N_("An arbiter has decided how the listing is to be read here."),
    "continuity_unknown": N_("It has not been established that the video is continuous."),
    "best_begins_late": N_("The best video begins at %(at)s, after the start of payment."),
    "best_ends_early": N_("The best video ends at %(at)s, before the end of the check."),
    "best_not_continuous": N_("The best video is not continuous."),
}

CHANGES = {
    "reported_by": N_(
        "If the problem had been reported in the purchase's correspondence by %(at)s, it would be covered."
    ),
    "video_filed": N_("If a continuous video from %(since)s to %(until)s is shown, the claim is covered."),
    "exhibit_filed": N_("If a document or another exhibit shows that the goods did not come, the claim is covered."),
    "seller_admits": N_("If the seller admits that the buyer is right, the claim is covered."),
    "grace_passed": N_("If the payment is still not credited at %(at)s, the claim is covered."),
}

VIOLATIONS = {
    "review_removal_demanded.seller": N_("At %(at)s the seller demanded that a review be removed."),
    "review_removal_demanded.buyer": N_("At %(at)s the buyer demanded that a review be removed."),
    "outside_contact_demanded.seller": N_("At %(at)s the seller demanded to move the conversation elsewhere."),
    "outside_contact_demanded.buyer": N_("At %(at)s the buyer demanded to move the conversation elsewhere."),
    "abuse.seller": N_("At %(at)s the seller was abusive."),
    "abuse.buyer": N_("At %(at)s the buyer was abusive."),
}

SENTENCES = {
    **FINDINGS,
    **NOTES,
    **CHANGES,
    **{f"conduct.{code}": text for code, text in VIOLATIONS.items()},
}
