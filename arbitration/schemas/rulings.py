"""What is sent of rulings: the ruling itself, appeals against it, and corrections of slips."""

from marshmallow import fields

from arbitration.domain.messages import LONGEST_TEXT
from arbitration.domain.rulings import APPEAL_GROUNDS, FEWEST_REASONS
from arbitration.domain.rulings import REMEDIES as RULED
from arbitration.schemas.acts import MOST_CITED, ExhibitNumber, words
from arbitration.schemas.common import Code, Flag, Items, Nested, StrictSchema, Text
from arbitration.schemas.messages import Seen
from arbitration.schemas.purchases import MoneySchema
from arbitration.schemas.queries import BIGGEST


class NewRuling(StrictSchema):
    """A ruling: remedy, amount, reasons, and what it rests on."""

    remedy = Code(RULED, required=True)
    amount = Nested(MoneySchema, allow_none=True, load_default=None)
    reasons = Text(
        longest=LONGEST_TEXT,
        shortest=0,
        lines=True,
        required=True,
        metadata={"minLength": FEWEST_REASONS, "description": "The reasons; both sides read them."},
    )
    findings = Items(
        Text(longest=64), most=50, load_default=list, metadata={"description": "The rules of the verdict relied on."}
    )
    exhibits = Items(
        ExhibitNumber(),
        most=MOST_CITED,
        load_default=list,
        metadata={"description": "The exhibits relied on, such as `E1`."},
    )
    messages = Items(
        Seen(least=1, most=BIGGEST),
        most=MOST_CITED,
        load_default=list,
        metadata={"description": "The positions of the messages relied on; these can't be changed any more."},
    )
    departs_because = words("Why the remedy is another than the engine's advice, where it is.")
    reached_otherwise = Flag(
        load_default=False,
        metadata={"description": "The silent seller, whose notices came back, was reached in another way."},
    )


class NewAppeal(StrictSchema):
    """An appeal against the ruling in force."""

    ground = Code(APPEAL_GROUNDS, required=True)
    text = words("What was wrong with the ruling.", required=True)


SLIP = {
    "anyOf": [
        {
            "type": "object",
            "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
            "required": ["amount", "currency"],
            "additionalProperties": False,
        },
        {"type": "array", "items": {"type": "string"}, "maxItems": MOST_CITED},
        {"type": "null"},
    ]
}


class Correction(StrictSchema):
    """A slip and what it should read; without `field`, the answer that there was no slip."""

    field = Code(("amount", "exhibits", "findings"), allow_none=True, load_default=None)
    before = fields.Raw(load_default=None, allow_none=True, metadata=SLIP | {"description": "What stands there."})
    after = fields.Raw(load_default=None, allow_none=True, metadata=SLIP | {"description": "What should stand there."})
    text = words("Why.", required=True)
