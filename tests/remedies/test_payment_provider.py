"""Refunds that a payment provider pays: what its answers do to the refund, and what people are told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from arbitration import clock
from arbitration.domain.refusals import ConflictError, ForbiddenError
from arbitration.models import Intent, LedgerEntry
from arbitration.scheduler.refunds import pay_due
from arbitration.services import holding, measuring
from arbitration.services.disputes import showing
from arbitration.services.reconciling import reconcile
from arbitration.services.refunds import comparing, confirming
from arbitration.services.refunds import paying as claims
from arbitration.services.refunds.gateways import Answer, Said
from tests.disputes.hearing import at
from tests.remedies.test_notices import notice

PAID, PENDING, REFUSED, UNKNOWN, SILENT = (
    Said(Answer.PAID),
    Said(Answer.PENDING),
    Said(Answer.REFUSED, "422: account closed"),
    Said(Answer.UNKNOWN),
    Said(Answer.SILENT, "does not answer in time"),
)


class Provider:
    """Says what it was told to, in turn; what it was asked stands in ``asked``."""

    def __init__(self, *says):
        self.says, self.asked = list(says), []

    def state_of(self, order):
        return self._answer("state", order.key)

    def pay(self, order):
        return self._answer("pay", order.key)

    def _answer(self, what, key):
        assert key.startswith("refund-")
        self.asked.append(what)
        return self.says.pop(0)


@pytest.fixture
def real(monkeypatch):
    """The machine's clock, to be moved."""
    moments = [at(1)]
    monkeypatch.setattr(clock, "now", lambda: moments[0])
    return moments


@pytest.fixture
def sent(dispute, paying, app, real):
    """``sent(says...)``: a refund is owed, and the provider answers so, asked as often as there are answers."""
    paying("http")

    def ask(*says):
        provider = Provider(*says)
        if dispute.outcome()[0] != "enforcement":
            dispute.agreed("refund", 1250)
        done = []
        while provider.says:
            done += pay_due(app, at(1), gateway=provider)
            real[0] += claims.LONGEST_PAUSE
        return provider.asked, done

    return ask


def bookings(dispute):
    with dispute.work() as session:
        return session.query(LedgerEntry).filter_by(kind="refund").count()


def told(dispute):
    with dispute.work() as session:
        return [it.payload["about"] for it in session.query(Intent).filter_by(kind="operator_notice")]


def acts(dispute, actor):
    with dispute.work() as session:
        shown = showing.show(session, actor, dispute.dispute_id, at(2))
        return {each.name for each in shown.actions} & {
            "confirmRefund",
            "approveRefund",
            "retryRefund",
        }, shown.state.msgid


def test_what_the_provider_pays_at_once_is_settled_as_paid(dispute, sent):
    assert sent(PAID) == (["pay"], ["refunded"])
    assert (dispute.outcome(), bookings(dispute)) == (("closed", "settled"), 1)
    assert dispute.remedy().provider_state == "paid"
    assert (dispute.differences(500), dispute.proved()) == ([], [])


def test_what_is_paid_late_is_asked_for_and_never_sent_again(dispute, sent):
    assert sent(PENDING, PENDING, PAID) == (["pay", "state", "state"], ["refunded"])
    assert bookings(dispute) == 1


@pytest.mark.parametrize("after", [PAID, PENDING])
def test_after_a_silence_the_provider_is_asked_what_it_did_before_anything_is_sent_again(sent, after):
    assert sent(SILENT, SILENT, SILENT, after)[0] == ["pay", "state", "state", "state"]


def test_a_worker_that_was_stopped_longer_than_its_lease_asks_for_nothing_when_it_wakes_up(
    dispute, paying, app, real, monkeypatch
):
    """Meanwhile it may have been refused to somebody else, and paid by hand."""
    paying("http")
    dispute.agreed("refund", 1250)
    claim = claims.claim

    def stopped_after(*asked):
        claimed = claim(*asked)
        real[0] += claims.LEASE
        return claimed

    provider = Provider()
    monkeypatch.setattr(claims, "claim", stopped_after)
    assert pay_due(app, at(1), gateway=provider) == {}
    assert provider.asked == []
    assert dispute.outcome() == ("enforcement", None)


@pytest.mark.parametrize(("asked_for", "seconds"), [(5, 10), (120, 120), (3600, 3600), (86_400, 3600), (None, 10)])
def test_a_provider_that_asks_for_a_pause_gets_it_within_bounds(dispute, paying, app, real, asked_for, seconds):
    """Never sooner than by itself, and never later than in an hour."""
    paying("http")
    dispute.agreed("refund", 1250)
    wait = None if asked_for is None else timedelta(seconds=asked_for)
    provider = Provider(Said(Answer.SILENT, "answered 503", wait=wait), PAID)
    pay_due(app, at(1), gateway=provider)
    real[0] += timedelta(seconds=seconds - 1)
    assert pay_due(app, at(1), gateway=provider) == {}
    real[0] += timedelta(seconds=1)
    assert pay_due(app, at(1), gateway=provider) == {"refunded": 1}
    assert provider.asked == ["pay", "state"]


@pytest.mark.parametrize(("asked_for", "seconds"), [(5, 30), (None, 30), (600, 600), (86_400, 3600)])
def test_no_other_refund_is_asked_for_meanwhile(dispute, paying, app, real, monkeypatch, asked_for, seconds):
    paying("http")
    dispute.agreed("refund", 1250)
    wait = None if asked_for is None else timedelta(seconds=asked_for)
    provider = Provider(Said(Answer.SILENT, "answered 503", wait=wait))
    monkeypatch.setattr("arbitration.scheduler.refunds.gateway_of", lambda _app: provider)
    pay_due(app, at(1))
    with app.app_context():
        monkeypatch.setattr(claims, "any_due", lambda *_: pytest.fail("looked for a refund"))
    real[0] += timedelta(seconds=seconds - 1)
    pay_due(app, at(1))
    real[0] -= timedelta(days=1)
    with pytest.raises(pytest.fail.Exception, match="looked for"):
        pay_due(app, at(1))  # the clock was set back: who knows since when
    real[0] += timedelta(days=1, seconds=1)
    with pytest.raises(pytest.fail.Exception, match="looked for"):
        pay_due(app, at(1))


def test_what_it_never_heard_of_is_sent_again_under_the_same_key(sent):
    assert sent(SILENT, UNKNOWN, PAID) == (["pay", "state", "pay"], ["refunded"])


def test_while_it_is_on_its_way_nobody_claims_that_it_was_paid(dispute, sent):
    sent(SILENT, PENDING)
    assert dispute.outcome() == ("enforcement", None)
    assert dispute.said("refund_paid") == []
    with pytest.raises(ConflictError, match="has not refused it"):
        dispute.confirm(dispute.operator, 3)
    may, state = acts(dispute, dispute.operator)
    assert may == set()
    assert state.startswith("The payment provider pays the refund")


def test_the_providers_own_token_may_say_that_it_was_paid(dispute, sent):
    sent(PENDING)
    dispute.confirm(dispute.gateway(), 3)
    assert dispute.remedy().provider_state == "paid"
    assert bookings(dispute) == 1


def test_a_refusal_leaves_it_owed_and_everybody_is_told_the_truth(dispute, sent, said_of):
    dispute.operator  # noqa: B018 (one who is there to be told)
    assert sent(REFUSED, REFUSED) == (["pay", "state"], ["refused by the provider"])
    remedy = dispute.remedy()
    assert (remedy.state, remedy.provider_state) == ("owed", "refused")
    assert remedy.provider_reason == "422: account closed"
    assert [message.author_role for message in dispute.said("refund_refused")] == ["system"]
    assert told(dispute) == ["refund_refused"]
    assert "account closed" not in said_of(dispute)
    for actor in (dispute.buyer, dispute.seller):
        assert "The marketplace takes care of it" in acts(dispute, actor)[1]
    assert acts(dispute, dispute.operator)[0] == {"confirmRefund", "retryRefund"}
    assert bookings(dispute) == 0
    assert dispute.proved() == []


def test_what_was_refused_is_left_alone_by_the_worker(sent, app, real):
    sent(REFUSED, REFUSED)
    real[0] += timedelta(days=3)
    assert pay_due(app, at(80), gateway=Provider()) == {}


def test_what_was_refused_an_operator_pays_by_hand_and_confirms(sent, dispute):
    sent(REFUSED, REFUSED)
    dispute.confirm(dispute.operator, 3)
    assert (dispute.outcome(), bookings(dispute)) == (("closed", "settled"), 1)
    assert dispute.remedy().provider_state == "refused"
    assert (dispute.differences(500), dispute.proved()) == ([], [])


def test_what_was_refused_is_asked_for_again_when_an_operator_says_so(sent, dispute):
    sent(REFUSED, REFUSED)
    key = dispute.remedy().gateway_key
    dispute.do(confirming.retry_refund, dispute.operator, at(2), "The account was mended.")
    assert acts(dispute, dispute.operator)[0] == set()
    with pytest.raises(ConflictError, match="has not refused it"):
        dispute.confirm(dispute.operator, 3)
    assert sent(REFUSED, PAID) == (["state", "pay"], ["refunded"])
    assert dispute.remedy().gateway_key == key
    assert [message.author_role for message in dispute.said("refund_retried")] == ["operator"]
    assert dispute.proved() == []


def test_asking_again_finds_what_was_paid_in_spite_of_a_refusal(sent, dispute):
    sent(REFUSED, UNKNOWN)
    dispute.do(confirming.retry_refund, dispute.operator, at(2))
    assert sent(PAID) == (["state"], ["refunded"])
    assert bookings(dispute) == 1


def test_a_refusal_of_a_second_asking_is_looked_up_before_it_counts(sent):
    assert sent(SILENT, UNKNOWN, REFUSED, PAID) == (["pay", "state", "pay", "state"], ["refunded"])


def test_a_refusal_after_a_silence_does_not_count_while_nobody_says_what_happened_before(sent, dispute):
    assert sent(SILENT, UNKNOWN, REFUSED, SILENT)[1] == []
    assert dispute.remedy().state == "sent"


def test_an_insisted_refund_whose_answer_is_lost_is_not_insisted_on_for_ever(sent, dispute):
    sent(REFUSED, REFUSED)
    dispute.do(confirming.retry_refund, dispute.operator, at(2))
    assert sent(REFUSED, SILENT, REFUSED) == (["state", "pay", "state"], ["refused by the provider"])


def test_only_what_was_refused_can_be_asked_for_again(sent, dispute):
    sent(PENDING)
    with pytest.raises(ConflictError, match="has not refused"):
        dispute.do(confirming.retry_refund, dispute.operator, at(2))
    with pytest.raises(ForbiddenError):
        dispute.do(confirming.retry_refund, dispute.buyer, at(2))


def test_above_the_limit_two_operators_approve_and_then_the_provider_is_asked(dispute, paying, app):
    paying("http", USD=1000)
    dispute.agreed("refund", 1250)
    first, second = dispute.operator, dispute.another_operator()
    assert pay_due(app, at(1), gateway=Provider()) == {}
    dispute.do(confirming.approve_refund, first, at(2))
    assert pay_due(app, at(2), gateway=Provider()) == {}
    for actor, why in ((first, "yourself"), (second, "has not refused")):
        act = confirming.approve_refund if actor is first else confirming.confirm_refund
        said = (at(2),) if actor is first else (None, at(2))
        with pytest.raises(ConflictError, match=why):
            dispute.do(act, actor, *said)
    assert (acts(dispute, first)[0], acts(dispute, second)[0]) == (set(), {"approveRefund"})
    dispute.do(confirming.approve_refund, second, at(3))
    with pytest.raises(ConflictError, match="approved already"):
        dispute.do(confirming.approve_refund, dispute._staff("third@market.example.org", second.role), at(3))
    assert pay_due(app, at(3), gateway=Provider(PAID)) == {"refunded": 1}
    assert dispute.proved() == []


def test_one_that_does_not_answer_holds_up_one_refund_a_round(opened, paying, app, real):
    paying("http")
    for _ in range(3):
        opened().agreed("refund", 1250)
    provider = Provider(SILENT, PAID, PAID, UNKNOWN, PAID)
    assert pay_due(app, at(1), gateway=provider) == {}
    assert pay_due(app, at(1), gateway=provider) == {"refunded": 2}
    real[0] += claims.pause_after(1)
    assert pay_due(app, at(1), gateway=provider) == {"refunded": 1}


def test_one_that_the_provider_never_says_anything_of_holds_up_no_other(opened, paying, app, real):
    paying("http")
    stuck = opened().agreed("refund", 1250).gateway_key

    class Deaf(Provider):
        def _answer(self, _what, key):
            return SILENT if key == stuck else PAID

    for _ in range(2):
        assert pay_due(app, at(1), gateway=Deaf()) == {}
        real[0] += claims.LONGEST_PAUSE
    opened().agreed("refund", 1250)
    assert pay_due(app, at(1), gateway=Deaf()) == {"refunded": 1}


def test_a_worker_that_waited_too_long_for_the_state_sends_nothing(sent, app, real):
    sent(SILENT)

    class Slow(Provider):
        def state_of(self, order):
            real[0] += claims.LEASE
            return super().state_of(order)

    slow = Slow(UNKNOWN)
    assert pay_due(app, at(1), gateway=slow) == {}
    assert slow.asked == ["state"]


def test_what_a_worker_without_its_lease_learns_counts_for_nothing(dispute, paying, app, real, work):
    paying("http")
    dispute.agreed("refund", 1250)

    class Overtaken(Provider):
        def pay(self, order):
            real[0] += claims.LEASE
            with work() as session:
                assert claims.claim(session, at(1), real[0]) is not None
            return super().pay(order)

    for said in (PAID, REFUSED, PENDING):
        answers = (said, UNKNOWN) if said is REFUSED else (said,)
        if dispute.remedy().fence:
            real[0] += claims.LEASE
            answers = (UNKNOWN, *answers)
        assert pay_due(app, at(1), gateway=Overtaken(*answers)) == {}
        assert (dispute.remedy().state, bookings(dispute)) == ("sent", 0)


@pytest.mark.parametrize("gateway", ["ledger", "http"])
def test_what_the_provider_has_the_books_do_not_pay_when_the_settings_change(paying, sent, app, gateway):
    sent(PENDING)
    paying(gateway)
    provider = Provider(PAID) if gateway == "http" else None
    assert pay_due(app, at(1), gateway=provider) == ({"refunded": 1} if provider else {})


@pytest.mark.parametrize(("amount", "told"), [(900, "9.00 USD"), (-1, "another currency or no amount")])
def test_nobody_is_told_that_it_was_paid_where_the_provider_paid_another_amount(sent, dispute, amount, told):
    dispute.operator  # noqa: B018 (one who is there to be told)
    assert sent(SILENT, Said(Answer.PAID, "", amount)) == (["pay", "state"], ["refused by the provider"])
    remedy = dispute.remedy()
    assert (remedy.state, dispute.outcome(), bookings(dispute)) == ("owed", ("enforcement", None), 0)
    assert remedy.provider_reason == f"it says that it paid {told}, not 12.50 USD"
    assert dispute.said("refund_paid") == []
    (one,) = found_all(dispute, Said(Answer.PAID, "", amount))
    assert one.what.startswith(f"the provider paid {told} for the refund of 12.50 USD")
    assert one.mend.endswith("then confirm it, as an operator, once the provider's answer is known here")
    dispute.confirm(dispute.operator, 3)
    assert (dispute.outcome(), bookings(dispute)) == (("closed", "settled"), 1)
    assert [each.what for each in found_all(dispute, Said(Answer.PAID, "", amount))] == [one.what]


def test_an_amount_that_is_the_one_ordered_settles_it(sent):
    assert sent(SILENT, Said(Answer.PAID, "", 1250)) == (["pay", "state"], ["refunded"])


def found_all(dispute, said):
    with dispute.work() as session:
        ours = comparing.refunds(session)
    return list(comparing.compare(ours, Provider(said), clock.now()))


def found(dispute, said, state="enforcement"):
    assert dispute.outcome()[0] == state
    with dispute.work() as session:
        ours = comparing.refunds(session)
    return [each.what for each in comparing.compare(ours, Provider(said), clock.now())]


def paid(amount):
    return Said(Answer.PAID, "", amount)


def test_reconciling_finds_what_differs_from_what_the_provider_says(sent, dispute, real):
    sent(SILENT)
    real[0] += timedelta(hours=25)
    assert "was paid there, and is still owed here" in found(dispute, PAID)[0]
    assert "is refused there, which is not known here yet" in found(dispute, REFUSED)[0]
    assert "the provider knows nothing of it" in found(dispute, UNKNOWN)[0]
    assert "is pending there since" in found(dispute, PENDING)[0]
    assert "does not say what became of" in found(dispute, SILENT)[0]
    assert "the provider paid 9.00 USD for the refund of 12.50 USD" in found(dispute, paid(900))[0]
    assert len(found(dispute, paid(900))) == 1


def test_reconciling_finds_what_was_settled_here_and_not_there(sent, dispute):
    sent(PAID)
    assert found(dispute, PAID, "closed") == found(dispute, paid(1250), "closed") == []
    for said in (REFUSED, UNKNOWN, PENDING):
        assert f"now the provider says: {said.answer}" in found(dispute, said, "closed")[0]
    assert "another currency or no amount" in found(dispute, paid(-1), "closed")[0]


def test_reconciling_says_what_the_provider_told_where_that_is_no_amount(sent, dispute):
    sent(PAID)
    told = replace(paid(-1), told='{"amount": "12.5", "currency": "USD"}')
    assert '(it tells {"amount": "12.5", "currency": "USD"})' in found(dispute, told, "closed")[0]


def test_what_the_provider_refused_is_counted_for_monitoring(sent, dispute, work):
    def refused():
        with work() as session:
            return next(each for each in measuring.gauges(session, at(2)) if each.name == "refunds_refused").samples

    assert refused() == [("", 0.0)]
    sent(REFUSED, REFUSED)
    assert refused() == [("", 1.0)]
    dispute.confirm(dispute.operator, 3)
    assert refused() == [("", 0.0)]


def test_reconciling_finds_what_was_paid_twice(sent, dispute):
    sent(REFUSED, REFUSED)
    assert "waits for an operator" in found(dispute, REFUSED)[0]
    assert "was paid there" in found(dispute, PAID)[0]
    dispute.confirm(dispute.operator, 3)
    assert "it was paid twice" in found(dispute, PAID, "closed")[0]
    assert "it may be paid twice" in found(dispute, PENDING, "closed")[0]
    assert found(dispute, REFUSED, "closed") == found(dispute, UNKNOWN, "closed") == []


def test_reconciling_asks_also_for_what_was_never_sent_and_gives_up_on_one_that_is_silent(opened, paying):
    paying("http")
    for _ in range(5):
        last = opened()
        last.agreed("refund", 1250)
    with last.work() as session:
        ours = comparing.refunds(session)
    assert [each.what for each in comparing.compare(ours, Provider(*[UNKNOWN] * 5), clock.now())] == []
    silent = list(comparing.compare(ours, Provider(*[SILENT] * 3), clock.now()))
    assert silent[-1].what == "it does not answer (does not answer in time); 2 more were not asked for"


def test_an_overdue_refund_is_the_operators_or_the_providers_to_look_at(sent, work):
    sent(PENDING)
    with work() as session:
        mends = [each.mend for each in reconcile(session, at(100), at(1))]
    assert mends == ["don't pay it by hand: find out from the payment provider why it has not"]


def test_an_overdue_one_that_was_refused_is_not_to_be_paid_by_hand_before_the_provider_was_asked_again(
    sent, dispute, work
):
    sent(UNKNOWN, REFUSED)
    key = dispute.remedy().gateway_key
    with work() as session:
        (overdue,) = reconcile(session, at(100), at(1))
    assert overdue.what.startswith(f"the refund of 12.50 USD ({key}) was refused, and is overdue since")
    assert overdue.mend.startswith("do what another line says of it")
    with work() as session:
        ours = comparing.refunds(session)
    for said in (PAID, PENDING, REFUSED, UNKNOWN, SILENT):
        (other,) = comparing.compare(ours, Provider(said), clock.now())
        assert key in other.what
        assert ("pay it by hand and confirm it" in other.mend) == (said in (REFUSED, UNKNOWN))


def test_the_mail_about_an_overdue_one_that_was_refused_sends_the_operator_to_the_reason_first(sent, dispute, settings):
    assert dispute.operator.person_id, "nobody is there to be told"
    sent(UNKNOWN, REFUSED)
    dispute.sweep(73)
    subject, text = notice(dispute, settings)
    assert subject.startswith("A refund is overdue")
    assert "Look at the reason. Pay it by hand and confirm it, or have the provider asked once more." in text


def test_while_everything_is_held_back_nothing_is_asked_of_the_provider(sent, dispute, app, work):
    sent(SILENT)
    operator = dispute.operator
    with work() as session:
        holding.begin(session, operator, at(2))
    assert pay_due(app, at(2), gateway=Provider()) == {}
    with work() as session:
        holding.end(session, operator, at(3))
    assert pay_due(app, at(3), gateway=Provider(PAID)) == {"refunded": 1}


def test_a_sweep_for_a_later_moment_asks_again_without_waiting(sent, app):
    sent(SILENT)
    assert pay_due(app, at(1) + claims.pause_after(1), gateway=Provider(PAID)) == {"refunded": 1}


def test_a_refund_that_nobody_asks_for_again_is_found(dispute, paying, app, real, work):
    paying("http")
    dispute.agreed("refund", 1250)
    pay_due(app, at(1), gateway=Provider(SILENT))
    for later, lines in ((timedelta(minutes=9), 0), (timedelta(minutes=11), 1)):
        with work() as session:
            assert len(list(reconcile(session, at(1), real[0] + later))) == lines


def test_a_sweep_for_a_far_moment_asks_once_for_what_is_pending(sent, app):
    sent(SILENT)
    assert pay_due(app, at(1000), gateway=Provider(PENDING)) == {}
