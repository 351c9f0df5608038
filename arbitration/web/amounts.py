"""An amount of money as people type it: with a comma or a point, in whichever digits."""

import re
import unicodedata
from decimal import Decimal

from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.i18n.currencies import amount_text, currency_decimals
from arbitration.rules.marking import N_

TWO_WAYS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}", re.ASCII)
"""A comma that parts thousands for some people and decimals for others, where the currency has three of them."""
SHAPE = re.compile(r"([0-9]{1,12})(?:[.,٫]([0-9]{1,4}))?", re.ASCII)
NOT_AN_AMOUNT = N_("Type an amount such as %(example)s, without the currency.")
WHICH_OF_TWO = N_("“%(typed)s” can mean two amounts. Type %(small)s or %(large)s.")


def read_amount(typed: str, currency: str, path: str = "amount") -> int | None:
    """The amount in minor units; None for an empty field.

    Raises:
        InvalidError: it is no amount, has more decimals than the currency, or can be read in two ways.
    """
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in typed[:40] if not c.isspace())
    if not plain:
        return None
    decimals = currency_decimals(currency)
    found = SHAPE.fullmatch(plain)
    if found is None or len(found[2] or "") > decimals:
        example = Decimal("12.75") if decimals else 950
        raise InvalidError(faults=[FieldFault(path, NOT_AN_AMOUNT, {"example": example})])
    minor_units = int(found[1] + (found[2] or "").ljust(decimals, "0"))
    if decimals == 3 and TWO_WAYS.fullmatch(plain):
        small, large = amount_text(minor_units, currency), amount_text(minor_units * 1000, currency)
        raise InvalidError(faults=[FieldFault(path, WHICH_OF_TWO, {"typed": plain, "small": small, "large": large})])
    return minor_units
