"""What of a message can be reported (docs/policy.md, "conduct")."""

KINDS = ("review_removal_demanded", "outside_contact_demanded", "abuse")
