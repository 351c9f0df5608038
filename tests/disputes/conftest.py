"""A dispute that has come before the arbiters, a day after its opening."""

import pytest

from tests.disputes.hearing import Hearing, Work
from tests.support.shop import Shop


@pytest.fixture
def hearing(work: Work, shop: Shop) -> Hearing:
    return Hearing.opened(work, shop).called()
