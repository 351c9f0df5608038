"""The mails by which operators learn what waits for them."""

import pytest

from arbitration.assets import asset_dir
from arbitration.i18n import LANGUAGES
from arbitration.mail.compose import House, compose
from arbitration.models import Intent, Person
from arbitration.scheduler.letter_parts import NotNeededError
from arbitration.scheduler.letters import letter_for
from arbitration.services import operators
from arbitration.services.disputes import remedies
from arbitration.services.staff import accounts
from tests.disputes.hearing import at

HOUSE = House("Harbour Market", "disputes@example.com", asset_dir("templates"))


def notice(dispute, settings):
    """The newest notice as it would be sent now: its subject, and its text in one line."""
    with dispute.work() as session:
        intent = session.query(Intent).filter_by(kind="operator_notice").order_by(Intent.id.desc()).first()
        mail = compose(HOUSE, letter_for(session, settings, intent, at(80)), "<1@arbitration>", at(80))
        text = mail.get_body(("plain",)).get_content()
    return mail["Subject"], " ".join(text.split())


@pytest.fixture
def operator(dispute):
    return dispute.operator


def test_it_says_what_to_do_how_much_and_until_when_and_nothing_once_it_is_done(dispute, operator, settings, paying):
    paying(USD=1000)
    dispute.agreed("refund", 1250)
    subject, text = notice(dispute, settings)
    assert subject == "A refund is to be paid: Snow Harbour, key for Playgate"
    assert "$12.50" in text
    assert "one operator approves it, another pays and confirms it" in text
    assert f"http://localhost/operations/disputes/{dispute.dispute_id}" in text
    dispute.do(remedies.approve_refund, operator, at(2))
    assert "Pay it back to the buyer, then confirm it." in notice(dispute, settings)[1]
    dispute.sweep(73)
    assert notice(dispute, settings)[0].startswith("A refund is overdue")
    dispute.confirm(dispute.another_operator(), 74)
    with pytest.raises(NotNeededError):
        notice(dispute, settings)


def test_who_is_no_operator_any_more_hears_nothing(dispute, operator, settings):
    dispute.agreed("refund", 1250)
    with dispute.work() as session:
        row = session.get(accounts.StaffAccount, operator.person_id)
        row.removed_at = at(2)
    with pytest.raises(NotNeededError):
        notice(dispute, settings)
    with dispute.work() as session:
        operators.tell(session, dispute.purchase_row(session), "refund_owed", at(3))
        assert session.query(Intent).filter_by(kind="operator_notice").count() == 1


@pytest.mark.parametrize("about", ["refund_owed", "refund_overdue", "remedy_overdue"])
def test_it_can_be_said_in_every_language(dispute, operator, settings, about):
    remedy = dispute.agreed("refund", 1250)
    for language in LANGUAGES:
        with dispute.work() as session:
            session.get(Person, operator.person_id).language = language
            operators.tell(session, dispute.purchase_row(session), about, at(2), remedy=str(remedy.id))
        assert dispute.purchase in notice(dispute, settings)[1]
