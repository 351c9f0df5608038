"""A form that was kept over a sign-in and can't be read any more, on the pages of arbiters and operators."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from arbitration.domain.actors import Actor
from arbitration.models import KeptText
from arbitration.services.disputes.arbiters import object_to
from tests.disputes.hearing import Hearing, at

TYPED = "typed@before.example"
PAGES = {
    "ruling": "/cases/{dispute}/ruling",
    "request": "/cases/{dispute}/request",
    "objection": "/operations/disputes/{dispute}/objection",
    "address": "/operations/people/{buyer}/address",
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("left", ["", "{", '["a", "list"]', "null"])
def test_who_comes_back_to_a_form_that_can_t_be_read_any_more_finds_it_empty(
    app: Flask, hearing: Hearing, browser: Callable[[Actor], FlaskClient], page: str, left: str
) -> None:
    arbiter = hearing.taken()
    hearing.do(object_to, hearing.buyer, "tie", "She is his cousin.", at(25))
    address = PAGES[page].format(dispute=hearing.dispute_id, buyer=hearing.buyer.person_id)
    signed_out = app.test_client()
    said = dict.fromkeys(("text", "reasons", "email"), TYPED)
    assert signed_out.post(address, data=said).location.startswith("/staff/sign-in")
    draft = signed_out.get_cookie("draft") or signed_out.get_cookie("__Host-draft")
    client = browser(hearing.operator if address.startswith("/operations") else arbiter)
    client.set_cookie(draft.key, draft.value)
    assert TYPED in client.get(address).text
    with hearing.work() as session:
        session.execute(update(KeptText).values(text=left))
    shown = client.get(address, follow_redirects=True)
    assert (shown.status_code, TYPED in shown.text) == (200, False)
