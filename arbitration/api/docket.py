"""The docket: the append-only record, with its hashes."""

import json
from typing import Any

from sqlalchemy.orm import Session

from arbitration.api.operations import operation
from arbitration.door import guard
from arbitration.schemas.docket import Docket
from arbitration.schemas.queries import DocketQuery
from arbitration.services import docket


@operation("listDocket", asks=DocketQuery, gives=Docket)
def list_docket(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Read the record

    All of it in the order of time, or the chain of one purchase. Texts and addresses are not in it, only their hashes.
    """
    listed, following = docket.list_entries(session, guard.actor(), **asked)
    return {"items": [_shown(each) for each in listed], "next": following}


def _shown(listed: docket.Listed) -> dict[str, Any]:
    entry = listed.entry
    body = json.loads(entry.body)
    return {
        "chain": entry.chain_id,
        "purchase": listed.purchase,
        "sequence": entry.sequence,
        "at": entry.at,
        "kind": entry.kind,
        "by": body["by"],
        "facts": body["facts"],
        "body": entry.body,
        "hash": entry.hash,
    }
