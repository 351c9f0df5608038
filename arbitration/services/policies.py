"""The marketplace's agreements: installing a version, and finding the one by which a purchase is judged."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.docket import Entry
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.ids import new_id
from arbitration.models import PolicyVersion, Purchase
from arbitration.rules.faults import BadInputError
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.rules.policy_file import builtin_policy_text, read_policy
from arbitration.services import docket

_READ: dict[str, Policy] = {}


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
    """The agreement by which a purchase is judged, as the engine takes it. Read once, then remembered by its sum."""
    version = owner.policy if isinstance(owner, Purchase) else owner
    policy = _READ.get(version.sha256)
    if policy is None:
        policy = _READ[version.sha256] = read_policy(version.text)
    return policy


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
NONE_INSTALLED = N_("No policy is installed. Run `arbitration init`.")
