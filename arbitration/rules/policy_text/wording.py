"""The sentences in which a policy is explained; periods stand after a colon, where no language bends them."""

from arbitration.rules.marking import N_

WHOLE = {
    "title": N_("The agreement %(name)s, version %(version)s"),
    "since": N_("In force for purchases made from this moment on: %(at)s."),
}

HEADINGS = {
    "clauses": N_("The clauses"),
    "demands": N_("What the buyer may demand"),
    "warranty": N_("How long the warranty runs"),
    "conduct": N_("What nobody may do"),
    "clocks": N_("How long everything takes in a dispute"),
}

DEMANDS = {
    "nothing": N_("Nothing can be demanded for this."),
    "always": N_("A refund or a replacement, as the buyer chooses, at any time."),
    "grace.refund": N_("The money back, if the payment is still not credited after this time: %(period)s."),
    "grace.replacement": N_("The goods, if the payment is still not credited after this time: %(period)s."),
    "grace.both": N_("The money back or the goods, if the payment is still not credited after this time: %(period)s."),
    "grace.none": N_("Nothing, even if the payment is still not credited after this time: %(period)s."),
    "delivery": N_(
        "The money back or the delivery, as the buyer chooses. Where a delivery is on record, something has to speak "
        "against it, or the seller has to admit that the buyer is right."
    ),
    "warranty": N_(
        "A refund or a replacement, as the buyer chooses, for what is reported in the purchase's correspondence while "
        "the warranty runs."
    ),
    "disclosure": N_("Nothing for a defect that the listing disclosed before the purchase."),
    "video": N_(
        "Where the listing demands a video, the buyer has to show one, without a break from the start of payment to "
        "the end of the check, unless the seller admits that the buyer is right."
    ),
    "replacements": N_("Replacements at most, after which a refund alone is left: %(count)s."),
    "refund_only": N_("There are no replacements: a refund is all that can be demanded."),
}

WARRANTY = {
    "stated": N_("Where the listing states a period: for that period."),
    "unlimited_stated": N_("Where the listing states an unlimited warranty: without end."),
    "unspecified_means_unlimited": N_("Where the listing states nothing: without end."),
    "unspecified_means_period": N_("Where the listing states nothing, from the delivery on: %(period)s."),
    "excluded_means_handover": N_(
        "Where the listing excludes a warranty, the goods still have to be right when they are handed over. That can "
        "be reported from the delivery on for this time: %(period)s. It holds for: %(reasons)s."
    ),
    "excluded": N_("Where the listing excludes a warranty, there is none."),
    "floor.delivery": N_(
        "Whatever the listing states, the warranty never ends before this time has passed since the delivery: "
        "%(period)s. It holds for: %(reasons)s."
    ),
    "floor.payment": N_(
        "Whatever the listing states, the warranty never ends before this time has passed since the payment: "
        "%(period)s. It holds for: %(reasons)s."
    ),
}

CONDUCT = {
    ("review_removal_demanded", "seller"): N_("The seller may not demand that a review be removed."),
    ("review_removal_demanded", "buyer"): N_("The buyer may not demand that a review be removed."),
    ("outside_contact_demanded", "seller"): N_("The seller may not demand to move the conversation elsewhere."),
    ("outside_contact_demanded", "buyer"): N_("The buyer may not demand to move the conversation elsewhere."),
    ("abuse", "seller"): N_("The seller may not be abusive."),
    ("abuse", "buyer"): N_("The buyer may not be abusive."),
}

CLOCKS = {
    "working_day": N_(
        "The seller's day, in the seller's own time zone, unless the seller has set other hours: %(opens)s to "
        "%(closes)s."
    ),
    "all_day": N_("The seller's day has all 24 hours, unless the seller has set other hours."),
    "seller_answer": N_(
        "Time for the seller to answer: %(period)s. After that the dispute goes to arbitration, with the note that the "
        "seller was silent."
    ),
    "buyer_answer": N_("Time for the buyer to answer: %(period)s. After that the dispute lapses."),
    "reminders": N_("Reminders before that, each after: %(periods)s."),
    "of_the_day": N_("%(period)s (within the seller's day)"),
    "escalation": N_("Either side may call the arbiter once this time has passed since the opening: %(period)s."),
    "offer": N_("An offer stands for this time, then it is void: %(period)s. Counter-offers for each side: %(count)s."),
    "exhibit": N_("Time for the other side to answer an exhibit, before a ruling may rest on it: %(period)s."),
    "exhibit_request": N_(
        "Who is asked for an exhibit is reminded this long before the time for it is over: %(period)s. That is done "
        "only where more time was given than this: %(least)s."
    ),
    "extension": N_("What all extensions of a time may come to together: %(period)s."),
    "ruling": N_("Time for the arbiter to rule, from taking the dispute: %(period)s."),
    "appeal": N_("Time for an appeal, from the ruling: %(period)s. After that the ruling stands."),
    "correction": N_("Time to have a slip in the ruling corrected, from the ruling: %(period)s."),
    "remedy": N_(
        "Time to do what was ruled or agreed, from the end of the time for an appeal or from the accepted offer: "
        "%(period)s."
    ),
    "reopening": N_(
        "Time to have a closed dispute reopened, from the closing: %(period)s. How often that can be done: %(count)s."
    ),
}
