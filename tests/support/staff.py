"""Arbiters and operators for tests: accounts that are set up, and the codes of their authenticators."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.services import staff
from arbitration.services.staff import second_factor, setting_up
from tests.support.shop import OPERATOR

Work = Callable[[], AbstractContextManager[Session]]

PASSWORD = "four quiet lanterns hum"
ARBITER = "vera@decides.example"
STEP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in to work."""

    email: str
    person_id: UUID
    role: Role
    secret: str
    recovery_codes: list[str]
    session: str

    @property
    def actor(self) -> Actor:
        """The person in their role."""
        return Actor(self.person_id, self.role)

    def code(self, moment: datetime) -> str:
        """What their authenticator shows."""
        return code_at(self.secret, moment)


def code_at(secret: str, moment: datetime) -> str:
    """What an authenticator with a secret shows at a moment."""
    return pyotp.TOTP(secret).at(moment)


def invited(work: Work, moment: datetime, email: str = ARBITER, role: Role = Role.ARBITER) -> str:
    """The token of a set-up link for a new account."""
    with work() as session:
        return staff.add(session, OPERATOR, role, email, "Vera Lind", "en", moment)


def with_account(work: Work, moment: datetime, email: str = ARBITER, role: Role = Role.ARBITER) -> Account:
    """An account that was set up at a moment; the code shown then is used up."""
    token = invited(work, moment, email, role)
    with work() as session:
        setting_up.choose_password(session, token, PASSWORD, PASSWORD, moment)
    with work() as session:
        found = setting_up.look(session, token, moment)
        assert found is not None
        person_id, secret = found.account.person_id, second_factor.secret_of(found.account, session.info["seal_key"])
        done = setting_up.confirm(session, token, code_at(secret, moment), moment, "Firefox/Linux")
    return Account(email, person_id, role, secret, done.recovery_codes, done.secret)
