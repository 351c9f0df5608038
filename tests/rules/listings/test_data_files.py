"""Anybody may correct a language's data file; a file with a mistake in it is told of by name."""

import pytest

from arbitration.rules.listings import lexicon
from arbitration.rules.listings.lexicon import Lexicon, lexicons

LEAST = {"script": "latin", "markers": "und der", "numbers": {}, "units": {}, "concepts": {}}


@pytest.mark.parametrize("code", ["en", "fr", "uk", "ru", "pl", "fa"])
def test_every_phrase_of_every_language_can_be_read(code: str) -> None:
    language = lexicons()[code]
    assert all(phrase.elements for phrase in language.phrases)
    for needed in ("warranty", "none", "remedy", "claim", "video", "demand", "lifetime", "from", "pay_event"):
        assert any(phrase.concept == needed for phrase in language.phrases)


def test_all_languages_have_the_same_concepts() -> None:
    concepts = {code: {p.concept for p in found.phrases if p.concept[0] != "="} for code, found in lexicons().items()}
    shared = set.union(*concepts.values())
    may_be_missing = {"is_not", "hurry", "brand", "since", "formerly", "validity_phrase", "record"}
    may_be_missing |= {"of_what", "object", "first_behind"}
    assert {code: shared - own - may_be_missing for code, own in concepts.items()} == {code: set() for code in concepts}


def test_a_phrase_that_begins_with_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin with a word"):
        Lexicon("de", {**LEAST, "concepts": {"warranty": [".. garantie"]}})


def test_a_file_with_a_mistake_is_named(tmp_path, monkeypatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "de.toml").write_text("script = ", "utf-8")
    monkeypatch.setattr(lexicon, "__file__", str(tmp_path / "lexicon.py"))
    with pytest.raises(ValueError, match=r"de\.toml"):
        lexicons.__wrapped__()
