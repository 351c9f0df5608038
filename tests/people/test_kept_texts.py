"""A text that met an expired session is kept for the browser that sent it, and for nobody else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.sign_in import new_secret
from arbitration.models import KeptText
from arbitration.services import drafts
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]
DAY = timedelta(hours=24)
TEXT = "The key says “already used”.\nПривіт. درود"


def kept(work: Work, text: str = TEXT, token: str = "", purchase: str = "A1", position: int = 0) -> str:
    with work() as session:
        return drafts.keep(session, token, purchase, text, NOW, position=position, marked=True)


def found(
    work: Work, token: str, purchase: str = "A1", after: timedelta = timedelta(0), position: int = 0
) -> str | None:
    with work() as session:
        text = drafts.find(session, token, purchase, NOW + after, position)
        return text.text if text else None


def test_the_text_comes_back_as_it_was(work: Work) -> None:
    token = kept(work)
    assert found(work, token) == TEXT
    with work() as session:
        assert session.scalars(select(KeptText.reports_problem)).one() is True


def test_a_very_long_text_comes_back_too(work: Work) -> None:
    text = "ї" * 1_000_000
    assert found(work, kept(work, text)) == text


def test_it_comes_back_for_the_same_purchase_and_browser_alone(work: Work) -> None:
    token = kept(work)
    assert found(work, token, "A2") is None
    assert found(work, token, position=3) is None
    assert found(work, new_secret()) is None
    assert found(work, "") is None


def test_it_is_kept_for_a_day(work: Work) -> None:
    token = kept(work)
    assert found(work, token, after=DAY) == TEXT
    assert found(work, token, after=DAY + timedelta(seconds=1)) is None


def test_texts_for_two_purchases_stand_side_by_side_and_a_later_one_replaces(work: Work) -> None:
    token = kept(work, "one")
    assert kept(work, "two", token, "A2") == token
    assert kept(work, "one, again", token) == token
    assert kept(work, "a change", token, position=3) == token
    assert [found(work, token), found(work, token, "A2"), found(work, token, position=3)] == [
        "one, again",
        "two",
        "a change",
    ]


def test_nobody_chooses_the_token_of_their_text(work: Work) -> None:
    assert kept(work, token="chosen") != "chosen"


def test_it_is_gone_once_it_was_sent(work: Work) -> None:
    token = kept(work)
    kept(work, "two", token, "A2")
    with work() as session:
        drafts.forget(session, token, "A1")
        assert drafts.any_kept(session, token, NOW)
    assert found(work, token) is None
    assert found(work, token, "A2") == "two"
    with work() as session:
        drafts.forget_all(session, token)
        assert not drafts.any_kept(session, token, NOW)


def test_what_a_database_can_not_hold_is_left_out(work: Work) -> None:
    assert found(work, kept(work, "a\x00b")) == "ab"


def test_the_database_alone_does_not_tell_what_it_says(work: Work) -> None:
    token = kept(work, "GAME-KEY-1234")
    with work() as session:
        row = session.scalars(select(KeptText)).one()
        assert "GAME" not in row.text
        row.text = "from before texts were sealed"
    assert found(work, token) == "from before texts were sealed"
