"""An arbiter takes a case; who must not decide it is refused, and told why."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from arbitration.config import Settings
from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError, NotFoundError
from arbitration.models import Intent, Person
from arbitration.scheduler.letter_parts import NotNeededError
from arbitration.scheduler.letters import letter_for
from arbitration.services import people
from arbitration.services.disputes import arbiters
from arbitration.services.disputes.arbiters import decide_objection, hand_over, object_to, take
from arbitration.services.disputes.remedies import confirm_refund
from arbitration.services.disputes.rulings import issue
from arbitration.services.messages import post_message
from arbitration.services.staff import accounts, ties
from tests.disputes.hearing import REFUND, Hearing, at
from tests.support.shop import OPERATOR, SELLER


def test_an_arbiter_takes_a_case_and_has_seven_days(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    assert hearing.dispute().arbiter_id == helen.person_id
    assert hearing.due("ruling") == [at(25 + 7 * 24)]
    assert [message.about["arbiter"] for message in hearing.said("taking")] == [str(helen.person_id)]
    with pytest.raises(ConflictError, match="has this case already"):
        hearing.do(take, hearing.arbiter("oskar"), at(26))


def test_nobody_takes_what_is_still_negotiated(work, shop) -> None:
    hearing = Hearing.opened(work, shop)
    with pytest.raises(NotFoundError):
        hearing.do(take, hearing.arbiter(), at(1))


def test_a_party_of_the_purchase_cannot_see_it_as_an_arbiter(hearing: Hearing) -> None:
    with pytest.raises(NotFoundError):
        hearing.do(take, Actor(hearing.seller.person_id, Role.ARBITER), at(25))


def test_the_mail_domain_of_a_party_ties_unless_anybody_gets_an_address_there(work, shop) -> None:
    hearing = Hearing.opened(work, shop, buyer={"email": "marcus@gmail.com"}).called()
    with pytest.raises(ConflictError, match="same mail domain"):
        hearing.do(take, hearing.arbiter("greta", SELLER.partition("@")[2].upper()), at(25))
    hearing.do(take, hearing.arbiter("greta", "gmail.com"), at(25))


def test_a_declared_tie_ties(hearing: Hearing) -> None:
    helen = hearing.arbiter()
    with hearing.work() as session:
        ties.declare(session, helen, SELLER, "A friend of the family.", at(1))
    with pytest.raises(ConflictError, match="declared a tie"):
        hearing.do(take, helen, at(25))


def test_a_case_handed_over_waits_a_day_for_whom_it_was_meant(hearing: Hearing) -> None:
    helen, oskar, jagoda = hearing.taken(25), hearing.arbiter("oskar"), hearing.arbiter("jagoda")
    with pytest.raises(InvalidError):
        hearing.do(hand_over, helen, "nobody@arbiters.example.org", "absence", "", at(26))
    hearing.do(hand_over, helen, hearing.address_of(oskar), "conflict_of_interest", "I know the seller.", at(26))
    assert hearing.due("ruling") == []
    with pytest.raises(ConflictError, match="handed over to another arbiter"):
        hearing.do(take, jagoda, at(49.9))
    with pytest.raises(ConflictError, match="had this dispute before"):
        hearing.do(take, helen, at(60))
    hearing.do(take, oskar, at(30))
    assert hearing.dispute().wanted_arbiter_id is None


def test_who_was_let_go_in_the_meantime_gets_no_mail_of_the_case(hearing: Hearing, settings: Settings) -> None:
    helen, oskar = hearing.taken(25), hearing.arbiter("oskar")
    his_address = hearing.address_of(oskar)
    hearing.do(hand_over, helen, his_address, "absence", "The buyer seems to be honest.", at(26))
    with hearing.work() as session:
        accounts.remove(session, OPERATOR, his_address, at(26.1))
        mine = session.scalars(select(Intent).where(Intent.person_id == oskar.person_id)).all()
        assert [each.kind for each in mine] == ["event"]
        with pytest.raises(NotNeededError, match="no arbiter any more"):
            letter_for(session, settings, mine[0], at(26.2))


def test_others_may_take_it_after_that_day_or_if_the_one_it_was_meant_for_has_left(hearing: Hearing) -> None:
    helen, oskar = hearing.taken(25), hearing.arbiter("oskar")
    hearing.do(hand_over, helen, hearing.address_of(oskar), "absence", "", at(26))
    with hearing.work() as session:
        session.get_one(Person, oskar.person_id).suspended_at = at(27)
    hearing.do(take, hearing.arbiter("jagoda"), at(28))
    hearing.do(hand_over, hearing.arbiter("jagoda"), None, "language", "", at(29))
    hearing.do(take, hearing.arbiter("timur"), at(29))


def test_a_party_objects_and_no_ruling_is_issued_until_an_operator_decides(hearing: Hearing, settings) -> None:
    helen, operator = hearing.taken(25), hearing.operator
    with pytest.raises(InvalidError):
        hearing.do(object_to, hearing.seller, "partiality", " ", at(26))
    hearing.do(object_to, hearing.seller, "partiality", "She has written to the buyer before.", at(26))
    letters = [letter.values["about"] for letter in hearing.letters("operator_notice", settings)]
    assert letters == ["arbiter_objection"]
    with pytest.raises(ConflictError, match="still to be decided"):
        hearing.do(object_to, hearing.buyer, "tie", "She knows him.", at(26))
    with pytest.raises(ConflictError, match="still to be decided"):
        hearing.do(issue, helen, REFUND, at(27))
    with pytest.raises(ForbiddenError):
        hearing.do(decide_objection, helen, False, "I am impartial.", at(27))
    hearing.do(decide_objection, operator, False, "That was in another matter.", at(28))
    with pytest.raises(ConflictError, match="on this ground before"):
        hearing.do(object_to, hearing.seller, "partiality", "I say it again.", at(29))
    hearing.do(issue, helen, REFUND, at(30))


def test_a_granted_objection_sends_the_case_back_to_the_queue(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    hearing.do(object_to, hearing.buyer, "tie", "She is the seller's cousin.", at(26))
    hearing.do(decide_objection, hearing.operator, True, "She is.", at(27))
    assert hearing.dispute().arbiter_id is None
    assert hearing.due("ruling") == []
    with pytest.raises(ConflictError, match="had this dispute before"):
        hearing.do(take, helen, at(28))
    with pytest.raises(ForbiddenError):
        hearing.do(issue, helen, REFUND, at(28))
    with hearing.work() as session:
        (held,) = arbiters.assignments(session, hearing.dispute_id)
        assert (held.how, held.ground, held.left_at) == ("objection", "tie", at(27))


@pytest.mark.parametrize("leave", [people.suspend, accounts.remove])
def test_the_cases_of_an_arbiter_who_leaves_go_back_to_the_others(hearing: Hearing, leave) -> None:
    helen = hearing.taken(25)
    hearing.do(object_to, hearing.buyer, "language", "She does not read Polish.", at(26))
    address = hearing.address_of(helen)
    with hearing.work() as session:
        leave(session, OPERATOR, address, at(27))
    assert hearing.dispute().arbiter_id is None
    (event,) = hearing.said("handover")
    assert (event.author_role, event.about["ground"]) == ("system", "absence")
    assert hearing.due("ruling") == []
    hearing.ruled(30, name="jagoda")


def test_two_arbiters_take_a_case_at_once_and_one_has_it(hearing: Hearing) -> None:
    arbiters_ = [hearing.arbiter("helen"), hearing.arbiter("oskar")]
    together = Barrier(2)

    def taking(arbiter: Actor) -> bool:
        together.wait(30)
        try:
            hearing.do(take, arbiter, at(25))
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as desks:
        took = list(desks.map(taking, arbiters_))
    assert sorted(took) == [False, True]
    assert hearing.dispute().arbiter_id == arbiters_[took.index(True)].person_id
    assert len(hearing.said("taking")) == 1


def test_handing_over_settles_an_objection(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    hearing.do(object_to, hearing.buyer, "language", "She does not read Polish.", at(26))
    hearing.do(hand_over, helen, None, "language", "", at(27))
    with pytest.raises(ConflictError, match="no objection"):
        hearing.do(decide_objection, hearing.operator, True, "Moot.", at(28))
    hearing.ruled(30, name="jagoda")


def test_whoever_has_the_case_is_mailed_about_messages_until_it_is_closed(hearing: Hearing) -> None:
    def told(hours: float) -> set[UUID | None]:
        with hearing.work() as session:
            post_message(session, hearing.buyer, hearing.purchase, "One more thing.", at(hours))
            mails = session.scalars(select(Intent).where(Intent.kind == "new_message", Intent.created_at == at(hours)))
            return {mail.person_id for mail in mails}

    seller = hearing.seller.person_id
    assert told(24.5) == {seller}
    helen = hearing.ruled(26)
    assert told(27) == {seller, helen.person_id}
    hearing.run_out("appeal")
    hearing.do(confirm_refund, hearing.operator, None, at(196))
    assert hearing.dispute().stage == "closed"
    assert told(197) == {seller}
