"""What a statement claims about the warranty, before the statements of a listing are weighed."""

from typing import NamedTuple

from arbitration.rules.listings.spans import Span

PERIOD, UNLIMITED, EXCLUDED = "period", "unlimited", "excluded"
DELIVERY, PAYMENT = "delivery", "payment"


class Claim(NamedTuple):
    """One reading of one statement.

    ``starts`` is None where the statement does not say; ``sure`` is False for what is only hesitated over; ``later``
    marks what holds after the period is over; ``line`` is the place of the statement in the listing.
    """

    kind: str
    start: int
    end: int
    span: Span | None = None
    starts: str | None = None
    sure: bool = True
    later: bool = False
    place: int = 0
