"""What there is for the arbiter of a case to decide about, so that no act is offered that has no object."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from arbitration.domain.events import MESSAGE
from arbitration.domain.sides import SIDES
from arbitration.models import ConductReport, Fact, Message, ReadingObjection
from arbitration.services import gathering
from arbitration.services.disputes.finding import Case


def of_arbiter(session: Session, case: Case) -> frozenset[str]:
    """The acts on a fact, a reading, a report or a message of which there is one at least; in one query."""
    of = case.purchase.id
    gathered = gathering.gathered(session, of)
    if gathered is not None:
        return _among(gathered)
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
            Message.author_role.in_(SIDES),
            Message.hidden_at.is_(None),
            Message.deleted_at.is_(None),
        ),
    }
    found = session.execute(select(*there_is.values())).one()
    return frozenset(name for name, is_there in zip(there_is, found, strict=True) if is_there)


def _among(found: gathering.Gathered) -> frozenset[str]:
    open_ones = [it for it in found.rows[ReadingObjection] if it.withdrawn_at is None and it.decided_at is None]
    unhidden = [it for it in found.rows[Message] if it.kind == MESSAGE and not (it.hidden_at or it.deleted_at)]
    there_is = {
        "decideFact": found.rows[Fact],
        "decideReading": open_ones,
        "strikeConduct": [it for it in found.rows[ConductReport] if it.struck_at is None],
        "hideMessage": unhidden,
    }
    return frozenset(name for name, rows in there_is.items() if rows)
