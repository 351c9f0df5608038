"""What is sent of facts: stated by a party, decided by the arbiter; and of conduct that is reported."""

from typing import Any

from marshmallow import fields

from arbitration.domain.conduct import KINDS
from arbitration.domain.facts import DECISIONS, NAMES
from arbitration.schemas.acts import ExhibitNumber, words
from arbitration.schemas.common import Code, Nested, StrictSchema
from arbitration.schemas.purchases import TermsSchema

LONGEST_VALUE = 64
VALUE = {"type": ["boolean", "string"], "maxLength": LONGEST_VALUE, "pattern": r"^[^\x00]*$"}


def value_of_fact(description: str, **options: Any) -> fields.Raw:
    """What a fact says: true, false, null or an instant; which, the fact's name tells."""
    return fields.Raw(allow_none=True, metadata=VALUE | {"description": description}, **options)


class NewFact(StrictSchema):
    """A fact that a party states."""

    name = Code(NAMES, required=True)
    value = value_of_fact("True or false, or an instant, as the fact needs it.", required=True)
    exhibit = ExhibitNumber(
        allow_none=True, load_default=None, metadata={"description": "The exhibit whose times it tells, such as `E1`."}
    )
    text = words("What to say with it, if anything.")


class FactDecision(StrictSchema):
    """What the arbiter decides about a fact."""

    decision = Code(DECISIONS, required=True)
    correction = value_of_fact("The value that holds instead, where it is corrected.", load_default=None)
    reason = words("Why.", required=True)


class AddedFact(StrictSchema):
    """A fact that nobody stated, such as whether a video is continuous; the arbiter puts it on record."""

    name = Code(NAMES, required=True)
    value = value_of_fact("True or false, or an instant, as the fact needs it.", required=True)
    exhibit = ExhibitNumber(
        allow_none=True, load_default=None, metadata={"description": "The exhibit that it is about, such as `E1`."}
    )
    reason = words("Why.", required=True)


class ReadingDecision(StrictSchema):
    """How a field of the listing is to be read; without `correction`, it was read rightly."""

    correction = Nested(TermsSchema, allow_none=True, load_default=None)
    reason = words("Why; both sides read it.", required=True)


class ConductReported(StrictSchema):
    """What is wrong with a message."""

    kind = Code(KINDS, required=True)
    text = words("What to say with it, if anything.")
