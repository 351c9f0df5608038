"""The languages: whether each catalogue is there and says everything."""

from collections.abc import Iterator
from typing import Any

from babel.messages.pofile import read_po

from arbitration.cli.checks.finding import Finding, fail, ok, warn
from arbitration.i18n import LANGUAGES
from arbitration.i18n.catalogues import source_path, translations


def catalogues() -> Iterator[Finding]:
    """One finding for all languages, or one for each that lacks something."""
    found = [finding for language in LANGUAGES for finding in _catalogue(language)]
    yield from found or [ok("languages", f"{', '.join(LANGUAGES)}: all complete")]
    if raw := [language for language in LANGUAGES if not source_path(language).with_suffix(".mo").exists()]:
        yield warn("languages", f"not compiled, so each start is slower: {', '.join(raw)}", "install the package again")


def _catalogue(language: str) -> Iterator[Finding]:
    what = f"language {language}"
    try:
        translations(language)
    except (OSError, ValueError):
        yield fail(what, "its catalogue can't be read", "install the package again")
        return
    source = source_path(language)
    if language == "en" or not source.exists():
        return
    with source.open("rb") as file:
        missing = sum(1 for message in read_po(file, locale=language) if message.id and not _is_said(message))
    if missing:
        yield warn(what, f"{missing} sentences are not translated and appear in English", "translate them")


def _is_said(message: Any) -> bool:
    return all(message.string) if message.pluralizable else bool(message.string)
