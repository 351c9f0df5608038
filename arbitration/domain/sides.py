"""The two sides of a purchase, and who else can owe the next step of a dispute, in the words of rows and answers."""

from collections.abc import Mapping

from arbitration.rules import codes

BUYER, SELLER = codes.BUYER, codes.SELLER
SIDES = (BUYER, SELLER)
OTHER: Mapping[str, str] = {BUYER: SELLER, SELLER: BUYER}
ARBITER, OPERATOR = "arbiter", "operator"
NOBODY = ""
"""Where nobody in particular owes anything, such as while either side may appeal."""
TURNS = (*SIDES, ARBITER, OPERATOR)
"""Whom a dispute can wait for."""
