"""Names for the engine's codes, as people say them; translated where they are shown."""

from arbitration.rules import codes
from arbitration.rules.marking import N_

REASONS = {
    "not_delivered": N_("The goods never came"),
    "not_as_described": N_("The goods are not as described"),
    "invalid": N_("The key or login never worked"),
    "stopped_working": N_("The goods stopped working"),
    "reclaimed": N_("Taken back by an earlier owner"),
    "payment_not_credited": N_("Paid, but the payment was not credited"),
    "changed_mind": N_("I changed my mind"),
}

REMEDIES = {
    codes.REFUND: N_("Refund"),
    codes.REPLACEMENT: N_("Replacement"),
}

VERDICTS = {
    codes.COVERED: N_("Covered"),
    codes.NOT_COVERED: N_("Not covered"),
    codes.NEEDS_EVIDENCE: N_("Evidence is missing"),
    codes.TOO_EARLY: N_("Too early"),
}

BASES = {
    codes.STATED: N_("Warranty for the period that the listing states"),
    codes.UNLIMITED_STATED: N_("Unlimited warranty, stated in the listing"),
    codes.UNSPECIFIED: N_("Unlimited warranty, because the listing states no period"),
    codes.HANDOVER: N_("No warranty, but the goods had to be right when handed over"),
    codes.UNSPECIFIED_PERIOD: N_("Warranty for the agreement's own period, because the listing states none"),
    codes.FLOOR: N_("The least warranty that the agreement grants, because the listing grants less"),
    codes.NOT_APPLICABLE: N_("Does not depend on the warranty"),
}

EVIDENCE_KINDS = {
    "video": N_("Video"),
    "screenshot": N_("Screenshot"),
    "document": N_("Document"),
    "log": N_("Log"),
}

CONDUCT_KINDS = {
    "review_removal_demanded": N_("Demanded that a review be removed"),
    "outside_contact_demanded": N_("Demanded to talk outside the correspondence"),
    "abuse": N_("Abuse"),
}

RULES = {
    codes.CHANGED_MIND_RULE: N_("A change of mind"),
    codes.GRACE_RULE: N_("Time for a payment to be credited"),
    codes.DELIVERY_RULE: N_("Delivery on record"),
    codes.DISCLOSURE_RULE: N_("Defects disclosed in the listing"),
    codes.WARRANTY_RULE: N_("Warranty period"),
    codes.VIDEO_RULE: N_("Video demanded by the listing"),
    codes.DEFAULT_RULE: N_("The seller answers for the goods"),
}

CONDUCT_RULES = {
    "conduct.review_removal": N_("No remedy may depend on a review"),
    "conduct.outside_contact": N_("The conversation stays in the correspondence"),
    "conduct.abuse": N_("No abuse"),
}

SIDES = {
    codes.BUYER: N_("Buyer"),
    codes.SELLER: N_("Seller"),
}
