"""The second factor: codes that change every 30 seconds (RFC 6238), and recovery codes for a lost telephone."""

import hmac
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from arbitration.domain import staff as rules
from arbitration.domain.sign_in import hash_of
from arbitration.meanwhile import others_may_go_on
from arbitration.models import RecoveryCode, StaffAccount
from arbitration.services.sealing import BrokenSealError, seal, unseal

BY_PHONE = "staff.signed_in"
BY_RECOVERY_CODE = "staff.signed_in_with_recovery_code"

MEMORY_KIB, PASSES, LANES, BYTES = 8 * 1024, 1, 1, 32
"""What Argon2id does for a recovery code. It is less than for a password, since codes are random and ten are made."""


def give_secret(session: Session, account: StaffAccount) -> None:
    """Give an account a new secret for its codes, which counts once a first code proves that it arrived."""
    import pyotp

    secret = pyotp.random_base32()
    account.totp_sealed = seal(session.info["seal_key"], _purpose(account), secret)
    account.totp_step = account.second_factor_at = None


def secret_of(account: StaffAccount, key: str) -> str:
    """The secret of an account, to be shown while it is set up. ``key`` is the installation's secret."""
    return unseal(key, _purpose(account), account.totp_sealed or "")


def address_of(secret: str, email: str, site_name: str) -> str:
    """The ``otpauth:`` address that an authenticator takes in, as drawn in the square code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name)


def take_one_time_code(session: Session, account: StaffAccount, code: str, now: datetime) -> bool:
    """Whether the code is right now and was not taken before. The account's row must be locked."""
    import pyotp

    if not rules.is_one_time_code(code) or account.totp_sealed is None:
        return False
    try:
        totp = pyotp.TOTP(secret_of(account, session.info["seal_key"]))
    except BrokenSealError:
        return False
    last = -1 if account.totp_step is None else account.totp_step
    fitting = [step for step in rules.steps_at(now) if hmac.compare_digest(totp.generate_otp(step), code)]
    fresh = [step for step in fitting if step > last]
    if not fresh:
        return False
    account.totp_step = fresh[-1]
    session.flush()
    return True


def take_recovery_code(session: Session, account: StaffAccount, code: str, now: datetime) -> bool:
    """Whether the code is one of theirs that was not used yet; it is now."""
    if rules.is_one_time_code(code):
        return False
    unused = (
        (RecoveryCode.person_id == account.person_id)
        & (RecoveryCode.code_hash == _stored(account, code))
        & RecoveryCode.used_at.is_(None)
    )
    used = session.execute(update(RecoveryCode).where(unused).values(used_at=now).returning(RecoveryCode.code_hash))
    return used.scalar() is not None


def new_recovery_codes(session: Session, account: StaffAccount, now: datetime) -> list[str]:
    """New recovery codes instead of those before. They are to be shown once: only hashes are stored."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == account.person_id))
    codes = rules.new_recovery_codes()
    for code in codes:
        stored = _stored(account, rules.canonical_code(code))
        session.add(RecoveryCode(person_id=account.person_id, code_hash=stored, created_at=now))
    session.flush()
    return codes


def recovery_codes_left(session: Session, account: StaffAccount) -> int:
    """How many recovery codes were not used yet."""
    unused = (RecoveryCode.person_id == account.person_id) & RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(unused)) or 0


def _purpose(account: StaffAccount) -> str:
    return f"totp {account.person_id}"


def _stored(account: StaffAccount, code: str) -> str:
    """What is kept of a recovery code: whoever has the database has to try out codes, each of which takes its time.

    Those made before migration 0019 have 49 bits, for which SHA-256 would not do. The installation's secret has no
    part in it: where it was changed, these codes still are the way in. All of a person have one salt, so that one look
    finds a code.
    """
    from argon2.low_level import Type, hash_secret_raw

    others_may_go_on()
    fast = hash_of(f"{account.person_id} {code}")
    return hash_secret_raw(fast.encode(), account.person_id.bytes, PASSES, MEMORY_KIB, LANES, BYTES, Type.ID).hex()
