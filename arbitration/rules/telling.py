"""Makes sentences of what the engine says, in the language and zone of a ``Teller``."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from arbitration.rules.durations import UNITS, Duration
from arbitration.rules.instants import show_instant
from arbitration.rules.judging import Explanation, Said
from arbitration.rules.sentences import SENTENCES
from arbitration.rules.verdict import Violation

Plural = Callable[[str, str, int], str]


class Teller(Protocol):
    """What it takes to say a sentence to a certain reader."""

    def gettext(self, message: str) -> str:
        """The text in the reader's language."""
        ...

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The text in the reader's language, in the form that goes with the number."""
        ...

    def instant(self, moment: datetime) -> str:
        """The instant as the reader writes it, in the reader's zone."""
        ...

    def duration(self, duration: Duration) -> str:
        """The duration in words."""
        ...

    def quote(self, text: str) -> str:
        """Somebody's own words, in quotation marks."""
        ...


class EnglishTeller:
    """English, with instants in UTC: the voice of the command ``assess``."""

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return singular if n == 1 else plural

    def instant(self, moment: datetime) -> str:
        return show_instant(moment)

    @lru_cache(maxsize=1024)  # noqa: B019 - the teller is stateless, and one of it lives as long as the program
    def duration(self, duration: Duration) -> str:
        return duration_text(duration, self.ngettext)

    def quote(self, text: str) -> str:
        return f"“{text}”"


ENGLISH = EnglishTeller()


def say(said: Said, teller: Teller = ENGLISH) -> str:
    """The sentence of what was said, its values put in as the teller writes them."""
    return say_values(said.code, said.values, teller)


def say_values(code: str, values: Mapping[str, object], teller: Teller) -> str:
    """The sentence of a code with its values; one that is None has no place in the sentence."""
    text = teller.gettext(SENTENCES[code])
    if not values:
        return text
    written = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            written[name] = teller.instant(value)
        elif isinstance(value, str):
            written[name] = teller.quote(value)
        elif isinstance(value, Duration):
            written[name] = teller.duration(value)
    return text % written


def say_notes(explanation: Explanation, teller: Teller = ENGLISH) -> str | None:
    """The notes of an explanation as one text, or None where it has none."""
    return " ".join(say(note, teller) for note in explanation.notes) if explanation.notes else None


def say_violation(violation: Violation, teller: Teller = ENGLISH) -> str:
    """What somebody did against the agreement, as a sentence."""
    return say(Said(f"conduct.{violation.kind}.{violation.by}", {"at": violation.at}), teller)


def duration_text(duration: Duration, ngettext: Plural) -> str:
    """The units of a duration that are not nought, each with its plural form: ``1 month, 2 days``."""
    parts = []
    for unit in UNITS:
        count = getattr(duration, unit)
        if count:
            parts.append(_unit_text(unit, count, ngettext) % {"count": count})
    return ", ".join(parts)


def _unit_text(unit: str, n: int, ngettext: Plural) -> str:
    texts: dict[str, Callable[[], str]] = {
        "years": lambda: ngettext("%(count)s year", "%(count)s years", n),
        "months": lambda: ngettext("%(count)s month", "%(count)s months", n),
        "weeks": lambda: ngettext("%(count)s week", "%(count)s weeks", n),
        "days": lambda: ngettext("%(count)s day", "%(count)s days", n),
        "hours": lambda: ngettext("%(count)s hour", "%(count)s hours", n),
        "minutes": lambda: ngettext("%(count)s minute", "%(count)s minutes", n),
        "seconds": lambda: ngettext("%(count)s second", "%(count)s seconds", n),
    }
    return texts[unit]()
