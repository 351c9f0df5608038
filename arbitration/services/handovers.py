"""Signing in whoever the marketplace hands over: a token of its own, checked with its public key, and used once."""

import warnings
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import handovers as rules
from arbitration.domain.addresses import canonical
from arbitration.domain.handovers import FaultyHandOverError, HandOver
from arbitration.domain.refusals import RefusalError
from arbitration.domain.sign_in import hash_of
from arbitration.models import Person, Purchase, StaffAccount, UsedHandOver
from arbitration.rules.marking import N_
from arbitration.services.inserting import insert
from arbitration.services.sessions import open_session

ALGORITHM = "EdDSA"
USED = "its jti was used before"


class DeadHandOverError(RefusalError):
    """The token signs nobody in. Who shows it is not told why; ``reason`` is for the log, and names no person."""

    code = "dead-handover"
    msgid = N_("You could not be signed in this way. Have a link sent to your mail instead.")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def public_key(pem: str) -> Any:
    """The marketplace's key, as it stands in the settings: in several lines, or in one with ``\\n`` between them.

    Raises:
        ValueError: it is no public Ed25519 key in PEM form; the message says what it is instead.
    """
    pem = pem.replace("\\n", "\n").strip()
    if "PRIVATE KEY" in pem:
        raise ValueError(
            "is a private key; that one stays with the marketplace: set the public one "
            "(openssl pkey -in private.pem -pubout)"
        )
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        key = OKPKey.import_key(pem)
    except (JoseError, ValueError, TypeError, AttributeError):
        raise ValueError("must be a public Ed25519 key in PEM form") from None
    if key.curve_name != "Ed25519":
        raise ValueError(f"is a key of the curve {key.curve_name}; make one of Ed25519")
    return key


def enter(
    session: Session, token: str, key: str, audience: str, now: datetime, browser: str, instead_of: str = ""
) -> tuple[str, Person, str]:
    """Sign in the person whom a token hands over: the secret of the new session, the person, the purchase's id.

    ``key`` is the marketplace's public key (PEM; empty: none is set), ``audience`` our base URL, ``instead_of`` the
    secret of the browser's last session, which ends. A party's session is opened and no other: who works here signs in
    as arbiters and operators do.

    Raises:
        DeadHandOverError: the token is not the marketplace's, is not for us, not for now, was used, or is about nobody
            who is party to that purchase.
    """
    handed = _read(token, key, audience, now)
    person = _party(session, handed, lock=True)
    _use_up(session, handed)
    secret = open_session(session, person.id, now, browser, instead_of)
    return secret, person, handed.purchase


def look(session: Session, token: str, key: str, audience: str, now: datetime) -> Person:
    """Whom a token would sign in now; see ``enter``. Changes nothing, and the token stays good.

    Raises:
        DeadHandOverError: it would sign in nobody.
    """
    handed = _read(token, key, audience, now)
    person = _party(session, handed)
    if session.get(UsedHandOver, hash_of(handed.jti)) is not None:
        raise DeadHandOverError(USED)
    return person


def _read(token: str, key: str, audience: str, now: datetime) -> HandOver:
    try:
        return rules.read(_claims(token, key), audience, now)
    except FaultyHandOverError as fault:
        raise DeadHandOverError(str(fault)) from None


def _claims(token: str, key: str) -> dict[str, Any]:
    """The claims of a token that the marketplace signed; only ``EdDSA`` counts, whatever the token says of itself."""
    if not key:
        raise FaultyHandOverError("ARBITRATION_HANDOVER_KEY is not set")
    if not 0 < len(token) <= rules.LONGEST_TOKEN or not token.isascii():
        raise FaultyHandOverError("it is no token")
    from joserfc import jwt
    from joserfc.errors import JoseError, SecurityWarning

    warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)
    try:
        return dict(jwt.decode(token, public_key(key), algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise FaultyHandOverError(f"its signature does not hold ({type(error).__name__})") from None


def _party(session: Session, handed: HandOver, *, lock: bool = False) -> Person:
    """The person of that address, if they are buyer or seller of that purchase and do not work here."""
    query = select(Purchase).where(Purchase.external_id == handed.purchase)
    purchase = session.scalar(query.options(joinedload(Purchase.seller)))
    people = select(Person).where(Person.email == canonical(handed.address))
    people = people.execution_options(populate_existing=True)
    person = session.scalar(people.with_for_update() if lock else people)
    if purchase is None or person is None:
        raise DeadHandOverError("sub or purchase is not known here")
    if person.id not in (purchase.buyer_id, purchase.seller.person_id):
        raise DeadHandOverError("sub is neither buyer nor seller of that purchase")
    if person.suspended_at is not None:
        raise DeadHandOverError("sub is suspended")
    account = session.get(StaffAccount, person.id)
    if account is not None and account.removed_at is None:
        raise DeadHandOverError("sub works here, and signs in by the staff's page")
    return person


def _use_up(session: Session, handed: HandOver) -> None:
    row = insert(session, UsedHandOver).values(jti_hash=hash_of(handed.jti), expires_at=handed.expires_at)
    first = row.on_conflict_do_nothing(index_elements=[UsedHandOver.jti_hash]).returning(UsedHandOver.jti_hash)
    if session.scalar(first) is None:
        raise DeadHandOverError(USED)
