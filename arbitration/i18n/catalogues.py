"""The message catalogues of the package, read once per process."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from arbitration.i18n.languages import DEFAULT_LANGUAGE, LANGUAGES

FOLDER = Path(__file__).parent.parent / "translations"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of one of ``LANGUAGES``; ValueError for any other, FileNotFoundError if it was not installed.

    English needs none: its catalogue says what the source says, and would take half a megabyte. The compiled file is
    used where it is up to date, so that a change of a catalogue shows without a build step.
    """
    if language not in LANGUAGES:
        raise ValueError(f"not a language of this installation: {language!r}")
    if language == DEFAULT_LANGUAGE:
        return NullTranslations()
    source = source_path(language)
    compiled = source.with_suffix(".mo")
    if _is_current(compiled, source):
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    return _compiled_in_memory(source, language)


def source_path(language: str) -> Path:
    """Where the catalogue is kept that translators edit."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def _is_current(compiled: Path, source: Path) -> bool:
    if not compiled.exists():
        return False
    return not source.exists() or compiled.stat().st_mtime >= source.stat().st_mtime


def _compiled_in_memory(source: Path, language: str) -> GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in [message for message in catalogue if message.id and message.pluralizable]:
        if not all(message.string or ()):  # an empty plural form would be shown as nothing; English is better
            catalogue.delete(message.id, message.context)
    memory = BytesIO()
    write_mo(memory, catalogue)
    memory.seek(0)
    return GNUTranslations(memory)
