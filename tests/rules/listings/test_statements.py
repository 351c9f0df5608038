"""Single statements, as sellers write them, are read for what they say."""

from pathlib import Path

import pytest

from arbitration.rules.listings import Reading, read_terms

FOLDER = Path(__file__).parent / "statements"
KINDS = {"not_stated": "-", "unlimited": "unlim", "excluded": "excl"}


def said(reading: Reading) -> str:
    """A reading as the files write it, without what is only shown beside it."""
    terms = reading.warranty
    words = [KINDS.get(terms["kind"]) or terms["duration"]]
    words += ["pay"] if terms.get("starts") == "payment" else []
    return " ".join(words + ["v"] * reading.video_required)


def misread(line: str) -> bool:
    label, _, text = line.partition(" | ")
    reading = read_terms(text.replace("\\n", "\n"))
    wanted = [word for word in label.split() if word != "c"]
    return said(reading) != " ".join(wanted) or ("c" in label.split() and not reading.conflicts)


@pytest.mark.parametrize("language", ["en", "fr", "uk", "ru", "pl", "fa"])
def test_each_statement_is_read_for_what_it_says(language: str) -> None:
    lines = (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()
    statements = [line for line in lines if line and not line.startswith("# ")]
    assert len(statements) > 300
    assert [line for line in statements if misread(line)] == []


@pytest.mark.parametrize("text", ["Ключ ESET. Гарантия 1 час.", "Steam аккаунт, гарантия час"])
def test_an_hour_of_warranty_in_russian_is_not_taken_for_ukrainian(text: str) -> None:
    assert read_terms(text).language == "ru"
    assert read_terms(text).warranty["duration"] == "PT1H"
