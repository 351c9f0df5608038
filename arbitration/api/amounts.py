"""Amounts that come in: in the purchase's own currency, or not at all."""

from uuid import UUID

from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.marking import N_
from arbitration.services.disputes.finding import find_dispute


def minor_units(
    session: Session, actor: Actor, act: str, dispute_id: UUID, amount: tuple[int, str] | None, path: str = "amount"
) -> int | None:
    """The minor units of an amount that comes with an act, which must be in the currency of the purchase.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``.
        InvalidError: it is in another currency.
    """
    if amount is None:
        return None
    currency = find_dispute(session, actor, act, dispute_id, lock=False).purchase.currency
    if amount[1] != currency:
        msgid = N_("This purchase was paid in %(currency)s. Give the amount in that currency.")
        raise InvalidError(faults=[FieldFault(f"{path}.currency", msgid, {"currency": currency})])
    return amount[0]
