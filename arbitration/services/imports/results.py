"""What became of a row of an import."""

from collections.abc import Sequence
from typing import NamedTuple

from arbitration.domain.refusals import FieldFault


class RowResult(NamedTuple):
    """What became of a row: created, unchanged, updated or refused; which parts of it were ignored; its faults."""

    external_id: str | None
    result: str
    ignored: Sequence[str] = ()
    errors: Sequence[FieldFault] = ()
