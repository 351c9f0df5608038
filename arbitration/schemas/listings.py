"""The check of a draft listing: what is asked, and what is answered."""

from typing import Any

from marshmallow import fields

from arbitration.rules import codes
from arbitration.rules.drafts.doubts import SEVERITIES
from arbitration.rules.drafts.entitlements import TROUBLES
from arbitration.rules.drafts.telling import SENTENCES
from arbitration.rules.marking import N_
from arbitration.schemas.answers import Answer, Plain
from arbitration.schemas.common import Language, StrictSchema, Text, a_text, wrong
from arbitration.schemas.messages import SOMETHING
from arbitration.schemas.purchases_shown import PolicyNamed

LONGEST_TEXT = 20_000
DRAFT = "Fresh account, full access.\nWarranty 30 days.\nNo refunds."


class Verbatim(Text):
    """Text as it was sent, to the last line end: quotes are told by their places in it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        text = a_text(value, self.longest)
        if not text.strip():
            raise wrong(N_("This can't be empty."))
        return text


class DraftListing(StrictSchema):
    """A draft of a listing."""

    text = Verbatim(
        longest=LONGEST_TEXT,
        lines=True,
        required=True,
        metadata={
            "minLength": 1,
            "pattern": SOMETHING,
            "description": "The description as it is to be published.",
            "examples": [DRAFT],
        },
    )
    language = Language(
        allow_none=True,
        load_default=None,
        metadata={"description": "The language of the wordings; left out, that of the text.", "examples": ["en"]},
    )


class Quote(Answer):
    """Words of the draft, from code point `start` up to `end`."""

    text = fields.String(required=True)
    start = fields.Integer(required=True)
    end = fields.Integer(required=True)


_WARRANTY = {
    "type": "object",
    "description": "`kind`, and for a period its `duration` (ISO 8601) and from when it `starts`.",
    "examples": [{"kind": "period", "duration": "P30D", "starts": "delivery"}],
}


class ReadTerms(Answer):
    """What is read in the draft, as the command `terms` tells it."""

    id = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    warranty = Plain(_WARRANTY, required=True)
    warranty_quote = fields.Nested(Quote, required=True, allow_none=True)
    video_required = fields.Boolean(required=True)
    video_quote = fields.Nested(Quote, required=True, allow_none=True)
    conflicts = fields.List(fields.Nested(Quote), required=True)


class Entitled(Answer):
    """What a buyer could demand for one trouble that is reported so long after the delivery, or else the payment."""

    reason = fields.String(required=True, metadata={"enum": list(TROUBLES)})
    after = fields.String(required=True, metadata={"description": "ISO 8601.", "examples": ["P10D"]})
    verdict = fields.String(required=True, metadata={"enum": list(codes.VERDICTS)})
    remedies = fields.List(fields.String(metadata={"enum": list(codes.REMEDIES)}), required=True)
    decided_by = fields.String(required=True)
    basis = fields.String(required=True, metadata={"enum": list(codes.BASES)})
    clauses = fields.List(fields.String(), required=True)


class DraftFinding(Answer):
    """Something to mend in the draft."""

    code = fields.String(required=True, metadata={"enum": sorted(SENTENCES)})
    severity = fields.String(required=True, metadata={"enum": list(SEVERITIES)})
    quote = fields.Nested(Quote, required=True, allow_none=True)
    clauses = fields.List(fields.String(), required=True)
    message = fields.String(required=True, metadata={"description": "A sentence in the language asked for."})
    instead = fields.String(
        required=True, allow_none=True, metadata={"description": "What to write instead, if it is not to be left out."}
    )


class Suggestion(Answer):
    """The draft's terms in words that can be read in one way only."""

    text = fields.String(required=True)
    language = fields.String(required=True)


class CheckedDraft(Answer):
    """What the check of a draft found."""

    policy = fields.Nested(PolicyNamed, required=True)
    reading = fields.Nested(ReadTerms, required=True)
    entitlements = fields.List(fields.Nested(Entitled), required=True)
    findings = fields.List(fields.Nested(DraftFinding), required=True)
    suggestion = fields.Nested(Suggestion, required=True)
