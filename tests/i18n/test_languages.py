import pytest
from babel import localedata

from arbitration.i18n import LANGUAGES, OWN_NAMES, choose_language, direction
from arbitration.i18n.languages import locale_of


def test_persian_runs_from_right_to_left_and_the_others_do_not():
    assert {language: direction(language) for language in LANGUAGES} == {
        "en": "ltr",
        "fr": "ltr",
        "uk": "ltr",
        "ru": "ltr",
        "pl": "ltr",
        "fa": "rtl",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_never_told_of_a_language_takes_no_memory(language):
    known = localedata.load(str(locale_of(language)))
    assert [part for part in ("languages", "unit_patterns", "months", "time_zones") if known[part]] == [
        "months",
        "time_zones",
    ]


def test_every_language_has_its_own_name():
    assert set(OWN_NAMES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("preferred", "header", "chosen"),
    [
        ("pl", "fr", "pl"),
        (None, "fr-CA,fr;q=0.8,en;q=0.5", "fr"),
        (None, "de-DE, de;q=0.9, uk;q=0.8, en;q=0.7", "uk"),
        (None, "en;q=0.3, fa-IR;q=0.9", "fa"),
        (None, "ru;q=0, pl", "pl"),
        (None, "FR", "fr"),
        (None, "de, ja", "en"),
        (None, "", "en"),
        (None, None, "en"),
        ("xx", "uk", "uk"),
        (None, "fr;q=nan, pl;q=2, ru;q=x, ;;;=,,*", "en"),
        (None, "a" * 100_000, "en"),
    ],
)
def test_a_visitor_gets_the_language_chosen_or_the_best_the_browser_asks_for(preferred, header, chosen):
    assert choose_language(preferred, header) == chosen
