"""Whoever rules on an appeal has before him what was ruled first, and why that is appealed."""

from collections.abc import Callable

from flask.testing import FlaskClient

from arbitration.domain.actors import Actor
from arbitration.services.disputes import arbiters
from arbitration.services.disputes.appeals import appeal
from tests.disputes.hearing import REFUND, Hearing, at
from tests.workplace.conftest import Watch


def test_the_form_of_a_ruling_on_an_appeal_shows_the_first_ruling_and_the_appeal(
    hearing: Hearing, watch: Watch, browser: Callable[[Actor], FlaskClient]
) -> None:
    hearing.ruled(30)
    hearing.do(appeal, hearing.seller, 1, "error_of_fact", "The key was used by nobody else.", at(40))
    second = hearing.arbiter("oskar")
    hearing.do(arbiters.take, second, at(41))
    watch.to(42)
    page = browser(second).get(f"/cases/{hearing.dispute_id}/ruling").text
    assert REFUND.reasons in page
    assert " appealed, " in page
    assert "In their words" in page
