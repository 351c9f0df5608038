"""Refunds that the built-in books pay: once each, whoever dies on the way, and however many sweep."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from arbitration.domain.refusals import ConflictError
from arbitration.models import LedgerEntry
from arbitration.scheduler.refunds import pay_due
from arbitration.services.disputes import remedies
from arbitration.services.refunds import paying as claims
from arbitration.services.refunds.gateways import Answer, PaymentOrder, Said
from tests.disputes.hearing import at


class Machine:
    """A gateway that pays by itself, and remembers what it was asked."""

    def __init__(self, *answers, known=Answer.UNKNOWN):
        self.answers, self.known, self.asked = list(answers), known, []

    def state_of(self, order):
        self.asked.append(("state", order.key))
        return self.known if isinstance(self.known, Said) else Said(self.known)

    def pay(self, order):
        self.asked.append(("pay", order.key))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Said) else Said(answer)


def bookings(dispute):
    with dispute.work() as session:
        return session.query(LedgerEntry).filter_by(kind="refund").count()


def test_the_sweep_pays_and_closes_the_dispute(dispute, paying):
    paying("ledger")
    dispute.agreed("refund", 1250)
    assert dispute.sweep(1) == {"refunded": 1}
    assert (dispute.outcome(), bookings(dispute)) == (("closed", "settled"), 1)
    assert [message.author_role for message in dispute.said("refund_paid")] == ["system"]
    assert dispute.sweep(2) == {}
    assert (dispute.differences(500), dispute.proved()) == ([], [])


def test_by_hand_nothing_is_paid_by_itself(dispute, paying):
    paying("manual")
    dispute.agreed("refund", 1250)
    assert dispute.sweep(1) == {}
    assert dispute.remedy().state == "owed"


def test_above_the_limit_the_sweep_pays_nothing_and_a_second_operator_does(dispute, paying):
    paying("ledger", USD=1000)
    dispute.agreed("refund", 1250)
    dispute.do(remedies.approve_refund, dispute.operator, at(2))
    assert dispute.sweep(3) == {}
    dispute.confirm(dispute.another_operator(), 4)
    assert (dispute.outcome(), bookings(dispute)) == (("closed", "settled"), 1)


def test_a_worker_that_dies_between_claiming_and_booking_is_made_up_for(dispute, paying, work):
    paying("ledger")
    dispute.agreed("refund", 1250)
    with work() as session:
        lost = claims.claim(session, at(1), at(1))
    assert dispute.remedy().state == "sent"
    with work() as session:
        assert claims.claim(session, at(1), at(1) + claims.LEASE - timedelta(seconds=1)) is None
        again = claims.claim(session, at(1), at(1) + claims.LEASE)
        assert (again.order, again.again) == (lost.order, True)
    with work() as session:
        assert not claims.settle_paid(session, lost, at(2))
    with work() as session:
        assert claims.settle_paid(session, again, at(2))
    assert (dispute.outcome(), bookings(dispute)) == (("closed", "settled"), 1)


def test_one_that_an_operator_confirmed_meanwhile_is_not_paid_again(dispute, paying, work):
    paying("ledger")
    dispute.agreed("refund", 1250)
    with work() as session:
        claim = claims.claim(session, at(1), at(1))
    dispute.confirm(dispute.operator, 1)
    with work() as session:
        assert not claims.settle_paid(session, claim, at(2))
    assert bookings(dispute) == 1


def test_a_gateway_that_fails_or_waits_is_asked_what_became_of_it_before_it_is_asked_again(
    dispute, paying, app, monkeypatch
):
    paying("http")
    key = dispute.agreed("refund", 1250).gateway_key
    real = [at(1)]
    monkeypatch.setattr("arbitration.clock.now", lambda: real[0])
    machine = Machine(ConnectionError("no answer"), Answer.PENDING)
    assert pay_due(app, at(1), gateway=machine) == {"could not be refunded": 1}
    assert pay_due(app, at(1), gateway=machine) == {}
    real[0] += claims.LEASE
    assert pay_due(app, at(1), gateway=machine) == {}
    machine.known = Answer.PAID
    assert pay_due(app, at(1), gateway=machine) == {}
    real[0] += claims.pause_after(2)
    assert pay_due(app, at(2), gateway=machine) == {"refunded": 1}
    assert machine.asked == [("pay", key), ("state", key), ("pay", key), ("state", key)]
    assert (dispute.outcome(), bookings(dispute)) == (("closed", "settled"), 1)


def test_the_order_names_what_is_to_be_paid_and_no_person(dispute, paying, work):
    paying("ledger")
    remedy = dispute.agreed("part_refund", 800)
    with work() as session:
        claim = claims.claim(session, at(1), at(1))
    assert claim.order == PaymentOrder(remedy.gateway_key, dispute.purchase, 800, "USD")


@pytest.mark.parametrize("swept", [False, True])
def test_of_all_who_pay_at_once_one_does(opened, paying, app, swept):
    paying("ledger" if swept else "manual")
    disputes = [opened() for _ in range(5)]
    for dispute in disputes:
        dispute.agreed("refund", 1250)
    operators = disputes[0].operator, disputes[0].another_operator()
    together = Barrier(3 if swept else 2)

    def confirm(operator):
        done = 0
        together.wait(30)
        for dispute in disputes:
            try:
                dispute.confirm(operator, 3)
                done += 1
            except ConflictError:
                pass
        return done

    def sweep(_):
        together.wait(30)
        return pay_due(app, at(3))["refunded"]

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(confirm, operator) for operator in operators]
        running += [pool.submit(sweep, None)] if swept else []
        assert sum(task.result() for task in running) == len(disputes)
    assert bookings(disputes[0]) == len(disputes)
    assert disputes[0].differences(500) == []
