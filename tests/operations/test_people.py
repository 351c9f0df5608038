"""Looking people up, and what an operator does about them: each act is asked once more and stands in the record."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import INSTALLATION
from arbitration.models import BrowserSession, DocketEntry, IdempotentAnswer, Person, StaffAccount
from arbitration.services import sessions
from arbitration.services.operations import people as lists
from arbitration.services.operations.lists import bounded
from arbitration.services.people import find_or_add
from tests.disputes.hearing import Hearing, at
from tests.operations.conftest import send
from tests.people.pages import fields
from tests.support.shop import BUYER, OPERATOR

Browser = Callable[[Actor], FlaskClient]


def recorded(hearing: Hearing) -> list[str]:
    """The kinds of what stands in the installation's record."""
    with hearing.work() as session:
        query = select(DocketEntry.kind).where(DocketEntry.chain_id == INSTALLATION)
        return list(session.scalars(query.order_by(DocketEntry.sequence)))


def test_people_are_found_by_name_and_by_the_beginning_of_an_address(hearing: Hearing, operator: FlaskClient) -> None:
    hearing.arbiter()
    for typed in ("marcus lowe", "MARCUS@", "marcus@exam", "marc"):
        assert BUYER in operator.get("/operations/people", query_string={"q": typed}).text, typed
    for typed in ("lowe@", "nobody", "shop@example.netx", "!!!", "%", "_arcus@"):
        assert "Nobody found" in operator.get("/operations/people", query_string={"q": typed}).text, typed
    working = operator.get("/operations/people?show=staff").text
    assert ("helen@" in working, "olga@" in working, BUYER in working) == (True, True, False)
    assert "olga@" not in operator.get("/operations/people?show=arbiter").text


def test_a_long_list_goes_on_where_it_ended_and_is_counted_no_further_than_a_thousand(hearing: Hearing) -> None:
    with hearing.work() as session:
        for number in range(60):
            find_or_add(session, f"person{number:04}@crowd.example", at(0))
    with hearing.work() as session:
        seen, cursor = [], ""
        while cursor is not None:
            page = lists.list_people(session, OPERATOR, "person", cursor=cursor, limit=25)
            seen += [each.person.email for each in page.items]
            cursor = page.next
        assert seen == [f"person{number:04}@crowd.example" for number in range(60)]
        assert session.scalar(bounded(select(Person), most=10)) == 11


def test_somebody_kept_out_is_signed_out_and_let_in_again(
    hearing: Hearing, operator: FlaskClient, browser: Browser
) -> None:
    buyer = browser(hearing.buyer)
    page = f"/people/{hearing.buyer.person_id}"
    asked = operator.get(f"/operations{page}/suspend")
    assert (asked.status_code, "Marcus Lowe" in asked.text) == (200, True)
    assert buyer.get("/purchases").status_code == 200
    assert "Kept out, and signed out everywhere." in send(operator, f"{page}/suspend").text
    assert buyer.get("/purchases").status_code == 303
    again = send(operator, f"{page}/suspend")
    assert (again.status_code, "is suspended already" in again.text) == (409, True)
    assert BUYER in operator.get("/operations/people?show=suspended").text
    send(operator, f"{page}/restore")
    assert "Nobody found" in operator.get("/operations/people?show=suspended").text
    assert {"person.suspended", "person.restored"} <= set(recorded(hearing))
    assert "Kept somebody out" in operator.get("/operations/record").text


def test_one_session_is_ended_and_the_others_go_on(hearing: Hearing, operator: FlaskClient, browser: Browser) -> None:
    lost, kept = browser(hearing.buyer), browser(hearing.buyer)
    with hearing.work() as session:
        query = select(BrowserSession.id).where(BrowserSession.person_id == hearing.buyer.person_id)
        first = session.scalars(query.order_by(BrowserSession.id)).first()
    page = f"/people/{hearing.buyer.person_id}"
    assert "The session is ended." in send(operator, f"{page}/sessions/{first}").text
    assert (lost.get("/purchases").status_code, kept.get("/purchases").status_code) == (303, 200)
    foreign = f"/operations/people/{hearing.seller.person_id}/sessions/{first}"
    form = fields(operator.get(foreign), foreign)
    assert operator.post(foreign, data=form).status_code == 404
    send(operator, f"{page}/sign-out")
    assert kept.get("/purchases").status_code == 303
    assert {"person.session_ended", "person.signed_out_everywhere"} <= set(recorded(hearing))


def test_an_address_is_moved_and_a_taken_one_refused(hearing: Hearing, operator: FlaskClient) -> None:
    page = f"/people/{hearing.buyer.person_id}/address"
    taken = send(operator, page, email="shop@example.net")
    assert (taken.status_code, "another person" in taken.text, "shop@example.net" in taken.text) == (409, True, True)
    wrong = send(operator, page, email="nonsense")
    assert (wrong.status_code, 'value="nonsense"' in wrong.text) == (422, True)
    moved = send(operator, page, email="new@example.com").text
    assert ("new@example.com" in moved, BUYER in moved) == (True, True)


def test_a_new_arbiter_gets_a_link_that_is_shown_once_and_kept_nowhere(hearing: Hearing, operator: FlaskClient) -> None:
    page = "/operations/people/new"
    form = fields(operator.get(page), page) | {"email": "new@decides.example", "role": "arbiter", "name": "Nina"}
    shown = operator.post(page, data=form)
    token = shown.text.partition("/staff/set-up/")[2].partition("<")[0]
    assert (shown.status_code, shown.headers["Cache-Control"], len(token) > 20) == (200, "no-store", True)
    again = operator.post(page, data=form, follow_redirects=True)
    assert (token in again.text, "This was done before." in again.text) == (False, True)
    with hearing.work() as session:
        assert all(token.encode() not in answer.body for answer in session.scalars(select(IdempotentAnswer)))
        (account,) = session.scalars(select(StaffAccount).join(Person).where(Person.email == "new@decides.example"))
        assert account.role == "arbiter"
    other = send(operator, "/people/new", email="other@decides.example", role="")
    assert (other.status_code, "Choose what they do here." in other.text) == (422, True)


def test_another_role_or_none_ends_sessions(hearing: Hearing, operator: FlaskClient, browser: Browser) -> None:
    arbiter = hearing.taken(25)
    helen = browser(arbiter)
    assert helen.get("/cases").status_code == 200
    done = send(operator, f"/people/{arbiter.person_id}/role").text
    assert "The role is changed, and their sessions are ended." in done
    assert helen.get("/cases").status_code == 303
    assert hearing.dispute().arbiter_id is None
    link = send(operator, f"/people/{arbiter.person_id}/set-up").text
    assert "/staff/set-up/" in link
    assert "They work here no more." in send(operator, f"/people/{arbiter.person_id}/remove").text
    assert operator.get(f"/operations/people/{arbiter.person_id}/role").status_code == 404
    assert {"staff.role_changed", "staff.invited", "staff.removed"} <= set(recorded(hearing))


def test_nobody_locks_themselves_out(hearing: Hearing, operator: FlaskClient) -> None:
    oneself = f"/people/{hearing.operator.person_id}"
    for act in ("suspend", "remove", "role", "set-up"):
        refused = send(operator, f"{oneself}/{act}")
        assert (refused.status_code, "another operator has to do it" in refused.text) == (409, True), act
    assert operator.get("/operations").status_code == 200


def test_what_is_typed_when_the_session_is_over_comes_back_after_the_sign_in(
    hearing: Hearing, operator: FlaskClient
) -> None:
    page = f"/operations/people/{hearing.buyer.person_id}/address"
    form = fields(operator.get(page), page) | {"email": "typed@example.com"}
    with hearing.work() as session:
        sessions.end_all(session, hearing.operator.person_id, at(25))
    assert operator.post(page, data=form).location.startswith("/staff/sign-in")
    with hearing.work() as session:
        secret = sessions.open_session(
            session, hearing.operator.person_id, at(25), "Tests", role=Role.OPERATOR, second_factor_at=at(25)
        )
    operator.set_cookie("arbitration", secret)
    assert 'value="typed@example.com"' in operator.get(page).text
