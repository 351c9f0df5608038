"""What the parties send to act in a dispute. One schema an act: nobody can send a stage, a role or an owner."""

from arbitration.domain.offers import ANSWERS, REMEDIES
from arbitration.domain.opening import LONGEST_DEFECT, LONGEST_TRIED
from arbitration.domain.sides import TURNS
from arbitration.domain.stages import Stage
from arbitration.rules import codes
from arbitration.schemas.acts import words
from arbitration.schemas.common import Code, Instant, Nested, StrictSchema, Text
from arbitration.schemas.purchases import MoneySchema
from arbitration.schemas.queries import AnyInstant, ListQuery


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
