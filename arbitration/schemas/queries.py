"""What lists and answers can be asked with. In a query everything comes as text."""

import re
from typing import Any

from arbitration.rules.instants import parse_instant
from arbitration.rules.marking import N_
from arbitration.schemas.common import Code, Instant, Reference, StrictSchema, Text, Whole, wrong

PAGE = 50
LARGEST_PAGE = 200
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
BIGGEST = 2**31 - 1


class AskedWhole(Whole):
    """A whole number, written in digits."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        number = int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
        return super()._deserialize(number, attr, data, **kwargs)


class AnyInstant(Instant):
    """An instant of any year."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        try:
            return parse_instant(value)
        except (TypeError, ValueError):
            raise wrong(N_("Write an instant with its offset, such as 2026-03-01T10:00:00Z.")) from None


class ListQuery(StrictSchema):
    """What every list takes."""

    cursor = Text(longest=400, metadata={"description": "Where to go on: `next` of the part before."})
    limit = AskedWhole(least=1, most=LARGEST_PAGE, load_default=PAGE, metadata={"description": "How many at most."})


class PurchasesQuery(ListQuery):
    """Which purchases to list."""

    side = Code(("buyer", "seller"), metadata={"description": "Only those that one bought, or only those one sold."})
    text = Text(
        longest=200, shortest=0, load_default="", metadata={"description": "Words that a purchase must have in it."}
    )


class MessagesQuery(ListQuery):
    """Which messages to list."""

    after = AskedWhole(
        least=0,
        most=BIGGEST,
        load_default=0,
        metadata={"description": "The position after which to begin; not together with `cursor`."},
    )


class AssessmentQuery(StrictSchema):
    """As of when to answer."""

    at = AnyInstant(metadata={"description": "The moment as of which to answer; now, if left out."})


class DocketQuery(ListQuery):
    """Which entries to list."""

    purchase = Reference(metadata={"description": "Only the chain of this purchase, by its `external_id`."})
