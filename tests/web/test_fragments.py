"""Parts of pages that are kept: never another's, never an older one."""

import re
from datetime import UTC, datetime
from sys import getsizeof
from uuid import UUID

import pytest
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import Markup
from sqlalchemy import select, update

from arbitration.i18n import Reader
from arbitration.models import Message, MessageVersion, Person
from arbitration.services import messages
from arbitration.web import fragments, purchases
from tests.moments import NOW
from tests.support.shop import BUYER, SELLER

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def writes(app, monkeypatch):
    """Asks for a part, and tells how often it was written."""
    fragments.forget()
    written = []
    reads = {"reader": Reader("en")}
    monkeypatch.setattr(fragments, "current_reader", lambda: reads["reader"])

    def macro(*values):
        written.append(values)
        return Markup(repr(values))

    def ask(*values, name="part", reader=None):
        reads["reader"] = reader or Reader("en")
        with app.test_request_context():
            assert fragments.kept(name, macro, *values) == repr(values)
        return len(written)

    yield ask
    fragments.forget()


def test_the_same_values_are_written_once(writes):
    assert writes({"text": "Hello", "at": MOMENT, "read": None}) == 1
    assert writes({"text": "Hello", "at": MOMENT, "read": None}) == 1


@pytest.mark.parametrize("other", [{"n": True}, {"n": 1.0}, {"n": Markup("1")}, {"n": [1]}, {"m": 1}, {"n": (1,)}])
def test_what_is_written_otherwise_is_told_apart(writes, other):
    assert writes({"n": 1}) == 1
    assert writes(other) == 2


def test_text_and_markup_are_told_apart(writes):
    writes({"html": "<b>"})
    assert writes({"html": Markup("<b>")}) == 2


def test_each_reader_and_each_macro_has_its_own(writes):
    writes({"at": MOMENT})
    assert writes({"at": MOMENT}, reader=Reader("uk")) == 2
    assert writes({"at": MOMENT}, reader=Reader("en", "Europe/Kyiv")) == 3
    assert writes({"at": MOMENT}, name="another") == 4


def test_what_cannot_be_compared_is_written_each_time(writes):
    assert writes({"what": object}) == 1
    assert writes({"what": object}) == 2


def test_no_more_is_kept_than_fits(writes, monkeypatch):
    monkeypatch.setattr(fragments, "MOST", 8 * 1_060)
    for number in range(30):
        writes(number)
    assert 0 < fragments._kept.bytes <= 8 * 1_060
    assert fragments._kept.bytes == sum(getsizeof(text) + fragments.FOUND_BY for text in fragments._kept.values())
    assert writes(29) == 30


@pytest.fixture
def part(app):
    """Writes a part of a page that has a form in it and says whose it is."""
    fragments.forget()
    template = (
        '{% from "macros/forms.html" import key_field %}<form>{{ key_field() }}{{ name }}{{ key_field() }}</form>'
    )
    loader = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"form.html": template}), loader])
    with app.test_request_context():
        yield app.jinja_env.globals["part"]
    app.jinja_env.loader = loader
    fragments.forget()


def keys(text):
    return re.findall(r'name="idempotency_key" value="([^"]+)"', text)


def test_each_form_of_a_kept_part_has_a_fresh_key_each_time(part):
    told = [key for _ in range(3) for key in keys(part("form.html", name="Olena"))]
    assert len(set(told)) == len(told) == 6
    assert all(UUID(key) for key in told)


def test_a_part_is_escaped_and_never_somebody_elses(part):
    assert "Olena" in part("form.html", name="Olena")
    other = part("form.html", name="<b>Marc</b>")
    assert "&lt;b&gt;Marc" in other
    assert "Olena" not in other


def test_a_part_with_a_value_that_cannot_be_compared_has_keys_too(part):
    class Name:
        def __str__(self):
            return "Olena"

    told = [key for _ in range(2) for key in keys(part("form.html", name=Name()))]
    assert len(set(told)) == 4


@pytest.fixture
def told(work, shop):
    """A purchase whose buyer has written once."""
    fragments.forget()
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "It does not work.", NOW)
    yield purchase
    fragments.forget()


def test_a_name_that_changes_while_a_page_is_made_is_not_kept_for_the_old_one(told, work, signed_in, monkeypatch):
    browser, note = signed_in(SELLER), purchases.note_shown

    def rename(name):
        with work() as session:
            session.execute(update(Person).where(Person.email == BUYER).values(name=name))

    def meanwhile(*shown):
        rename("Somebody Else")
        note(*shown)

    monkeypatch.setattr(purchases, "note_shown", meanwhile)
    browser.get(f"/purchases/{told}")
    monkeypatch.setattr(purchases, "note_shown", note)
    rename("Marcus Lowe")
    assert "Somebody Else" not in browser.get(f"/purchases/{told}").text


def test_where_a_database_went_back_another_message_is_not_shown_as_the_one_that_is_lost(told, work, signed_in):
    browser = signed_in(SELLER)
    assert "It does not work." in browser.get(f"/purchases/{told}").text
    with work() as session:
        message = session.scalars(select(Message)).one()
        session.execute(update(MessageVersion).values(text="It works now."))
        message.posted_at = NOW.replace(minute=NOW.minute + 1)
    page = browser.get(f"/purchases/{told}").text
    assert "It works now." in page
    assert "It does not work." not in page
