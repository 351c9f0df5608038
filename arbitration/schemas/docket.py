"""The docket, entry by entry."""

from marshmallow import fields

from arbitration.schemas.answers import Answer, Given, Plain, next_cursor


class DocketEntry(Answer):
    """An entry of the append-only record."""

    chain = fields.UUID(required=True, metadata={"description": "All zeros for the installation's own chain."})
    purchase = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "By its `external_id`; null for the installation."},
    )
    sequence = fields.Integer(required=True, metadata={"description": "Its place in the chain, from 1."})
    at = Given(required=True)
    kind = fields.String(required=True, metadata={"examples": ["message.posted"]})
    by = Plain({"type": ["string", "null"], "format": "uuid", "description": "Null: the system."}, required=True)
    facts = Plain({"type": "object", "additionalProperties": True}, required=True)
    body = fields.String(required=True, metadata={"description": "The canonical bytes that the hash covers."})
    hash = fields.String(
        required=True,
        metadata={
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 over the hash before it (64 noughts before the first), a line feed, `body`.",
        },
    )


class Docket(Answer):
    """A part of the record."""

    items = fields.List(fields.Nested(DocketEntry), required=True)
    next = next_cursor()
