"""Taking in a batch of rows: one act, in which each row succeeds or is refused by itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.permissions import may
from arbitration.domain.purchases import PurchaseSaid
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.rules.marking import N_
from arbitration.schemas.common import faults_of
from arbitration.schemas.plain_purchases import read_plain
from arbitration.schemas.purchases import read_purchase
from arbitration.services.bulk import others_mark
from arbitration.services.imports import policies
from arbitration.services.imports.known import Known
from arbitration.services.imports.results import RowResult
from arbitration.services.imports.taking import Taking
from arbitration.services.imports.writing import write
from arbitration.services.people import hold_addresses

LARGEST_BATCH = 1000
LONGEST_ID = 64
READ = (PurchaseSaid, RowResult)
"""What a row is once it is read."""


def take_in(
    session: Session,
    actor: Actor,
    rows: Sequence[object],
    now: datetime,
    *,
    import_id: UUID | None = None,
    most: int = LARGEST_BATCH,
    known: Known | None = None,
) -> list[RowResult]:
    """Take in up to ``most`` rows, as ``docs/importing.md`` describes them; gives a result for each, in order.

    Rows may have been through ``read_row`` before, so that the reading holds nobody up. ``known`` is what the act knows
    already, from ``known_in_act``.

    Raises:
        ForbiddenError: the actor may not import.
        InvalidError: there are too many rows.
    """
    if not may(actor, "importPurchases"):
        raise ForbiddenError
    if len(rows) > most:
        raise InvalidError(faults=[FieldFault("purchases", TOO_MANY, {"limit": most})])
    hold_addresses(session)
    read = [row if isinstance(row, READ) else read_row(row) for row in rows]
    known = known or Known(session)
    known.policies = known.policies or policies.installed(session, now)
    known.look_up([said for said in read if isinstance(said, PurchaseSaid)])
    taking = Taking(known, actor, now)
    results = [taking.take(said) if isinstance(said, PurchaseSaid) else said for said in read]
    write(session, taking, import_id)
    return results


def known_in_act(session: Session, before: Known | None = None) -> Known | None:
    """What the batches of one act may share: None where others can change people and shops meanwhile.

    ``before`` is what the act before knew. It holds as long as nobody else has written to the database since.
    """
    writers = others_mark(session)
    if writers is None:
        return None
    if before is not None and before.writers == writers:
        return before.go_on(session)
    return Known(session, writers)


def read_row(row: object) -> PurchaseSaid | RowResult:
    """A row as a value, or as the result of its refusal."""
    plain = read_plain(row)
    if plain is not None:
        return plain
    try:
        return read_purchase(row)
    except ValidationError as error:
        return RowResult(name_of(row), "refused", errors=faults_of(error))


def name_of(row: object) -> str | None:
    """The id that a refused row gave itself, if it can be shown."""
    name = row.get("external_id") if isinstance(row, dict) else None
    return name if isinstance(name, str) and len(name) <= LONGEST_ID and name.isprintable() else None


TOO_MANY = N_("Send at most %(limit)d purchases at once.")
