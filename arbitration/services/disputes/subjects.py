"""What there is for the arbiter of a case to decide about, so that no act is offered that has no object."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from arbitration.domain.events import MESSAGE
from arbitration.models import ConductReport, Fact, Message, ReadingObjection
from arbitration.services.disputes.finding import Case

PARTIES = ("buyer", "seller")


def of_arbiter(session: Session, case: Case) -> frozenset[str]:
    """The acts on a fact, a reading, a report or a message of which there is one at least; in one query."""
    of = case.purchase.id
    there_is = {
        "decideFact": exists().where(Fact.purchase_id == of),
        "decideReading": exists().where(
            ReadingObjection.purchase_id == of,
            ReadingObjection.withdrawn_at.is_(None),
            ReadingObjection.decided_at.is_(None),
        ),
        "strikeConduct": exists().where(ConductReport.purchase_id == of, ConductReport.struck_at.is_(None)),
        "hideMessage": exists().where(
            Message.purchase_id == of,
            Message.kind == MESSAGE,
            Message.author_role.in_(PARTIES),
            Message.hidden_at.is_(None),
            Message.deleted_at.is_(None),
        ),
    }
    found = session.execute(select(*there_is.values())).one()
    return frozenset(name for name, is_there in zip(there_is, found, strict=True) if is_there)
