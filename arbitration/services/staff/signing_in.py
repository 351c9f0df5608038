"""Signing in with a password and then a second factor; the password alone opens nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import staff as rules
from arbitration.domain.actors import Role
from arbitration.domain.refusals import RefusalError
from arbitration.domain.sign_in import canonical_address, hash_of
from arbitration.models import Person, StaffAccount
from arbitration.rules.marking import N_
from arbitration.services.sessions import open_session
from arbitration.services.staff import passwords, second_factor
from arbitration.services.staff.accounts import find_account


class WrongPasswordError(RefusalError):
    """No such account, or another password: nobody is told which."""

    code = "wrong-password"
    msgid = N_("Address and password do not belong together. Look at both again.")


class WrongCodeError(RefusalError):
    """The code is wrong, too old, or was used before."""

    code = "wrong-code"
    msgid = N_("This code does not work. Each works once and for a short time: wait for the next one.")


class StartAgainError(RefusalError):
    """The password was given too long ago, or the account has changed since."""

    code = "start-again"
    msgid = N_("That took too long. Sign in from the beginning.")


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody whose password was right at ``at``. ``mark`` ties it to that password."""

    person_id: UUID
    mark: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened: the secret for its cookie, its role, and how many recovery codes are left."""

    secret: str
    role: Role
    recovery_codes: int


def check_password(session: Session, address: str, password: str, now: datetime) -> Halfway:
    """See whether somebody who works here has the password. Changes nothing and takes as long for every address.

    Raises:
        InvalidError: it is no address.
        WrongPasswordError: nobody has that address, or not that password, or they are kept out.
    """
    query = select(StaffAccount).join(StaffAccount.person).where(Person.email == canonical_address(address))
    account = session.scalar(query.options(joinedload(StaffAccount.person)))
    stored = account.password_hash if account is not None and _may_enter(account) else None
    if not passwords.fits(password[: rules.LONGEST_PASSWORD + 1], stored) or account is None:
        raise WrongPasswordError
    return Halfway(account.person_id, _mark(account), now)


def enter(session: Session, halfway: Halfway, code: str, now: datetime, browser: str, instead_of: str = "") -> Opened:
    """Sign somebody in by a code of the second factor or by a recovery code, after the password.

    The session whose secret is ``instead_of`` ends.

    Raises:
        StartAgainError: too late, or the account has changed since.
        WrongCodeError: the code is none, or was used before.
    """
    account = find_account(session, halfway.person_id, lock=True)
    if account is None or not _may_enter(account) or not still_halfway(halfway, account, now):
        raise StartAgainError
    plain = rules.canonical_code(code)
    if second_factor.take_one_time_code(session, account, plain, now):
        kind = second_factor.BY_PHONE
    elif second_factor.take_recovery_code(session, account, plain, now):
        kind = second_factor.BY_RECOVERY_CODE
    else:
        raise WrongCodeError
    role = Role(account.role)
    secret = open_session(session, account.person_id, now, browser, instead_of, role, second_factor_at=now, kind=kind)
    return Opened(secret, role, second_factor.recovery_codes_left(session, account))


def still_halfway(halfway: Halfway, account: StaffAccount, now: datetime) -> bool:
    """Whether the password is still the one that was given, not too long ago."""
    return halfway.mark == _mark(account) and halfway.at <= now <= halfway.at + rules.PASSWORD_HOLDS


def _may_enter(account: StaffAccount) -> bool:
    out = account.removed_at is not None or account.person.suspended_at is not None
    return not out and account.second_factor_at is not None


def _mark(account: StaffAccount) -> str:
    return hash_of(f"halfway\n{account.password_hash}\n{account.role}")[:24]
