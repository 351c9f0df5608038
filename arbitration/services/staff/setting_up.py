"""Setting up an account by a link of one use: a password, a second factor, and recovery codes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import staff as rules
from arbitration.domain.actors import Role
from arbitration.domain.docket import Entry
from arbitration.domain.refusals import FieldFault, InvalidError, RefusalError
from arbitration.domain.sign_in import hash_of, is_secret
from arbitration.models import StaffAccount, StaffSetUp
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.sessions import open_session
from arbitration.services.staff import passwords, second_factor
from arbitration.services.staff.accounts import find_account
from arbitration.services.staff.signing_in import WrongCodeError


class DeadSetUpError(RefusalError):
    """The link was used, is too old, was followed by a newer one, or never was: nobody is told which."""

    code = "dead-link"
    msgid = N_("This link no longer works. Ask an operator for a new one.")


@dataclass(frozen=True, slots=True)
class SettingUp:
    """An account on its way: whose, and whether the password was chosen by this link."""

    link: StaffSetUp
    account: StaffAccount
    has_password: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """An account that is ready: a session's secret, its role, and the recovery codes, to be shown once."""

    secret: str
    role: Role
    recovery_codes: list[str]


def look(session: Session, token: str, now: datetime) -> SettingUp | None:
    """What a set-up link leads to, if it works. Changes nothing."""
    if not is_secret(token):
        return None
    query = select(StaffSetUp).where(StaffSetUp.token_hash == hash_of(token)).options(joinedload(StaffSetUp.person))
    link = session.scalar(query.execution_options(populate_existing=True))
    if link is None or link.ended_at is not None or link.expires_at < now or link.person.suspended_at is not None:
        return None
    account = find_account(session, link.person_id)
    if account is None:
        return None
    chosen = account.password_set_at is not None and account.password_set_at >= link.created_at
    return SettingUp(link, account, chosen)


def choose_password(session: Session, token: str, password: str, repeated: str, now: datetime) -> None:
    """Take a password for the account; the second factor's secret is made with it. The link goes on to work.

    Raises:
        DeadSetUpError: the link does not work.
        InvalidError: the password will not do, or was not repeated as it was.
    """
    setting_up = _locked(session, token, now)
    account = setting_up.account
    refuse_weak(account, password, repeated)
    account.password_hash, account.password_set_at = passwords.hash_of(password), now
    second_factor.give_secret(session, account)
    record(session, "staff.password_set", account, now)


def confirm(session: Session, token: str, code: str, now: datetime, browser: str, instead_of: str = "") -> SetUp:
    """Take the first code, which proves that the secret arrived: the account is ready, the link used up.

    Raises:
        DeadSetUpError: the link does not work, or no password was chosen yet.
        WrongCodeError: the code is not the secret's.
    """
    setting_up = _locked(session, token, now)
    account = setting_up.account
    if not setting_up.has_password:
        raise DeadSetUpError
    if not second_factor.take_one_time_code(session, account, rules.canonical_code(code), now):
        raise WrongCodeError
    _use_up(session, setting_up.link, now)
    account.second_factor_at = now
    codes = second_factor.new_recovery_codes(session, account, now)
    record(session, "staff.second_factor_set", account, now)
    role = Role(account.role)
    secret = open_session(
        session, account.person_id, now, browser, instead_of, role, second_factor_at=now, kind=second_factor.BY_PHONE
    )
    return SetUp(secret, role, codes)


def refuse_weak(account: StaffAccount, password: str, repeated: str) -> None:
    """Raises InvalidError unless the password will do and was typed twice alike."""
    fault = rules.password_fault(password, account.person.email, account.person.name)
    faults = [] if fault is None else [fault]
    if password != repeated:
        faults.append(FieldFault("repeated", N_("The two are not the same. Type the password again, twice alike.")))
    if faults:
        raise InvalidError(faults=faults)


def record(session: Session, kind: str, account: StaffAccount, now: datetime) -> None:
    """Note in the docket what somebody did about their own account."""
    docket.append_to_installation(session, Entry(kind, now, account.person_id, {"person": str(account.person_id)}))


def _locked(session: Session, token: str, now: datetime) -> SettingUp:
    found = look(session, token, now)
    if found is not None:
        find_account(session, found.account.person_id, lock=True)
        found = look(session, token, now)
    if found is None:
        raise DeadSetUpError
    return found


def _use_up(session: Session, link: StaffSetUp, now: datetime) -> None:
    open_still = (StaffSetUp.token_hash == link.token_hash) & StaffSetUp.ended_at.is_(None)
    used = session.execute(update(StaffSetUp).where(open_still).values(ended_at=now).returning(StaffSetUp.token_hash))
    if used.scalar() is None:
        raise DeadSetUpError
