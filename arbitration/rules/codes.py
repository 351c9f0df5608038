"""The codes of a case and of its answer (docs/assess.md): what each field that holds a code may say."""

REASONS = (
    "not_delivered",
    "not_as_described",
    "invalid",
    "stopped_working",
    "reclaimed",
    "payment_not_credited",
    "changed_mind",
)
REFUND = "refund"
REPLACEMENT = "replacement"
REMEDIES = (REFUND, REPLACEMENT)

COVERED = "covered"
NOT_COVERED = "not_covered"
NEEDS_EVIDENCE = "needs_evidence"
TOO_EARLY = "too_early"
VERDICTS = (COVERED, NOT_COVERED, NEEDS_EVIDENCE, TOO_EARLY)

PERIOD = "period"
UNLIMITED = "unlimited"
EXCLUDED = "excluded"
NOT_STATED = "not_stated"
WARRANTY_KINDS = (PERIOD, UNLIMITED, EXCLUDED, NOT_STATED)

DELIVERY = "delivery"
PAYMENT = "payment"
WARRANTY_STARTS = (DELIVERY, PAYMENT)

STATED = "stated"
UNLIMITED_STATED = "unlimited_stated"
UNSPECIFIED = "unspecified_means_unlimited"
HANDOVER = "excluded_means_handover"
UNSPECIFIED_PERIOD = "unspecified_means_period"
FLOOR = "floor"
NOT_APPLICABLE = "not_applicable"
BASES = (STATED, UNLIMITED_STATED, UNSPECIFIED, HANDOVER, UNSPECIFIED_PERIOD, FLOOR, NOT_APPLICABLE)

CORRESPONDENCE = "correspondence"
ELSEWHERE = "elsewhere"
REPORT_WAYS = (CORRESPONDENCE, ELSEWHERE)

VIDEO = "video"
EVIDENCE_KINDS = (VIDEO, "screenshot", "document", "log")

BUYER = "buyer"
SELLER = "seller"
SIDES = (SELLER, BUYER)
CONDUCT_KINDS = ("review_removal_demanded", "outside_contact_demanded", "abuse")

CHANGED_MIND_RULE = "reason.changed_mind"
GRACE_RULE = "payment.grace"
DELIVERY_RULE = "delivery.logged"
DISCLOSURE_RULE = "disclosure.read"
WARRANTY_RULE = "warranty.period"
VIDEO_RULE = "video.proof"
DEFAULT_RULE = "default"
RULES = (CHANGED_MIND_RULE, GRACE_RULE, DELIVERY_RULE, DISCLOSURE_RULE, WARRANTY_RULE, VIDEO_RULE, DEFAULT_RULE)
