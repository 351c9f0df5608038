"""What the warranty engine answers (docs/assess.md, "The answer"), and for which kind of trouble."""

from marshmallow import fields

from arbitration.rules import codes
from arbitration.schemas.answers import Answer, Given, Plain
from arbitration.schemas.purchases_shown import PolicyNamed

_INSTANT_OR_NULL = {"type": ["string", "null"], "format": "date-time"}


class WarrantyFound(Answer):
    """What the warranty rests on, and the last instant in time for a report."""

    basis = fields.String(required=True, metadata={"enum": list(codes.BASES)})
    expires_at = Plain(_INSTANT_OR_NULL, required=True)


class Missing(Answer):
    """An exhibit that is missing, and the span it must show."""

    what = fields.String(required=True, metadata={"enum": ["video", "any"]})
    by = fields.String(required=True)
    from_ = Plain(_INSTANT_OR_NULL, data_key="from", attribute="from", required=True)
    until = Plain(_INSTANT_OR_NULL, required=True)


class Violation(Answer):
    """Conduct against the agreement."""

    by = fields.String(required=True, metadata={"enum": list(codes.SIDES)})
    rule = fields.String(required=True)
    clause = fields.String(required=True)
    at = Plain({"type": "string", "format": "date-time"}, required=True)


class Finding(Answer):
    """What a rule found; `holds` is true where it leaves the claim standing."""

    rule = fields.String(required=True)
    clauses = fields.List(fields.String(), required=True)
    holds = fields.Boolean(required=True, allow_none=True)
    because = fields.String(required=True, metadata={"description": "A sentence in the language asked for."})
    note = fields.String(required=True, allow_none=True)


class Counterfactual(Answer):
    """A single change that would make the claim covered."""

    change = fields.String(required=True, metadata={"description": "A sentence in the language asked for."})
    path = fields.String(required=True)
    value = Plain({}, required=True, allow_none=True)
    verdict = fields.String(required=True)


class ReasonAnswered(Answer):
    """The answer for one kind of trouble."""

    reason = fields.String(required=True, metadata={"enum": list(codes.REASONS)})
    policy = fields.Nested(PolicyNamed, required=True)
    verdict = fields.String(required=True, metadata={"enum": list(codes.VERDICTS)})
    decided_by = fields.String(required=True)
    remedies = fields.List(fields.String(metadata={"enum": list(codes.REMEDIES)}), required=True)
    warranty = fields.Nested(WarrantyFound, required=True)
    reported_at = Plain({"type": "string", "format": "date-time"}, required=True)
    not_before = Plain(_INSTANT_OR_NULL, required=True)
    missing = fields.List(fields.Nested(Missing), required=True)
    violations = fields.List(fields.Nested(Violation), required=True)
    findings = fields.List(fields.Nested(Finding), required=True)
    counterfactuals = fields.List(fields.Nested(Counterfactual), required=True)


class Assessment(Answer):
    """What the buyer of a purchase may demand, for each kind of trouble."""

    purchase = fields.String(required=True, metadata={"description": "The purchase's `external_id`."})
    at = Given(required=True)
    answers = fields.List(
        fields.Nested(ReasonAnswered),
        required=True,
        metadata={"description": "As if a dispute were opened at that moment. Empty before the payment."},
    )
    awaiting_delivery = fields.List(
        fields.String(metadata={"enum": list(codes.REASONS)}),
        required=True,
        metadata={"description": "The reasons that can't be judged before a delivery is logged."},
    )
