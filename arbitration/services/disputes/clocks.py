"""What people's acts do to the clocks: an answer meets what was owed, a question to the buyer begins their time."""

from datetime import datetime

from sqlalchemy.orm import Session

from arbitration.domain import deadlines as rules
from arbitration.domain.deadlines import Kind
from arbitration.domain.sides import BUYER, SELLER
from arbitration.domain.stages import Stage
from arbitration.models import Dispute, Message, Purchase
from arbitration.services import deadlines
from arbitration.services.policies import policy_of

ANSWERS = {BUYER: Kind.BUYER_ANSWER, SELLER: Kind.SELLER_ANSWER}


def after_message(session: Session, purchase: Purchase, dispute: Dispute, message: Message, now: datetime) -> None:
    """A message of a party is an answer; one that asks the buyer begins their time, unless it runs already."""
    answered(session, dispute, message.author_role, now)
    if message.asks and dispute.stage == Stage.NEGOTIATION:
        running = deadlines.open_ones(session, dispute.id, [Kind.BUYER_ANSWER])
        if not running:
            deadlines.start(session, dispute, rules.buyer_answer(policy_of(purchase), now), subject_id=message.id)


def answered(session: Session, dispute: Dispute, role: str, now: datetime) -> None:
    """A party did something that counts as an answer: a message, an offer or the answer to one, an exhibit."""
    if role in ANSWERS:
        deadlines.meet(session, dispute, now, ANSWERS[role])
