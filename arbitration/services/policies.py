"""The marketplace's agreements: installing a version, and finding the one by which a purchase is judged."""

import hashlib
import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain.docket import Entry
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.ids import new_id
from arbitration.models import PolicyVersion, Purchase
from arbitration.rules.faults import BadInputError
from arbitration.rules.instants import show_instant
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.rules.policy_file import builtin_policy_text, read_policy
from arbitration.services import docket

_READ: dict[str, Policy] = {}
_KNOWN: dict[UUID, Policy] = {}
_DATE = re.compile(r"^in_force_from\s*=.*$", re.MULTILINE)


def install(session: Session, text: str, now: datetime) -> PolicyVersion:
    """Install a version of an agreement from the text of its file; one that is installed already stays as it is.

    Raises:
        InvalidError: the file is no policy; a fault for each key that is wrong.
        ConflictError: this version of it is installed with another text.
    """
    try:
        policy = read_policy(text)
    except BadInputError as error:
        raise InvalidError(faults=[FieldFault(fault.path, fault.message) for fault in error.faults]) from None
    query = select(PolicyVersion).where(PolicyVersion.name == policy.id, PolicyVersion.version == policy.version)
    installed = session.scalar(query)
    if installed is None:
        return _add(session, policy, text, now)
    if installed.sha256 != policy.sha256:
        raise ConflictError(EDITED, name=policy.id, version=policy.version)
    return installed


def bring_in(session: Session, text: str, now: datetime) -> PolicyVersion:
    """Let a version come into force from its date, where no purchase is judged by it that was made under another.

    One that is installed already stays as it is. Purchases made before its date keep the agreement of their day.

    Raises:
        InvalidError: the file is no policy, or contradicts itself; a fault for each key that is wrong.
        ConflictError: its number or its date does not come after those in force, or purchases were made since its date.
    """
    policy = _checked(text)
    installed = versions(session)
    if not any((version.name, version.version) == (policy.id, policy.version) for version in installed):
        _must_follow(policy, installed)
        _must_come_before_purchases(session, policy, now)
    return install(session, text, now)


def dated(text: str, moment: datetime) -> str:
    """The text of a policy file with another date of coming into force.

    Raises:
        InvalidError: the file does not say at the beginning of a line from when it is in force.
    """
    changed, found = _DATE.subn(f'in_force_from = "{show_instant(moment)}"', text, count=1)
    if not found:
        raise InvalidError(faults=[FieldFault("in_force_from", UNDATED)])
    return changed


def install_builtin(session: Session, now: datetime) -> PolicyVersion:
    """Install the agreement that comes with the package."""
    return install(session, builtin_policy_text(), now)


def versions(session: Session) -> list[PolicyVersion]:
    """All installed versions, the earliest in force first."""
    return list(session.scalars(select(PolicyVersion).order_by(PolicyVersion.in_force_from, PolicyVersion.version)))


def in_force_at(session: Session, moment: datetime) -> PolicyVersion:
    """The version in force at a moment; before the first one's date, the first.

    Raises:
        ConflictError: none is installed.
    """
    return latest_at(versions(session), moment)


def latest_at(installed: list[PolicyVersion], moment: datetime) -> PolicyVersion:
    """Of versions in the order in which they came into force, the one in force at a moment, else the first.

    Raises:
        ConflictError: there is none.
    """
    if not installed:
        raise ConflictError(NONE_INSTALLED)
    return next((version for version in reversed(installed) if version.in_force_from <= moment), installed[0])


def policy_of(owner: Purchase | PolicyVersion) -> Policy:
    """The agreement by which a purchase is judged, as the engine takes it. Read once: an installed version never
    changes, and versions with the same text are one."""
    id_ = owner.policy_id if isinstance(owner, Purchase) else owner.id
    policy = _KNOWN.get(id_)
    if policy is None:
        version = owner.policy if isinstance(owner, Purchase) else owner
        policy = _READ.get(version.sha256) or read_policy(version.text)
        _KNOWN[id_] = _READ[version.sha256] = policy
    return policy


def _checked(text: str) -> Policy:
    from arbitration.rules.policy_checks import FAULT, Problem, find  # a new version is seldom installed

    try:
        wrong = [problem for problem in find(text) if problem.severity == FAULT]
    except BadInputError as error:
        wrong = [Problem(FAULT, fault.path, fault.message) for fault in error.faults]
    if wrong:
        raise InvalidError(faults=[FieldFault(problem.path, problem.message) for problem in wrong])
    return read_policy(text)


def _must_follow(policy: Policy, installed: list[PolicyVersion]) -> None:
    """A version comes after all others: by its number after those of its name, by its date after every other."""
    latest = max((version.version for version in installed if version.name == policy.id), default=0)
    if policy.version <= latest:
        raise ConflictError(NUMBERED, name=policy.id, version=policy.version, latest=latest)
    if installed and policy.in_force_from <= installed[-1].in_force_from:
        last = installed[-1]
        since = show_instant(last.in_force_from)
        raise ConflictError(TOO_EARLY, name=last.name, version=last.version, at=since)


def _must_come_before_purchases(session: Session, policy: Policy, now: datetime) -> None:
    """Purchases dated later than now are passed over: a shop whose clock was wrong must not keep an agreement away."""
    started = Purchase.payment_started_at
    made_at = session.scalar(select(func.max(started)).where(started >= policy.in_force_from, started <= now))
    if made_at is not None:
        raise ConflictError(PURCHASES_SINCE, at=show_instant(policy.in_force_from), latest=show_instant(made_at))


def _add(session: Session, policy: Policy, text: str, now: datetime) -> PolicyVersion:
    version = PolicyVersion(
        id=new_id(),
        name=policy.id,
        version=policy.version,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        in_force_from=policy.in_force_from,
    )
    session.add(version)
    session.flush()
    facts = {"policy": policy.id, "version": policy.version, "sha256": version.sha256}
    docket.append_to_installation(session, Entry("policy.installed", now, None, facts))
    return version


EDITED = N_(
    "Version %(version)d of the policy “%(name)s” is installed with another text, and purchases are judged by it. "
    "Give the new text the next version number."
)
NUMBERED = N_(
    "Version %(latest)d of the policy “%(name)s” is installed, so version %(version)d comes too late. "
    "Give the file the next number."
)
TOO_EARLY = N_(
    "The policy “%(name)s”, version %(version)d, is in force from %(at)s on, and what is in force can only be "
    "followed. Give a later date."
)
PURCHASES_SINCE = N_(
    "Purchases were made after %(at)s, the latest at %(latest)s, and they keep the agreement that they were made "
    "under. Give a later date."
)
UNDATED = N_("The file has no line that begins with in_force_from.")
NONE_INSTALLED = N_("No policy is installed. Run `arbitration init`.")
