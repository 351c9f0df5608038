"""What a correction puts in the place of a slip: an amount, exhibits or findings, as the API writes them."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from arbitration.api.amounts import minor_units
from arbitration.domain.actors import Actor
from arbitration.domain.exhibits import position_of
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.domain.rulings import AMOUNT, EXHIBITS
from arbitration.rules.marking import N_
from arbitration.schemas.common import faults_of
from arbitration.schemas.purchases import MoneySchema
from arbitration.services.disputes.finding import find_dispute

MOST = 200
ACT = "correctRuling"


def slip_of(session: Session, actor: Actor, dispute_id: UUID, field: str, written: Any, path: str) -> Any:
    """The value of a field of a ruling: minor units, numbers of exhibits, or names of rules.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``.
        InvalidError: it is written in another form, or in another currency.
    """
    if field == AMOUNT:
        find_dispute(session, actor, ACT, dispute_id, lock=False)
        return minor_units(session, actor, ACT, dispute_id, _money(written, path), path)
    if not isinstance(written, list) or len(written) > MOST or not all(isinstance(each, str) for each in written):
        raise InvalidError(faults=[FieldFault(path, N_("This must be a list of names."))])
    if field != EXHIBITS:
        return written
    numbers = [position_of(name) for name in written]
    if None in numbers:
        raise InvalidError(faults=[FieldFault(path, N_("Name an exhibit by its number, such as E1."))])
    return numbers


def _money(written: Any, path: str) -> tuple[int, str]:
    try:
        loaded: tuple[int, str] = MoneySchema().load(written)
    except ValidationError as error:
        raise InvalidError(faults=faults_of(error, path)) from None
    return loaded
