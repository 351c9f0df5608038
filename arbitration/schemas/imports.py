"""Importing purchases: what comes in at once, and what became of each row."""

from typing import Any

from marshmallow import fields

from arbitration.schemas.answers import Answer
from arbitration.schemas.common import WORDING, Items, StrictSchema
from arbitration.schemas.problems import Fault

MOST_ROWS = 1000


class Row(fields.Raw):
    """A purchase as it is sent. Taken as it is: a bad row refuses itself alone, so that it is judged by itself."""

    default_error_messages = WORDING

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_none=True, **options)


class Import(StrictSchema):
    """Purchases to take in."""

    judged_apart = ("purchases",)

    purchases = Items(Row(), most=MOST_ROWS, required=True)


class RowResult(Answer):
    """What became of a row."""

    external_id = fields.String(
        required=True, allow_none=True, metadata={"description": "Null if the row has none that can be read."}
    )
    result = fields.String(required=True, metadata={"enum": ["created", "unchanged", "updated", "refused"]})
    ignored = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What differs and was left as it stood at the first import, such as `listing.title`."},
    )
    errors = fields.List(fields.Nested(Fault), required=True, metadata={"description": "Why the row was refused."})


class Imported(Answer):
    """What became of the rows, in their order."""

    results = fields.List(fields.Nested(RowResult), required=True)
