"""A dispute that has come before the arbiters, a day after its opening."""

from collections.abc import Callable

import pytest
from flask import Flask

from arbitration.db import reading
from arbitration.services.verification import verify
from tests.disputes.hearing import Hearing, Work
from tests.support.shop import Shop


@pytest.fixture
def hearing(work: Work, shop: Shop) -> Hearing:
    return Hearing.opened(work, shop).called()


@pytest.fixture
def found(app: Flask) -> Callable[[], list[str]]:
    """What ``arbitration verify`` would find now, a line for each."""

    def checking() -> list[str]:
        with app.app_context(), reading() as session:
            return [str(finding) for finding in verify(session, app.config["SECRET_KEY"])]

    return checking
