"""Who asks a bare view, and about which purchase."""

from datetime import UTC, datetime

from flask import abort, request
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from arbitration.db import db
from arbitration.domain.sign_in import hash_of
from arbitration.models import BrowserSession, Person, Purchase, Seller


def signed_in() -> Person:
    """Who is signed in, and still counts."""
    sealed = hash_of(request.cookies.get("arbitration", ""))
    query = select(BrowserSession).where(BrowserSession.secret_hash == sealed, BrowserSession.ended_at.is_(None))
    found = db.session.scalar(query.options(joinedload(BrowserSession.person)))
    if found is None or found.expires_at < datetime.now(UTC):
        abort(403)
    return found.person


def purchase_of(name: str, person: Person) -> Purchase:
    """The purchase, if it is one of theirs."""
    query = select(Purchase).join(Purchase.seller).where(Purchase.external_id == name)
    query = query.where(or_(Purchase.buyer_id == person.id, Seller.person_id == person.id))
    query = query.options(
        joinedload(Purchase.listing),
        joinedload(Purchase.seller).joinedload(Seller.person),
        joinedload(Purchase.buyer),
        joinedload(Purchase.policy),
    )
    found = db.session.scalar(query)
    if found is None:
        abort(404)
    return found
