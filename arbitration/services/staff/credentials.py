"""What arbiters and operators change about their own account: the password, the recovery codes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from arbitration.domain import staff as rules
from arbitration.domain.actors import Actor, OwnAffairs
from arbitration.domain.permissions import may
from arbitration.domain.refusals import Faults, FieldFault, ForbiddenError, InvalidError
from arbitration.models import StaffAccount
from arbitration.rules.marking import N_
from arbitration.services.sessions import end_all
from arbitration.services.staff import passwords, second_factor
from arbitration.services.staff.accounts import find_account
from arbitration.services.staff.setting_up import record, refuse_weak
from arbitration.services.staff.signing_in import WrongCodeError


def own_account(session: Session, actor: Actor, *, lock: bool = False) -> StaffAccount:
    """The actor's own account, in the role they are signed in in.

    Raises:
        ForbiddenError: they come in another role, or work here no more.
    """
    account = find_account(session, actor.person_id, lock=lock) if actor.person_id else None
    if account is None or account.role != actor.role:
        raise ForbiddenError
    if not may(actor, "changeCredentials", OwnAffairs(account.person_id)):
        raise ForbiddenError
    return account


def change_password(
    session: Session,
    actor: Actor,
    session_id: UUID,
    proof: tuple[str, str],
    password: str,
    repeated: str,
    now: datetime,
) -> int:
    """Take another password, against the old one and a code (``proof``). Gives how many other sessions it ended.

    Raises:
        InvalidError: the old password is wrong, the code does not work, or the new password will not do.
    """
    account = own_account(session, actor, lock=True)
    faults = _faults_of_proof(session, account, proof, now)
    with faults:
        refuse_weak(account, password, repeated)
    faults.refuse()
    account.password_hash, account.password_set_at = passwords.hash_of(password), now
    record(session, "staff.password_set", account, now)
    return end_all(session, account.person_id, now, but=session_id)


def renew_recovery_codes(session: Session, actor: Actor, proof: tuple[str, str], now: datetime) -> list[str]:
    """New recovery codes instead of the old ones, against password and code (``proof``); to be shown once.

    Raises:
        InvalidError: the password is wrong, or the code does not work.
    """
    account = own_account(session, actor, lock=True)
    _faults_of_proof(session, account, proof, now).refuse()
    record(session, "staff.recovery_codes_made", account, now)
    return second_factor.new_recovery_codes(session, account, now)


def _faults_of_proof(session: Session, account: StaffAccount, proof: tuple[str, str], now: datetime) -> Faults:
    """What is wrong with password and code. A good code is used up, unless the act is refused for something else."""
    faults, (password, code) = Faults(), proof
    with faults:
        if not passwords.fits(password[: rules.LONGEST_PASSWORD + 1], account.password_hash):
            raise InvalidError(faults=[FieldFault("old", N_("That is not your present password."))])
    plain = rules.canonical_code(code)
    with faults:
        if not second_factor.take_one_time_code(session, account, plain, now) and not second_factor.take_recovery_code(
            session, account, plain, now
        ):
            raise InvalidError(faults=[FieldFault("code", WrongCodeError.msgid)])
    return faults
