"""How much can still be paid back of a price."""

from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.amounts import Amount
from arbitration.rules.marking import N_


def require_left(amount: int | None, price: int, left: int, currency: str, path: str = "amount") -> None:
    """See that a part of a price can still be paid back; all in minor units. The price itself means all that is left.

    Raises:
        InvalidError: it is more than what is left.
    """
    if amount is None or amount == price or amount <= left:
        return
    if not left:
        raise InvalidError(faults=[FieldFault(path, N_("The whole price has been paid back already."))])
    raise InvalidError(faults=[FieldFault(path, LEFT, {"left": Amount(left, currency)})])


LEFT = N_("Of the price, %(left)s can still be paid back, not more.")
