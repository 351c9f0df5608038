"""An arbiter whom nobody gave a name, as a token or `user add` without one makes them, is told of without one."""

from arbitration.domain.actors import Role
from arbitration.models import Person
from arbitration.services.disputes.conduct import hide_message
from arbitration.services.messages import post_message
from tests.disputes.hearing import at


def test_no_page_calls_them_none(dispute, work, signed_in) -> None:
    with work() as session:
        position = post_message(session, dispute.seller, dispute.purchase, "You fool.", at(2)).message.position
    helen = dispute.called().ruled(26)
    with work() as session:
        hide_message(session, helen, dispute.purchase, position, "Abusive.", at(27))
        session.get_one(Person, helen.person_id).name = None
        address = session.get_one(Person, helen.person_id).email
    page = signed_in("marcus@example.com").get(f"/purchases/{dispute.purchase}").text
    assert "Ruling 1, <time" in page
    assert "Hidden by the arbiter, <time" in page
    assert ">None</bdi>" not in page
    page = signed_in(address, Role.ARBITER).get(f"/cases/{dispute.dispute_id}").text
    assert f"{address}</bdi>: " in page
    assert ">None</bdi>" not in page
