"""What is sent when a remedy is carried out."""

from arbitration.domain.remedies import LONGEST_CONTENT
from arbitration.schemas.acts import words
from arbitration.schemas.common import Nested, StrictSchema, Text
from arbitration.schemas.purchases import MoneySchema


class NewReplacement(StrictSchema):
    """A replacement; its content is sealed until the buyer opens it."""

    content = Text(
        longest=LONGEST_CONTENT, lines=True, required=True, metadata={"description": "The key, code or login."}
    )
    text = words("What to say with it, if anything; not the content itself.")


class RefundConfirmed(StrictSchema):
    """A refund that was paid. The amount is known; where it is given, it must be that."""

    amount = Nested(MoneySchema, allow_none=True, load_default=None)
    text = words("What to say with it, if anything.")


class Reopening(StrictSchema):
    """What was no good."""

    text = words("What is wrong with what was delivered.", required=True)
