"""The form by which texts are searched: worked out character by character, it is what it was as a whole."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.domain import searching
from arbitration.domain.searching import searchable, words
from tests.support.marketplace import exported


def slowly(text):
    """The form of a text, made of the text as a whole."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    lower = lower.translate(searching._APOSTROPHES).translate(searching._SAME_LETTERS)
    bare = (c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return " ".join("".join(map(searching._letter, bare)).translate(searching._SAME_LETTERS).split())


@given(st.text(max_size=80))
def test_a_text_is_folded_as_a_whole_would_be(text):
    assert searchable(text) == slowly(text)


@given(
    st.text(
        alphabet=st.sampled_from("аёйїґŁŽéكيىةۀأؤئİıßŉﬁ½²٣۳ـ\u200c\u0306\u0301\u0308\u0327'’`«½% -_@Àq1 \n"),
        max_size=30,
    )
)
def test_marks_and_joiners_change_nothing_about_that(text):
    assert searchable(text) == slowly(text)


def test_every_listing_of_the_export_is_folded_as_a_whole_would_be():
    for row in exported():
        assert searchable(row["listing"]["description"]) == slowly(row["listing"]["description"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [("Gwarancja ŁÓDŹ", ["gwarancja", "lodz"]), ("Ґанок-2026", ["ганок-2026"]), ("كليد ۱۲", ["کلید", "12"])],
)
def test_spellings_of_one_word_meet(typed, found):
    assert words(typed) == words(" ".join(found))


def test_what_is_remembered_of_characters_has_a_bound(monkeypatch):
    folds = searching._Folds()
    monkeypatch.setattr(searching._Folds, "MOST", 100)
    for number in range(500):
        folds[number]
    assert len(folds) == 100
