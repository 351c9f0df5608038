"""What of a message can be reported (contract ``assess``, "Conduct")."""

KINDS = ("review_removal_demanded", "outside_contact_demanded", "abuse")
