"""Messages: as they are written, and as they are read."""

from marshmallow import fields

from arbitration.domain.messages import LONGEST_TEXT
from arbitration.schemas.answers import Answer, Given, next_cursor
from arbitration.schemas.common import Flag, StrictSchema, Text, Whole

_LONGEST_SENT = 4 * LONGEST_TEXT


class NewMessage(StrictSchema):
    """A message to be posted."""

    text = Text(longest=_LONGEST_SENT, shortest=0, lines=True, required=True)
    reports_problem = Flag(
        load_default=False, metadata={"description": "The mark “this reports a problem”; buyers alone set it."}
    )


class EditedMessage(StrictSchema):
    """The new text of a message."""

    text = Text(longest=_LONGEST_SENT, shortest=0, lines=True, required=True)
    seen = Whole(
        least=1,
        most=2**31 - 1,
        load_default=None,
        metadata={"description": "The `version` that the new text replaces: 409 if another one stands now."},
    )


class Message(Answer):
    """A message of a correspondence."""

    position = fields.Integer(required=True, metadata={"description": "Its place in the correspondence, from 1."})
    by = fields.String(required=True, metadata={"enum": ["buyer", "seller"], "description": "The part its author had."})
    text = fields.String(required=True, allow_none=True, metadata={"description": "Null once it was deleted."})
    posted_at = Given(required=True)
    reports_problem = fields.Boolean(required=True)
    version = fields.Integer(required=True, metadata={"description": "Which text stands now, from 1."})
    edited_at = Given(required=True, allow_none=True)
    deleted_at = Given(required=True, allow_none=True)


class Messages(Answer):
    """A part of a correspondence, in order."""

    items = fields.List(fields.Nested(Message), required=True)
    next = next_cursor()
