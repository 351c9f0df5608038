"""The catalogues are complete in all six languages, and the check that says so notices every kind of gap."""

import importlib.util
import os
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from arbitration.i18n import LANGUAGES
from arbitration.i18n import catalogues as shipped

ROOT = Path(__file__).resolve().parents[2]


def _tool():
    spec = importlib.util.spec_from_file_location("catalogues_tool", ROOT / "tools" / "catalogues.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = _tool()


def test_every_sentence_is_there_in_all_six_languages():
    assert tool.check() == []


def test_english_says_what_the_source_says_and_is_not_loaded():
    assert [message.id for message in tool.read("en") if message.id and message.string != message.id] == []
    days = shipped.translations("en").ngettext("%(num)s day", "%(num)s days", 2)
    assert (days, shipped.translations("en").pgettext("a moment", "%(day)s")) == ("%(num)s days", "%(day)s")


def test_the_tool_and_the_package_mean_the_same_languages():
    assert tool.LANGUAGES == LANGUAGES


def test_catalogues_hold_neither_dates_nor_places_of_a_machine_nor_line_numbers():
    for language in LANGUAGES:
        text = tool.path_of(language).read_text(encoding="utf-8")
        assert "-Date:" not in text
        assert not [line for line in text.splitlines() if line.startswith("#:") and (":/" in line or ".py:" in line)]
        assert not [line for line in text.splitlines() if line.startswith("#: /")]


def _faults(language, english, translated, alike=frozenset()):
    catalogue = Catalog(locale=language)
    message = catalogue.add(english, translated)
    return list(tool.faults(language, message, catalogue, alike))


@pytest.mark.parametrize(
    ("language", "english", "translated"),
    [
        ("fr", "Send", ""),
        ("uk", ("%(num)s day", "%(num)s days"), ("%(num)s день", "%(num)s дні")),
        ("uk", ("%(num)s day", "%(num)s days"), ("%(num)s день", "%(num)s дні", "")),
        ("fa", ("%(num)s day", "%(num)s days"), ("%(num)s روز", "%(num)s روز")),
        ("pl", "Sent by %(name)s", "Wysłane przez"),
        ("pl", "Sent by %(name)s", "Wysłane przez %(nazwa)s"),
        ("ru", "From {name}", "От {имя}"),
        ("ru", ("One day", "%(num)s days"), ("Один день", "%(num)s дня", "%(num)s дней")),
        ("fr", "Read <b>this</b>", "Lisez ceci"),
        ("fr", "Read <b>this</b>", "Lisez <i>ceci</i>"),
        ("pl", "Send ", "Wyślij"),
        ("pl", "Send\n", "Wyślij"),
        ("fr", "Send", "Send"),
        ("uk", "Sign out", "Выйти"),
        ("fa", "Message", "پيام"),
        ("pl", "Write “no”", 'Napisz "nie"'),
        ("uk", "Sign-in name", "Ім'я для входу"),
        ("fr", "Why?", "Pourquoi ?"),
        ("fr", "Why?", "Pourquoi\u00a0?"),
        ("fr", "Why?", "Pourquoi?"),
        ("fr", "Reason:", "Motif :"),
        ("fr", "Write “no”", "Écrivez « non »"),
        ("fr", "20,000 characters", "20 000 caractères"),
    ],
)
def test_a_gap_in_a_translation_is_noticed(language, english, translated):
    assert len(_faults(language, english, translated)) == 1


@pytest.mark.parametrize(
    ("language", "english", "translated"),
    [
        ("fr", "Send", "Envoyer"),
        ("pl", ("One day", "%(num)s days"), ("Jeden dzień", "%(num)s dni", "%(num)s dni")),
        ("fa", ("One day", "%(num)s days"), ("%(num)s روز",)),
        ("fr", "Read <b>this</b> by %(day)s", "D’ici %(day)s, lisez <b>ceci</b>"),
        ("uk", "%(amount)s: %(state)s", "%(amount)s: %(state)s"),
        ("fr", "Why? “%(word)s”:", "Pourquoi\u202f? «\u00a0%(word)s\u00a0»\u00a0: https://example.com/a?b;c"),
    ],
)
def test_a_good_translation_passes(language, english, translated):
    assert _faults(language, english, translated) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("pièce", "appeler l’arbitre")),
        ("uk", ("крамниц", "зміна рішення", "помилку в рішенні")),
        ("ru", ("перемена решения", "ошибки в решении")),
        ("pl", ("ponownie spór", "spór ponownie", " omyłk", "rejestr", "reguły umowy", "przyjąć sprawę")),
        ("fa", ("مُهرشده", "بها ", "آنها", "لغزش", "ازسرگیری", "از سر گرف")),
    ],
)
def test_one_thing_has_one_word(language, words):
    """Words that were used beside those of the table in docs/languages.md, for the same things."""
    strings = [form for _, message in tool._by_key(tool.read(language)).items() for _, form in tool._pairs(message)]
    assert [each for each in strings for word in words if word in each.casefold()] == []


def test_english_words_pass_only_where_they_are_allowed():
    assert _faults("fr", "Message", "Message", frozenset({"Message"})) == []
    assert _faults("fr", "Message", "Message") == ["reads as in English"]


def test_strings_that_are_new_or_no_longer_used_are_noticed():
    template, catalogue = Catalog(), Catalog(locale="en")
    template.add("New", locations=[("web/home.py", 0)])
    catalogue.add("Old", "Old")
    lines = list(tool.check_language("en", catalogue, template))
    assert lines == ["en: 'New' is not in the catalogue (web/home.py)", "en: 'Old' is no longer used (nowhere)"]


def _write(folder, language, english, translated):
    source = folder / language / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(f'{header}msgid "{english}"\nmsgstr "{translated}"\n', encoding="utf-8")
    return source


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    shipped.translations.cache_clear()
    yield tmp_path
    shipped.translations.cache_clear()


def test_a_catalogue_nobody_compiled_is_read_all_the_same(folder):
    _write(folder, "fr", "Send", "Envoyer")
    assert shipped.translations("fr").gettext("Send") == "Envoyer"


def test_a_compiled_catalogue_older_than_its_source_is_passed_over(folder):
    source = _write(folder, "fr", "Send", "Envoyer")
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(b"out of date")
    os.utime(compiled, (1, 1))
    assert shipped.translations("fr").gettext("Send") == "Envoyer"


def test_a_half_translated_plural_reads_in_english_rather_than_as_nothing(folder):
    source = _write(folder, "pl", "Send", "Wyślij")
    plural = (
        '\nmsgid "%(num)s day"\nmsgid_plural "%(num)s days"\nmsgstr[0] "%(num)s dzień"\nmsgstr[1] ""\nmsgstr[2] ""\n'
    )
    source.write_text(source.read_text(encoding="utf-8") + plural, encoding="utf-8")
    assert shipped.translations("pl").ngettext("%(num)s day", "%(num)s days", 5) == "%(num)s days"


def test_a_language_we_do_not_speak_has_no_catalogue():
    with pytest.raises(ValueError, match="not a language"):
        shipped.translations("../../etc")
