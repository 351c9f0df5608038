"""What a message must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.domain.messages import LONGEST_TEXT, Standing, require_changeable, require_version, text_of
from arbitration.domain.refusals import ConflictError, InvalidError
from tests.moments import NOW


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t\r\n", "\u200b", "\u00a0", "\x00", "\u200c\u200f"])
def test_a_message_without_a_word_is_refused(nothing: str) -> None:
    with pytest.raises(InvalidError) as refused:
        text_of(nothing)
    assert [fault.path for fault in refused.value.faults] == ["text"]


def test_a_message_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert text_of("ж" * LONGEST_TEXT) == "ж" * LONGEST_TEXT
    with pytest.raises(InvalidError) as refused:
        text_of("ж" * (LONGEST_TEXT + 1))
    assert refused.value.faults[0].values == {"length": LONGEST_TEXT + 1, "limit": LONGEST_TEXT}


def test_line_ends_of_every_system_are_the_same() -> None:
    assert text_of("one\r\ntwo\rthree\n") == "one\ntwo\nthree"


def test_persian_keeps_its_joiners() -> None:
    assert text_of("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text())
def test_what_is_kept_is_kept_again(written: str) -> None:
    try:
        text = text_of(written)
    except InvalidError:
        return
    assert text_of(text) == text
    text.encode()


def test_a_deleted_message_stays_deleted() -> None:
    with pytest.raises(ConflictError):
        require_changeable(Standing(deleted_at=NOW, versions=1))


def test_two_windows_do_not_overwrite_each_other() -> None:
    require_version(Standing(None, versions=2), seen=2)
    with pytest.raises(ConflictError):
        require_version(Standing(None, versions=2), seen=1)
