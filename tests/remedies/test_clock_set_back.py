"""The machine's clock was a month ahead for a while: no refund waits a month for that."""

from datetime import timedelta

import pytest

from arbitration import clock
from arbitration.scheduler.refunds import pay_due
from arbitration.services.refunds import paying as claims
from arbitration.services.refunds.gateways import Answer, Said
from tests.disputes.hearing import at

MONTH, MINUTE = timedelta(days=30), timedelta(minutes=1)


class Silent:
    def pay(self, _order):
        return Said(Answer.SILENT, "does not answer")


class Paying:
    def state_of(self, _order):
        return Said(Answer.PAID)


@pytest.mark.parametrize("dies", [True, False])
def test_it_is_paid_soon_after_whether_its_worker_died_or_the_provider_was_silent(
    dispute, paying, app, work, monkeypatch, dies
):
    paying("http")
    dispute.agreed("refund", 1250)
    monkeypatch.setattr(clock, "now", lambda: at(1) + MONTH)
    if dies:
        with work() as session:
            assert claims.claim(session, at(1), clock.now())
    else:
        assert pay_due(app, at(1), gateway=Silent()) == {}
    assert dispute.remedy().state == "sent"
    monkeypatch.setattr(clock, "now", lambda: at(1) + MINUTE)
    assert pay_due(app, at(1), gateway=Paying()) == {"refunded": 1}
