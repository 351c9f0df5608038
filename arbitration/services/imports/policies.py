"""The versions of the agreement, as new purchases are told under which of them they were made."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from arbitration.domain.docket import canonical, instant
from arbitration.models import PolicyVersion
from arbitration.services import policies
from arbitration.services.bulk import Forms, forms


class PolicyTold:
    """A version of the agreement, as a first entry tells of it; ``since`` is when it came into force."""

    __slots__ = ("kept_id", "since", "told")

    def __init__(self, version: PolicyVersion, form: Forms) -> None:
        self.kept_id, self.since = form.id(str(version.id)), instant(version.in_force_from)
        self.told = canonical({"id": version.name, "version": version.version, "sha256": version.sha256})


def installed(session: Session, now: datetime) -> list[PolicyTold]:
    """All versions in the order in which they came into force; the one that comes with the program if there is none."""
    form = forms(session)
    found = policies.versions(session) or [policies.install_builtin(session, now)]
    return [PolicyTold(version, form) for version in found]


def in_force(versions: Sequence[PolicyTold], moment: str) -> PolicyTold:
    """Of versions in the order in which they came into force, the one in force at a moment, else the first."""
    for version in reversed(versions):
        if version.since <= moment:
            return version
    return versions[0]
