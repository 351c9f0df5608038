"""Who works here: arbiters and operators are let in, change roles, and leave. An operator does all of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import staff as rules
from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import Entry
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, Faults, FieldFault, ForbiddenError, InvalidError, NotFoundError
from arbitration.domain.sign_in import canonical_address, hash_of, new_secret
from arbitration.i18n.languages import LANGUAGES
from arbitration.models import Person, RecoveryCode, StaffAccount, StaffSetUp, Token
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.disputes.leaving import give_back_cases
from arbitration.services.people import ONESELF, find_or_add, find_person
from arbitration.services.sign_in import end_access

ROLES = (Role.ARBITER, Role.OPERATOR)
LONGEST_NAME = 200


def add(
    session: Session,
    actor: Actor,
    role: Role,
    address: str,
    name: str | None,
    language: str | None,
    now: datetime,
) -> str:
    """Make somebody an arbiter or operator; gives the token with which they set up their account, shown once.

    Raises:
        ConflictError: they are one already, or were forgotten.
        InvalidError: no such role or language, no address, or a name that is too long.
    """
    _require(actor)
    account = _join(session, actor, role, address, name, language, now)
    return _invite(session, actor, account, now)


def demo_staff(session: Session, email: str, name: str, language: str, role: Role, now: datetime) -> Person:
    """An invented arbiter or operator of a demo, who comes by its links and has no password. Again, changes nothing."""
    person = find_or_add(session, email, now)
    if find_account(session, person.id) is None:
        _join(session, Actor(role=Role.OPERATOR), role, email, name, language, now)
    return person


def invite_again(session: Session, actor: Actor, address: str, now: datetime) -> str:
    """A new set-up token for somebody who lost the old one, the password or the phone. What they had ends at once.

    Raises:
        NotFoundError: nobody who works here has the address.
        ConflictError: it is oneself.
    """
    _require(actor)
    account = staff_at(session, address)
    _refuse_oneself(actor, account)
    _forget_credentials(session, account, now)
    return _invite(session, actor, account, now)


def change_role(session: Session, actor: Actor, address: str, role: Role, now: datetime) -> StaffAccount:
    """Give somebody the other role. Their sessions and the API tokens of the old role end; password and codes stay.

    Raises:
        NotFoundError: nobody who works here has the address.
        ConflictError: they have the role already, or it is oneself.
    """
    _require(actor)
    _refuse_other_roles(role)
    account = staff_at(session, address)
    if account.role == role:
        msgid = N_("%(address)s has this role already.")
        raise ConflictError(msgid, address=account.person.email)
    _refuse_oneself(actor, account)
    give_back_cases(session, account.person_id, now)
    account.role = role.value
    _end_all(session, account, now)
    _record(session, "staff.role_changed", account, actor, now, role=role.value)
    return account


def remove(session: Session, actor: Actor, address: str, now: datetime) -> StaffAccount:
    """Let somebody go: sessions, password, codes and API tokens of the role end. What they decided stays theirs.

    Raises:
        NotFoundError: nobody who works here has the address.
        ConflictError: it is oneself.
    """
    _require(actor)
    account = staff_at(session, address)
    _refuse_oneself(actor, account)
    give_back_cases(session, account.person_id, now)
    account.removed_at = now
    _forget_credentials(session, account, now)
    _record(session, "staff.removed", account, actor, now)
    return account


def find_account(session: Session, person_id: UUID, *, lock: bool = False) -> StaffAccount | None:
    """The account of somebody who works here, with its person."""
    query = select(StaffAccount).where(StaffAccount.person_id == person_id, StaffAccount.removed_at.is_(None))
    query = query.options(joinedload(StaffAccount.person)).execution_options(populate_existing=True)
    return session.scalar(query.with_for_update(of=StaffAccount) if lock else query)


def list_staff(session: Session, actor: Actor) -> list[StaffAccount]:
    """Who works here, with their persons, by address.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    _require(actor)
    query = select(StaffAccount).join(StaffAccount.person).where(StaffAccount.removed_at.is_(None))
    return list(session.scalars(query.options(joinedload(StaffAccount.person)).order_by(Person.email)))


def arbiters(session: Session) -> list[Person]:
    """Who can be given a case: arbiters who were neither removed nor suspended, by id."""
    query = select(Person).join(StaffAccount, StaffAccount.person_id == Person.id)
    at_work = StaffAccount.removed_at.is_(None) & Person.suspended_at.is_(None)
    return list(session.scalars(query.where(at_work, StaffAccount.role == Role.ARBITER.value).order_by(Person.id)))


def any_operator(session: Session) -> bool:
    """Whether somebody was ever made an operator who still is one."""
    is_one = (StaffAccount.role == Role.OPERATOR.value) & StaffAccount.removed_at.is_(None)
    return session.scalar(select(StaffAccount.person_id).where(is_one).limit(1)) is not None


def _join(
    session: Session, actor: Actor, role: Role, address: str, name: str | None, language: str | None, now: datetime
) -> StaffAccount:
    name = None if name is None else rules.line_of(name)
    with (faults := Faults()):
        _refuse_other_roles(role)
    with faults:
        _refuse_wrong(name, language)
    with faults:
        canonical_address(address)
    faults.refuse()
    person = find_or_add(session, address, now)
    person.name, person.language = name or person.name, language or person.language
    account = session.get(StaffAccount, person.id, with_for_update=True)
    if account is None:
        account = StaffAccount(person_id=person.id, person=person)
        session.add(account)
    elif account.removed_at is None:
        msgid = N_("%(address)s works here already, as %(role)s.")
        raise ConflictError(msgid, address=person.email, role=account.role)
    account.role, account.created_at, account.removed_at = role.value, now, None
    session.flush()
    _record(session, "staff.added", account, actor, now, role=role.value)
    return account


def _refuse_other_roles(role: Role) -> None:
    if role not in ROLES:
        raise InvalidError(faults=[FieldFault("role", N_("There is no such role."))])


def _refuse_wrong(name: str | None, language: str | None) -> None:
    if language is not None and language not in LANGUAGES:
        raise InvalidError(faults=[FieldFault("language", N_("Choose one of these languages."))])
    if name is not None and not 0 < len(name) <= LONGEST_NAME:
        msgid = N_("Write a name of at most %(limit)d characters.")
        raise InvalidError(faults=[FieldFault("name", msgid, {"limit": LONGEST_NAME})])


def _invite(session: Session, actor: Actor, account: StaffAccount, now: datetime) -> str:
    token = new_secret()
    expires_at = now + rules.SET_UP_LASTS
    session.add(
        StaffSetUp(token_hash=hash_of(token), person_id=account.person_id, created_at=now, expires_at=expires_at)
    )
    _record(session, "staff.invited", account, actor, now, role=account.role)
    return token


def _forget_credentials(session: Session, account: StaffAccount, now: datetime) -> None:
    account.password_hash = account.password_set_at = None
    account.totp_sealed = account.totp_step = account.second_factor_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == account.person_id))
    _end_all(session, account, now)


def _end_all(session: Session, account: StaffAccount, now: datetime) -> None:
    end_access(session, account.person_id, now)
    of_staff = Token.role.in_([role.value for role in ROLES]) & Token.revoked_at.is_(None)
    ended = update(Token).where(Token.person_id == account.person_id, of_staff).values(revoked_at=now)
    for token_id in session.scalars(ended.returning(Token.id)).all():
        docket.append_to_installation(session, Entry("token.revoked", now, None, {"token": str(token_id)}))


def staff_at(session: Session, address: str) -> StaffAccount:
    """Who works here under an address, locked for a change.

    Raises:
        NotFoundError: nobody does.
        InvalidError: it is no address.
    """
    person = find_person(session, address, lock=True)
    account = find_account(session, person.id, lock=True)
    if account is None:
        raise NotFoundError(N_("%(address)s is neither arbiter nor operator here."), address=person.email)
    return account


def _refuse_oneself(actor: Actor, account: StaffAccount) -> None:
    """Nobody locks themselves out, so that there is always an operator."""
    if account.person_id == actor.person_id:
        raise ConflictError(ONESELF)


def _require(actor: Actor) -> None:
    if not may(actor, "manageStaff"):
        raise ForbiddenError


def _record(session: Session, kind: str, account: StaffAccount, actor: Actor, now: datetime, **facts: object) -> None:
    entry = Entry(kind, now, actor.person_id, {"person": str(account.person_id), **facts})
    docket.append_to_installation(session, entry)
