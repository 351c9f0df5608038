"""What the commands of the operator share: one act or one look, and refusals told in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from arbitration.cli import common
from arbitration.db import reading, unit_of_work
from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import RefusalError

OPERATOR = Actor(role=Role.OPERATOR)


@contextmanager
def acting() -> Iterator[Session]:
    """One act of the operator. What is refused is told, and the command ends with 1."""
    with told(), common.application().app_context(), unit_of_work() as session:
        yield session


@contextmanager
def looking() -> Iterator[Session]:
    """A session for reading; refusals as in ``acting``."""
    with told(), common.application().app_context(), reading() as session:
        yield session


@contextmanager
def told() -> Iterator[None]:
    """Tell refusals in plain words; the command ends with 1."""
    try:
        yield
    except RefusalError as refusal:
        reasons = [fault.msgid % fault.values if fault.values else fault.msgid for fault in refusal.faults]
        raise click.ClickException(" ".join(reasons) or str(refusal)) from None
    except OperationalError as error:
        raise click.ClickException(f"The database did not take it just now: {error.orig}") from None
