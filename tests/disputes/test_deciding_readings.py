"""An arbiter decides how a listing is to be read; it holds for all who bought by that text, from then on."""

import pytest

from arbitration.db import reading
from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError
from arbitration.services import objections, readings
from arbitration.services.disputes.claims import judge
from arbitration.services.verification import verify
from tests.disputes.hearing import Hearing, at

LISTING = {"terms": None, "description": "A key for Playgate. Two weeks of warranty."}
SHORT = {"warranty": {"kind": "period", "duration": "P3D", "starts": "delivery"}}


@pytest.fixture
def objected(work, shop):
    hearing = Hearing.opened(work, shop, listing=LISTING, delivered_at="2026-11-10T10:02:00Z").called()
    with work() as session:
        readings.keep(session, readings.read(readings.waiting(session)), at(2))
    with work() as session:
        objection = objections.object_to_reading(
            session, hearing.seller, hearing.purchase, "warranty", "It says three days further down.", at(3)
        )
    return hearing, objection.id


def verdict(hearing, moment):
    with hearing.work() as session:
        from arbitration.models import Dispute

        dispute = session.get_one(Dispute, hearing.dispute_id)
        return judge(session, hearing.purchase_row(session), dispute, moment, at(200)).verdict.verdict


def test_a_correction_holds_from_the_decision_on(app, objected) -> None:
    hearing, objection_id = objected
    helen = hearing.taken(25)
    for wrong in ({"video_required": True}, {"warranty": {"kind": "period", "duration": "soon"}}, {}):
        with pytest.raises(InvalidError):
            hearing.do(objections.decide, helen, objection_id, wrong, "Look at line three.", at(26))
    with pytest.raises(InvalidError):
        hearing.do(objections.decide, helen, objection_id, SHORT, "", at(26))
    with pytest.raises(ForbiddenError):
        hearing.do(objections.decide, hearing.arbiter("oskar"), objection_id, SHORT, "Mine.", at(26))
    hearing.do(objections.decide, helen, objection_id, SHORT, "Look at line three.", at(26))
    assert (verdict(hearing, at(25)), verdict(hearing, at(26))) == ("covered", "not_covered")
    with pytest.raises(ConflictError, match="decided already"):
        hearing.do(objections.decide, helen, objection_id, None, "No, after all.", at(27))
    with app.app_context(), reading() as session:
        assert [str(finding) for finding in verify(session, app.config["SECRET_KEY"])] == []


def test_a_reading_that_was_right_stays(objected) -> None:
    hearing, objection_id = objected
    hearing.do(objections.decide, hearing.taken(25), objection_id, None, "It says two weeks.", at(26))
    assert verdict(hearing, at(27)) == "covered"
    with hearing.work() as session:
        purchase = hearing.purchase_row(session)
        assert objections.list_open(session, purchase.id) == []
        assert readings.terms_in_force(session, purchase.listing_id, at(27)).fields["warranty"].source == "description"
