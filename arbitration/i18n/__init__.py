"""The reader's language: sentences, numbers, money, times and durations as the person who reads them expects.

Knows nothing of the web framework: pages, mails, the scheduler and the command line say a thing in the same way.
"""

from arbitration.i18n.catalogues import translations
from arbitration.i18n.languages import DEFAULT_LANGUAGE, LANGUAGES, OWN_NAMES, choose_language, direction
from arbitration.i18n.reader import Reader

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "OWN_NAMES", "Reader", "choose_language", "direction", "load"]


def load() -> None:
    """Load what is known of all languages, for processes that share what they have loaded."""
    for language in LANGUAGES:
        direction(language)
        translations(language)
