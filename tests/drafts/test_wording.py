"""The clear wording is read back as exactly the terms it says, in every language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.i18n.languages import LANGUAGES
from arbitration.rules.case import Terms, Warranty
from arbitration.rules.drafts import wording
from arbitration.rules.drafts.phrasebook import phrasebooks
from arbitration.rules.durations import Duration
from arbitration.rules.listings import read_terms

PERIODS = st.one_of(
    st.builds(Duration, minutes=st.integers(1, 300)),
    st.builds(Duration, hours=st.integers(1, 300)),
    st.builds(Duration, days=st.integers(1, 1000)),
    st.builds(Duration, weeks=st.integers(1, 100)),
    st.builds(Duration, months=st.integers(1, 60)),
    st.builds(Duration, years=st.integers(1, 20)),
    st.builds(Duration, years=st.integers(1, 5), months=st.integers(1, 6)),
    st.builds(Duration, months=st.integers(1, 3), days=st.integers(1, 14)),
)
WARRANTIES = st.one_of(
    st.builds(Warranty, st.just("period"), PERIODS, st.sampled_from(["delivery", "payment"])),
    st.sampled_from([Warranty("unlimited"), Warranty("excluded")]),
)


def stated(warranty: Warranty) -> dict[str, str]:
    if warranty.duration is None:
        return {"kind": warranty.kind}
    return {"kind": "period", "duration": str(warranty.duration), "starts": warranty.starts}


def test_every_language_of_the_pages_has_its_wordings() -> None:
    assert set(phrasebooks()) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@given(warranty=WARRANTIES, video=st.booleans())
def test_what_is_suggested_is_read_as_what_is_meant(language: str, warranty: Warranty, video: bool) -> None:
    text = wording(Terms(warranty, video), language)
    read = read_terms(text)
    assert read.warranty == stated(warranty), text
    assert read.video_required is video, text
    assert read.conflicts == (), text
    assert read.language == language, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warranty_that_is_not_stated_is_called_what_it_means(language: str) -> None:
    assert read_terms(wording(Terms(), language)).warranty == {"kind": "unlimited"}


def test_numbers_have_the_forms_that_go_with_them() -> None:
    def said(days: int, language: str) -> str:
        return wording(Terms(Warranty("period", Duration(days=days))), language).splitlines()[0]

    assert [said(n, "en") for n in (1, 2)] == ["Warranty: 1 day from delivery.", "Warranty: 2 days from delivery."]
    assert [said(n, "ru").split()[1:3] for n in (1, 2, 5, 11, 21, 112)] == [
        ["1", "день"], ["2", "дня"], ["5", "дней"], ["11", "дней"], ["21", "день"], ["112", "дней"],
    ]  # fmt: skip
    assert [said(n, "pl").split()[1:3] for n in (1, 21, 22)] == [["1", "dzień"], ["21", "dni"], ["22", "dni"]]
    assert "۳۰ روز" in said(30, "fa")
