"""What must hold for every listing, whatever is written in it."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arbitration.rules.listings import Reading, read_terms

LISTINGS = Path(__file__).parents[2] / "listings" / "tuning"
LANGUAGES = ("en", "fr", "uk", "ru", "pl", "fa")
TEXTS = {
    language: [json.loads(line)["text"] for line in (LISTINGS / f"{language}.jsonl").read_text("utf-8").splitlines()]
    for language in LANGUAGES
}
UNRELATED = {
    "en": "The hero is a red dragon with blue wings.",
    "fr": "Le héros est un dragon rouge aux ailes bleues.",
    "uk": "Головний герой тут червоний дракон із синіми крилами.",
    "ru": "Главный герой здесь красный дракон с синими крыльями.",
    "pl": "Bohaterem jest czerwony smok o niebieskich skrzydłach.",
    "fa": "قهرمان داستان اژدهایی سرخ با بال‌های آبی است.",
}
DIGITS = ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９"]

listings = st.sampled_from(LANGUAGES).flatmap(
    lambda language: st.tuples(st.just(language), st.sampled_from(TEXTS[language]))
)


def meaning(reading: Reading) -> tuple[object, ...]:
    return (dict(reading.warranty), reading.video_required, len(reading.conflicts))


def quotes(reading: Reading) -> list[str]:
    found = [reading.warranty_quote, reading.video_quote, *reading.conflicts]
    return [quote.text for quote in found if quote is not None]


def hold_every_quote(text: str) -> None:
    reading = read_terms(text)
    for quote in (reading.warranty_quote, reading.video_quote, *reading.conflicts):
        assert quote is None or (text[quote.start : quote.end] == quote.text and 0 < len(quote.text) <= 300)
    assert (reading.warranty["kind"] == "not_stated") == (reading.warranty_quote is None)
    assert reading.video_required == (reading.video_quote is not None)


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_and_quoted_exactly(text: str) -> None:
    hold_every_quote(text)


@given(listings, st.text(alphabet="̈́\u200c\u200d\ufe0f ﬁßİ½“”—\r\n\t.!?🎃א", max_size=12), st.integers(0, 200))
@settings(max_examples=200)
def test_a_quote_stays_exact_among_signs_that_fold_to_nothing_or_to_two(
    listing: tuple[str, str], noise: str, place: int
) -> None:
    _, text = listing
    hold_every_quote(text[:place] + noise + text[place:])


@given(listings, st.booleans())
@settings(max_examples=300)
def test_unrelated_sentences_change_nothing(listing: tuple[str, str], before: bool) -> None:
    language, text = listing
    more = UNRELATED[language]
    longer = f"{more}\n\n{text}" if before else f"{text}\n\n{more}"
    assert meaning(read_terms(longer)) == meaning(read_terms(text))
    assert quotes(read_terms(longer)) == quotes(read_terms(text))


@given(listings, st.sampled_from(DIGITS))
@settings(max_examples=300)
def test_digits_of_another_script_change_nothing(listing: tuple[str, str], digits: str) -> None:
    _, text = listing
    plain = str.maketrans("".join(DIGITS), DIGITS[0] * len(DIGITS))
    other = text.translate(plain).translate(str.maketrans(DIGITS[0], digits))
    assert meaning(read_terms(other)) == meaning(read_terms(text))


@given(listings)
@settings(max_examples=300)
def test_upper_case_changes_nothing(listing: tuple[str, str]) -> None:
    _, text = listing
    assert meaning(read_terms(text.upper())) == meaning(read_terms(text))
    assert read_terms(text.upper()).language == read_terms(text).language


@given(listings, st.sampled_from(["\r\n", "\r", "\u2028"]))
@settings(max_examples=200)
def test_line_ends_change_nothing(listing: tuple[str, str], end: str) -> None:
    _, text = listing
    other = text.replace("\n", end)
    assert meaning(read_terms(other)) == meaning(read_terms(text))
    assert [q.replace(end, "\n") for q in quotes(read_terms(other))] == quotes(read_terms(text))


@pytest.mark.parametrize("text", ["", " \n", "12345", "🎃🎃", "24/7 !!! 30 %"])
def test_a_text_without_letters_has_no_language_and_states_nothing(text: str) -> None:
    reading = read_terms(text)
    assert reading.language is None
    assert reading.warranty == {"kind": "not_stated"}
    assert not reading.video_required
