"""What is sent to act in a dispute. One schema an act: nobody can send a stage, a role or an owner."""

from typing import Any

from marshmallow import fields

from arbitration.domain.arbiters import HAND_OVER_GROUNDS, OBJECTION_GROUNDS, REQUESTABLE
from arbitration.domain.available import TURNS
from arbitration.domain.conduct import KINDS
from arbitration.domain.exhibits import position_of
from arbitration.domain.facts import DECISIONS, NAMES
from arbitration.domain.messages import LONGEST_TEXT
from arbitration.domain.offers import ANSWERS, REMEDIES
from arbitration.domain.opening import LONGEST_DEFECT, LONGEST_TRIED
from arbitration.domain.remedies import LONGEST_CONTENT
from arbitration.domain.rulings import APPEAL_GROUNDS, FEWEST_REASONS
from arbitration.domain.rulings import REMEDIES as RULED
from arbitration.domain.stages import Stage
from arbitration.rules import codes
from arbitration.rules.marking import N_
from arbitration.schemas.common import (
    WORDING,
    Address,
    Code,
    Flag,
    Instant,
    Items,
    Nested,
    StrictSchema,
    Text,
    wrong,
)
from arbitration.schemas.messages import SOMETHING, Seen, written
from arbitration.schemas.purchases import MoneySchema, TermsSchema
from arbitration.schemas.queries import BIGGEST, AnyInstant, ListQuery

MOST_CITED = 200
LONGEST_VALUE = 64
SIDES = ("buyer", "seller")


def words(description: str, *, required: bool = False) -> Text:
    """What is written with an act, for both sides to read."""
    metadata = {"description": description}
    if required:
        shape = {"minLength": 1, "pattern": SOMETHING}
        return Text(longest=LONGEST_TEXT, lines=True, required=True, metadata=metadata | shape)
    return Text(longest=LONGEST_TEXT, shortest=0, lines=True, load_default="", metadata=metadata)


class ExhibitNumber(fields.String):
    """An exhibit by its number: ``E1``. Loads as the number alone."""

    default_error_messages = WORDING

    def __init__(self, **options: Any) -> None:
        shape = {"pattern": "^E[1-9][0-9]{0,8}$", "examples": ["E1"]}
        super().__init__(**options | {"metadata": shape | options.get("metadata", {})})

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        number = position_of(value) if isinstance(value, str) else None
        if number is None:
            raise wrong(N_("Name an exhibit by its number, such as E1."))
        return number


VALUE = {"type": ["boolean", "string"], "maxLength": LONGEST_VALUE, "pattern": r"^[^\x00]*$"}


def value_of_fact(description: str, **options: Any) -> fields.Raw:
    """What a fact says: true, false, null or an instant; which, the fact's name tells."""
    return fields.Raw(allow_none=True, metadata=VALUE | {"description": description}, **options)


class JustWords(StrictSchema):
    """An act that needs nothing but, perhaps, a few words."""

    text = words("What to say with it, if anything.")


class NewDispute(StrictSchema):
    """A dispute to be opened."""

    reason = Code(codes.REASONS, required=True)
    requested = Code(codes.REMEDIES, required=True, metadata={"description": "What the buyer would like."})
    statement = words("What happened, in the buyer's own words.", required=True)
    defect = Text(
        longest=LONGEST_DEFECT, allow_none=True, load_default=None, metadata={"description": "What is wrong, in short."}
    )
    checked_at = Instant(
        allow_none=True, load_default=None, metadata={"description": "When the buyer finished checking the goods."}
    )
    since = Instant(
        allow_none=True, load_default=None, metadata={"description": "Since when something is wrong, if it is known."}
    )
    tried = Text(
        longest=LONGEST_TRIED,
        lines=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "What the buyer has tried so far."},
    )


class Wish(StrictSchema):
    """The remedy that the buyer asks for from now on."""

    requested = Code(codes.REMEDIES, required=True)
    text = words("Why, if one likes.")


class NewOffer(StrictSchema):
    """An offer to be made. A full refund needs no amount, a replacement has none."""

    remedy = Code(REMEDIES, required=True)
    amount = Nested(MoneySchema, allow_none=True, load_default=None)
    text = words("What to say with it, if anything.")


class Counter(StrictSchema):
    """What is offered instead."""

    remedy = Code(REMEDIES, required=True)
    amount = Nested(MoneySchema, allow_none=True, load_default=None)


class OfferAnswer(StrictSchema):
    """The answer to an offer; `counter` only where it is countered."""

    answer = Code(ANSWERS, required=True)
    counter = Nested(Counter, allow_none=True, load_default=None)
    text = words("What to say with it, if anything.")


class MoreTime(StrictSchema):
    """More time for what one owes."""

    until = Instant(required=True)
    reason = words("Why more time is needed.", required=True)


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


class Reasoned(StrictSchema):
    """An act that needs a reason."""

    reason = words("Why; both sides read it.", required=True)


class NewRequest(StrictSchema):
    """What a party is asked to file until when."""

    from_ = Code(SIDES, required=True, data_key="from")
    what = Code(REQUESTABLE, required=True)
    due = Instant(required=True)
    text = words("What it should show.")


class HandOver(StrictSchema):
    """To whom a case goes, and why; without `to` any other arbiter may take it."""

    to = Address(allow_none=True, load_default=None)
    ground = Code(HAND_OVER_GROUNDS, required=True)
    text = words("What to say with it, if anything.")


class Objection(StrictSchema):
    """Why another arbiter should have the case."""

    ground = Code(OBJECTION_GROUNDS, required=True)
    text = words("Why.", required=True)


class ObjectionDecision(StrictSchema):
    """What an operator decides about an objection to the arbiter."""

    granted = Flag(required=True)
    text = words("Why; both sides read it.", required=True)


class NewNote(StrictSchema):
    """A note for arbiters alone."""

    text = written()


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


class Question(StrictSchema):
    """What is to be corrected or made clear."""

    text = words("What is to be corrected or made clear.", required=True)


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


class DisputesQuery(ListQuery):
    """Which disputes to list."""

    stage = Code(tuple(Stage), metadata={"description": "Only those at this stage."})
    turn = Code(TURNS, metadata={"description": "Only those that wait for this side."})
    due_before = AnyInstant(metadata={"description": "Only those with a deadline by then."})
    text = Text(
        longest=200,
        shortest=0,
        load_default="",
        metadata={"description": "Words of title, shop or buyer, or the `external_id` of the purchase."},
    )
