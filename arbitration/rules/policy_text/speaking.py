"""What it takes to explain a policy to somebody."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from arbitration.rules import codes
from arbitration.rules.durations import Duration
from arbitration.rules.words import REASONS

Lines = list[str]


class Speaker(Protocol):
    """Says things in one language, as ``i18n.Reader`` does."""

    @property
    def language(self) -> str: ...

    def gettext(self, message: str) -> str: ...

    def instant(self, moment: datetime, *, zone: bool = False) -> str: ...

    def duration(self, duration: Duration) -> str: ...

    def clock_time(self, moment: datetime) -> str: ...

    def number(self, number: int) -> str: ...

    def joined(self, items: Sequence[str]) -> str: ...

    def quote(self, text: str) -> str: ...


def say(speaker: Speaker, message: str, **values: str | Duration) -> str:
    """The sentence in the speaker's language with its values in it, durations in words."""
    written = {name: speaker.duration(it) if isinstance(it, Duration) else it for name, it in values.items()}
    return speaker.gettext(message) % written if written else speaker.gettext(message)


def cited(sentence: str, clauses: Iterable[str]) -> str:
    """The sentence with the clauses that it rests on: ``... (C1, C2)``."""
    names = ", ".join(dict.fromkeys(clauses))
    return f"{sentence} ({names})" if names else sentence


def reasons(speaker: Speaker, names: Iterable[str]) -> str:
    """Several reasons as people say them, in the order of ``codes.REASONS``."""
    chosen = set(names)
    return speaker.joined([speaker.quote(speaker.gettext(REASONS[it])) for it in codes.REASONS if it in chosen])
