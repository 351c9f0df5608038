"""Messages: as they are written, and as they are read."""

from typing import Any

from marshmallow import fields

from arbitration.domain.events import EVENTS, MESSAGE
from arbitration.domain.messages import LONGEST_TEXT
from arbitration.schemas.answers import Answer, Given, Plain, next_cursor
from arbitration.schemas.common import Flag, Items, StrictSchema, Text, Whole

SOMETHING = r"^[^\x00]*[^\s\x00-\x1f\x7f-\x9f][^\x00]*$"


def written() -> Text:
    """The field of a text that somebody writes; the domain says what else it must be."""
    shape = {"minLength": 1, "pattern": SOMETHING, "description": "Plain text; line breaks are kept."}
    return Text(longest=LONGEST_TEXT, shortest=0, lines=True, required=True, metadata=shape)


class Seen(Whole):
    """A version; 2.0 is 2, as JSON Schema has it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return super()._deserialize(whole, attr, data, **kwargs)


class NewMessage(StrictSchema):
    """A message to be posted."""

    text = written()
    reports_problem = Flag(
        load_default=False, metadata={"description": "The mark “this reports a problem”; buyers alone set it."}
    )

    asks = Flag(
        load_default=False,
        metadata={"description": "The seller asks the buyer for an answer, whose time begins with it."},
    )
    exhibits = Items(
        Text(longest=10),
        most=40,
        load_default=list,
        metadata={"description": "Exhibits that it speaks of, by `number`; they were filed before."},
    )


class EditedMessage(StrictSchema):
    """The new text of a message."""

    text = written()
    seen = Seen(
        least=1,
        most=2**31 - 1,
        allow_none=True,
        load_default=None,
        metadata={"description": "The `version` that the new text replaces: 409 if another one stands now."},
    )


class Message(Answer):
    """A message of a correspondence."""

    position = fields.Integer(required=True, metadata={"description": "Its place in the correspondence, from 1."})
    kind = fields.String(
        required=True,
        metadata={"enum": [MESSAGE, *EVENTS], "description": "`message`, or the act that it came with."},
    )
    about = Plain(
        {"type": ["object", "null"], "description": "What the act was about: ids, codes, amounts in minor units."},
        required=True,
    )
    by = fields.String(
        required=True,
        metadata={
            "enum": ["buyer", "seller", "arbiter", "operator", "gateway", "system"],
            "description": "The part its author had; `system` for what fell due by itself.",
        },
    )
    text = fields.String(required=True, allow_none=True, metadata={"description": "Null once deleted or hidden."})
    posted_at = Given(required=True)
    reports_problem = fields.Boolean(required=True)
    asks = fields.Boolean(required=True)
    hidden_at = Given(required=True, allow_none=True)
    version = fields.Integer(required=True, metadata={"description": "Which text stands now, from 1."})
    edited_at = Given(required=True, allow_none=True)
    deleted_at = Given(required=True, allow_none=True)


class Messages(Answer):
    """A part of a correspondence, in order."""

    items = fields.List(fields.Nested(Message), required=True)
    next = next_cursor()
