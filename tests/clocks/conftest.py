"""Disputes whose clocks run."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from arbitration.domain.opening import Claim
from arbitration.services.disputes.opening import open_dispute
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
Opened = Callable[[datetime], UUID]


@pytest.fixture
def opened(work: Work, shop: Shop) -> Opened:
    """``opened(at)`` is a dispute over a purchase of its own, opened at that moment."""

    def open_one(at: datetime) -> UUID:
        purchase = shop.purchase()
        buyer = shop.buyer
        with work() as session:
            return open_dispute(session, buyer, purchase, Claim("invalid", "refund", "It is invalid."), at).dispute.id

    return open_one
