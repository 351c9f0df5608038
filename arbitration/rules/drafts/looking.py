"""A draft cut into statements, with the questions that the check asks of them."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from arbitration.rules.drafts.phrasebook import Pattern, phrasebooks, places
from arbitration.rules.listings.claims import PERIOD, Claim
from arbitration.rules.listings.folding import fold
from arbitration.rules.listings.lexicon import lexicons
from arbitration.rules.listings.phrases import Phrase
from arbitration.rules.listings.reading import Quote
from arbitration.rules.listings.scene_making import scenes_of
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import Statement, statements
from arbitration.rules.listings.stating import claims_of
from arbitration.rules.listings.tokens import tokens
from arbitration.rules.listings.weighing import weigh

_DENIED_WITHIN = 4
_NUMBER_WITHIN = 3
_LONGEST_QUOTE = 300


class Said(NamedTuple):
    """A statement against the agreement: of what kind, and its words."""

    kind: str
    quote: Quote


class Draft:
    """The text of a draft listing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokens(fold(text))
        self.statements = statements(self._tokens)

    @cached_property
    def scenes(self) -> list[Scene]:
        """The statements as the reader of listings sees them."""
        return scenes_of(self.text, self._tokens)[0]

    @cached_property
    def period(self) -> Claim | None:
        """The claim that holds, if it is a period."""
        chosen = weigh(claims_of(self.scenes)).chosen
        return chosen if chosen is not None and chosen.kind == PERIOD else None

    def bare_number(self) -> Quote | None:
        """A warranty with a number that has no unit: "Warranty: 30"."""
        for scene in self.scenes:
            for subject in scene.all("warranty") if not scene.quantities else ():
                for place in range(subject.end, min(subject.end + _NUMBER_WITHIN, len(scene.tokens))):
                    if scene.tokens[place].kind == "number":
                        return self._quoted(*scene.span_of(subject.start, place + 1))
        return None

    def around(self, quote: Quote) -> list[Statement]:
        """The statements in which a quote stands."""
        return [s for s in self.statements if s.tokens[0].start < quote.end and quote.start < s.tokens[-1].end]

    def names(self, quote: Quote, words: str, *, inside: bool = False) -> bool:
        """Whether the statements around a quote, or only the words in it, hold some of a kind of words."""
        phrases = [phrase for book in phrasebooks().values() for phrase in book.words[words]]
        for statement in self.around(quote):
            for start, end in places(statement, phrases):
                within = quote.start <= statement.tokens[start].start and statement.tokens[end - 1].end <= quote.end
                if within or not inside:
                    return True
        return False

    def counts_without_unit(self, quote: Quote) -> bool:
        """Whether a quote holds a number, but no unit of time."""
        inside = [t for t in self._tokens if quote.start <= t.start and t.end <= quote.end]
        units = (lexicon.unit(token.text) for lexicon in lexicons().values() for token in inside)
        return any(token.kind == "number" for token in inside) and not any(units)

    def against(self) -> list[Said]:
        """The statements against the agreement, in the order of the text, one of each kind in each statement."""
        before = (None, *self.statements)
        return [said for pair in zip(self.statements, before, strict=False) for said in self._against(*pair)]

    def _against(self, statement: Statement, before: Statement | None) -> Iterator[Said]:
        kinds = set()
        for book in phrasebooks().values():
            for kind, pattern in book.against.items():
                if kind not in kinds and _holds(statement, before, pattern, book.words["denying"]):
                    kinds.add(kind)
                    yield Said(kind, self._quoted(statement.tokens[0].start, statement.tokens[-1].end))

    def _quoted(self, start: int, end: int) -> Quote:
        end = min(end, start + _LONGEST_QUOTE)
        return Quote(self.text[start:end], start, end)


def _holds(statement: Statement, before: Statement | None, pattern: Pattern, denying: Sequence[Phrase]) -> bool:
    if statement.asks or any(places(statement, pattern.unless)):
        return False
    subjects = [statement, *([before] if before is not None and before.asks else [])]  # "Problems? Write to ..."
    if pattern.beside and not any(any(places(subject, pattern.beside)) for subject in subjects):
        return False
    denials = [end for _, end in places(statement, denying)]
    return any(
        not any(start - _DENIED_WITHIN < end <= start for end in denials)
        for start, _ in places(statement, pattern.says)
    )
