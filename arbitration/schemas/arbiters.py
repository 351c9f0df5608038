"""What is sent by arbiters about a case that is theirs, and about who is to have it."""

from arbitration.domain.arbiters import HAND_OVER_GROUNDS, OBJECTION_GROUNDS, REQUESTABLE
from arbitration.domain.sides import SIDES
from arbitration.schemas.acts import words
from arbitration.schemas.common import Address, Code, Flag, Instant, StrictSchema
from arbitration.schemas.messages import written


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
