"""The data files of the check, one per language: phrases in the notation of the reader, and clear wordings."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from arbitration.rules.listings.phrases import Phrase
from arbitration.rules.listings.statements import Statement


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something against the agreement: ``says``, in a statement with some of ``beside`` and none of ``unless``."""

    says: tuple[Phrase, ...]
    beside: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """One language: ``words`` by name, ``against`` by kind, ``wording`` as in the file."""

    code: str
    wording: Mapping[str, Any]
    words: Mapping[str, tuple[Phrase, ...]]
    against: Mapping[str, Pattern]


@lru_cache(maxsize=1)
def phrasebooks() -> Mapping[str, Phrasebook]:
    """All languages by code. Raises ValueError that names a file which cannot be read."""
    found = {}
    for path in sorted((Path(__file__).parent / "data").glob("*.toml")):
        try:
            found[path.stem] = _phrasebook(path.stem, tomllib.loads(path.read_text("utf-8")))
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise ValueError(f"{path.name}: {error!r}") from error
    return found


def places(statement: Statement, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    """Where phrases stand in a statement, from word to word."""
    words = [token.text for token in statement.tokens]
    for at, word in enumerate(words):
        for phrase in phrases:
            length = phrase.length(words, statement.levels, at) if phrase.first.fits(word) else 0
            if length > 0:
                yield at, at + length


def _phrasebook(code: str, data: Mapping[str, Any]) -> Phrasebook:
    return Phrasebook(
        code,
        data["wording"],
        {name: _compiled(name, texts) for name, texts in data["words"].items()},
        {
            kind: Pattern(*(_compiled(kind, entry.get(part, ())) for part in ("says", "beside", "unless")))
            for kind, entry in data["against"].items()
        },
    )


def _compiled(name: str, texts: Sequence[str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(name, text) for text in texts)
