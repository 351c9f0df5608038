"""Listings, before they are published."""

from typing import Any

from flask import g
from sqlalchemy.orm import Session

from arbitration.api.operations import operation
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.i18n import Reader
from arbitration.rules.drafts import Doubt, Entitlement, tell
from arbitration.schemas.listings import CheckedDraft, DraftListing
from arbitration.services import listing_check


@operation("checkListing", takes=DraftListing, gives=CheckedDraft)
def check_listing(session: Session, said: dict[str, Any]) -> dict[str, Any]:
    """Check a draft listing

    What is read in it, what a buyer would be entitled to under it by the agreement in force, what is unclear or against
    the agreement, and a clear wording to use instead. Nothing is kept, and nothing is published.
    """
    reader = current_reader()
    found = listing_check.check_listing(session, guard.actor(), said["text"], said["language"], reader.language, g.now)
    checked = found.checked
    return {
        "policy": {"id": found.policy.id, "version": found.policy.version},
        "reading": checked.reading.as_dict(),
        "entitlements": [_entitled(entitlement) for entitlement in checked.granted],
        "findings": [_finding(doubt, reader) for doubt in checked.doubts],
        "suggestion": {"text": checked.suggestion, "language": checked.language},
    }


def _entitled(entitlement: Entitlement) -> dict[str, Any]:
    return entitlement._asdict() | {"after": str(entitlement.after)}


def _finding(doubt: Doubt, teller: Reader) -> dict[str, Any]:
    return {
        "code": doubt.code,
        "severity": doubt.severity,
        "quote": doubt.quote and doubt.quote.as_dict(),
        "clauses": doubt.clauses,
        "message": tell(doubt, teller),
        "instead": doubt.instead,
    }
