"""Problem details (RFC 9457)."""

from marshmallow import fields

from arbitration.schemas.answers import Answer


class Fault(Answer):
    """What is wrong with a field."""

    path = fields.String(required=True, metadata={"examples": ["purchases[3].price.amount"]})
    message = fields.String(required=True, metadata={"description": "A sentence in the language asked for."})


class Problem(Answer):
    """Why a request was not done."""

    type = fields.String(
        required=True,
        metadata={"format": "uri-reference", "examples": ["/api/docs#not-found"]},
    )
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "A sentence in the language asked for."})
    errors = fields.List(fields.Nested(Fault), metadata={"description": "Which fields, where it is about fields."})
    request_id = fields.String(metadata={"description": "What to name to the operator, where it failed on this side."})
