"""Whatever people and shops call themselves: no page of anybody takes it for a script, a template or a format."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select, update

from arbitration.domain.actors import Actor
from arbitration.models import Listing, Person, Seller
from arbitration.services import messages
from arbitration.services.disputes import notes
from tests.disputes.hearing import Hearing, at

Browser = Callable[[Actor], FlaskClient]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e{{7*7}}%(x)s%s"
OF_PARTIES = ("/purchases", "/purchases/{purchase}", "/purchases/{purchase}/messages", "/notices", "/disputes")
OF_ARBITERS = ("/cases", "/cases/{dispute}", "/notices")
OF_OPERATORS = ("", "/people", "/disputes", "/refunds", "/deadlines", "/outbox", "/arbiters", "/record", "/numbers")
OF_OPERATORS += ("/people/{buyer}", "/people/{buyer}/suspend", "/arbiters/{arbiter}", "/disputes/{dispute}")


def test_names_that_are_scripts_stay_words_and_notes_stay_among_arbiters(hearing: Hearing, browser: Browser) -> None:
    helen = hearing.taken(25)
    with hearing.work() as session:
        for named in (*session.scalars(select(Person)), *session.scalars(select(Seller))):
            named.name = HOSTILE
        messages.post_message(session, hearing.buyer, hearing.purchase, HOSTILE, at(25))
        session.execute(update(Listing).values(title=HOSTILE, description=HOSTILE))
    hearing.do(notes.post, helen, f"{HOSTILE} a private guess", at(25))
    places = {"purchase": hearing.purchase, "dispute": hearing.dispute_id, "arbiter": helen.person_id}
    places["buyer"] = hearing.buyer.person_id
    of_operators = [f"/operations{page}" for page in OF_OPERATORS]
    for actor, pages in (
        (hearing.buyer, OF_PARTIES),
        (hearing.seller, OF_PARTIES),
        (helen, OF_ARBITERS),
        (hearing.operator, of_operators),
    ):
        client = browser(actor)
        for page in pages:
            answer = client.get(page.format(**places))
            assert answer.status_code == 200, page
            assert ("<script>alert" in answer.text, "<img src=x" in answer.text) == (False, False), page
            assert ("a private guess" in answer.text) == (page == "/cases/{dispute}"), page


def test_a_name_that_turns_the_direction_of_reading_turns_nothing_around_it(hearing: Hearing, browser: Browser) -> None:
    """It ends the isolation that it stands in, and then has the rest of the sentence run backwards."""
    with hearing.work() as session:
        session.execute(update(Person).where(Person.id == hearing.buyer.person_id).values(name="Eve\u2069\u202e"))
    pages = (f"/purchases/{hearing.purchase}", "/notices")
    shown = [browser(hearing.seller).get(page).text for page in pages]
    shown.append(browser(hearing.operator).get(f"/operations/people/{hearing.buyer.person_id}/suspend").text)
    for page, sentence in zip(shown, ("opened a dispute", "opened a dispute", "out?"), strict=True):
        assert f"\u2068Eve\u2069 {sentence}" in page
