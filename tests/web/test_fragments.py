"""Parts of pages that are kept: never another's, never an older one."""

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from arbitration.i18n import Reader
from arbitration.web import fragments

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def writes(app, monkeypatch):
    """Asks for a part, and tells how often it was written."""
    fragments.forget()
    written = []
    reads = {"reader": Reader("en")}
    monkeypatch.setattr(fragments.reader, "current", lambda: reads["reader"])

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
    monkeypatch.setattr(fragments, "MOST", 8)
    for number in range(30):
        writes(number)
    assert len(fragments._kept) <= 8
    assert writes(29) == 30
