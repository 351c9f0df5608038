"""Lists that are longer than a page go on, and their files hold all of them."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from arbitration.ids import new_id
from arbitration.models import Import
from arbitration.services import outbox, tokens
from arbitration.services.operations import lists
from tests.disputes.hearing import Hearing, at

MANY = 30


def fill(hearing: Hearing) -> None:
    """More than a page of mails, tokens and imports, each a minute after the one before."""
    with hearing.work() as session:
        for number in range(MANY):
            moment = at(25) + timedelta(minutes=number)
            address = f"person{number:02d}@lists.example"
            outbox.queue(session, "sign_in_link", moment, address=address, payload={})
            tokens.new_token(session, "buyer", address, moment)
            session.add(Import(id=new_id(), name=f"import of {address}", started_at=moment, source=address))


@pytest.mark.parametrize("page", ["outbox", "tokens", "imports", "people"])
def test_what_does_not_fit_on_a_page_stands_on_the_next_one(hearing: Hearing, operator: FlaskClient, page: str) -> None:
    fill(hearing)
    here, shown = f"/operations/{page}", []
    while here:
        answer = operator.get(here)
        assert answer.status_code == 200, here
        shown += re.findall(r"(?:import of )?(person\d\d@lists\.example)", answer.text)
        following = re.search(r'href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"', answer.text)
        here = (following[1] or following[2]).replace("&amp;", "&") if following else ""
    assert len(set(shown)) == MANY


@pytest.mark.parametrize("name", ["outbox", "tokens", "imports", "people"])
def test_a_file_of_a_long_list_does_not_break_off(
    hearing: Hearing, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fill(hearing)
    monkeypatch.setattr(lists, "LARGEST_PAGE", 7)
    told = operator.get(f"/operations/export/{name}.csv").text
    assert len(set(re.findall(r"person\d\d@lists\.example", told))) == MANY


@pytest.mark.parametrize("page", ["outbox", "tokens", "imports", "people", "deadlines", "refunds"])
def test_a_list_that_can_not_go_on_from_there_says_so(operator: FlaskClient, page: str) -> None:
    for cursor in ("x", "WyJhIiwiYiJd", "WzEsMl0", "bnVsbA"):
        answer = operator.get(f"/operations/{page}?cursor={cursor}")
        assert answer.status_code in (200, 422), cursor
    answer = operator.get(f"/operations/{page}?cursor=x")
    assert (answer.status_code, "Begin again at its first page." in answer.text) == (422, True)
    assert ("your text is still there" in answer.text, "To your purchases" in answer.text) == (False, False)
    assert 'class="button button--main" href="/operations"' in answer.text
