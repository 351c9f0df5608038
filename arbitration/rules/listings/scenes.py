"""One statement with everything that was recognised in it, and the questions that the judging modules ask of it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from arbitration.rules.listings.marks import Mention, mentions
from arbitration.rules.listings.quantities import Finder, Quantity
from arbitration.rules.listings.statements import COMMA, LIGHT, Statement

_COMMA_COST = 3.0
_LIGHT_COST = 0.5
_REACH = 3
_FINISH = 6


class Scene:
    """A statement, its mentions by concept, and its quantities."""

    def __init__(self, statement: Statement, order: tuple[str, ...], asked: int = 0, promised: bool = False) -> None:
        """``asked`` is where the answer begins in a statement that is a question with its answer; ``promised`` is
        whether it was put together from what goes wrong within a time and what is done about it."""
        self.statement, self.order, self.asked, self.promised = statement, order, asked, promised
        self.tokens, self.levels = statement.tokens, statement.levels
        found = mentions(statement, order)
        self.by_concept: dict[str, list[Mention]] = {}
        for mention in found:
            self.by_concept.setdefault(mention.concept, []).append(mention)
        measured = Finder(statement, order, found).all()
        answered = [quantity for quantity in measured if quantity.start >= asked]
        self.quantities: list[Quantity] = answered or measured

    def all(self, *concepts: str) -> list[Mention]:
        """The mentions of some concepts, in no particular order."""
        if len(concepts) == 1:
            return list(self.by_concept.get(concepts[0], ()))
        return [mention for concept in concepts for mention in self.by_concept.get(concept, ())]

    def has(self, *concepts: str) -> bool:
        return not self.by_concept.keys().isdisjoint(concepts)

    def cost(self, first: tuple[int, int], second: tuple[int, int]) -> float:
        """How far apart two stretches of words are; commas weigh more than words, dashes and colons less."""
        if first[0] > second[0]:
            first, second = second, first
        gap = range(first[1], second[0] + 1)
        between = max(0, second[0] - first[1])
        return between + sum(self._weight(self.levels[place]) for place in gap if place < len(self.levels))

    @staticmethod
    def _weight(level: int) -> float:
        return _COMMA_COST if level >= COMMA else _LIGHT_COST if level == LIGHT else 0.0

    def nearest(self, mentions: Iterable[Mention], place: tuple[int, int]) -> tuple[float, Mention] | None:
        return min(((self.cost(m[1:], place), m) for m in mentions), default=None)

    def apart(self, start: int, end: int) -> bool:
        """Whether a comma stands somewhere between two words."""
        return any(self.levels[place] >= COMMA for place in range(start + 1, end + 1))

    @cached_property
    def answered_no(self) -> Mention | None:
        """The "no" of "Video needed: no", which stands alone after a colon or a bar."""
        last = len(self.tokens)
        return next((m for m in self.all("no_answer") if m.end == last and self.levels[m.start] >= LIGHT), None)

    @cached_property
    def limitless(self) -> list[Mention]:
        """ "no time limit", "has no date of expiry", "срока нет": a limit with the word that denies it."""
        denials = self.all("none", "without", "neg")
        return [
            Mention("lifetime", min(word.start, limit.start), max(word.end, limit.end))
            for limit in self.all("limit")
            for word in denials
            if (word.end <= limit.start <= word.end + 2 or limit.end <= word.start <= limit.end + 2)
            and not self.apart(min(word.end, limit.end) - 1, max(word.start, limit.start))
        ]

    def bracketed(self, start: int, end: int) -> bool:
        """Whether a bracket opens between a word and one after it, so that the second is said aside."""
        return any("(" in self.tokens[place].gap for place in range(start, end + 1))

    def clause(self, start: int, end: int, least: int = COMMA) -> tuple[int, int]:
        """The part between commas (or breaks of another weight) in which some words stand."""
        while start > 0 and self.levels[start] < least:
            start -= 1
        while end < len(self.tokens) and self.levels[end] < least:
            end += 1
        return start, end

    def within(self, concept: str, part: tuple[int, int]) -> list[Mention]:
        return [m for m in self.all(concept) if part[0] <= m.start and m.end <= part[1]]

    def related(self, relation: str, events: Sequence[str], reach: int = _REACH) -> Iterator[tuple[Mention, Mention]]:
        """A relation ("from", "until", "after") with the event that follows it closely ("from the day of purchase")."""
        for first in self.all(relation):
            follows = [
                event
                for event in self.all(*events)
                if first.end <= event.start <= first.end + reach and not self.apart(first.end - 1, event.start)
            ]
            handed = self.has("was") and [m for m in follows if any(w.end == m.start for w in self.all("was"))]
            follows = handed[:1] if handed else follows
            inside = [m for m in self.all(*events) if first.start <= m.start and m.end <= first.end]
            if follows or inside:
                yield first, min(follows or inside, key=lambda m: (m.start, -m.end))

    @cached_property
    def events(self) -> set[int]:
        """The words that only say from when or until when; they make nothing else of the statement."""
        taken: set[int] = set()
        for relation in ("from", "after", "until", "at"):
            for first, event in self.related(relation, ("pay_event", "hand_event", "check_event")):
                taken.update(range(first.end, event.end))
        ends = {quantity.end for quantity in self.quantities}
        for first, event in self.related("of", ("pay_event", "hand_event"), 2):
            if first.start in ends:
                taken.update(range(first.end, event.end))
        return taken

    def finished(self, end: int) -> int:
        """Where what is said comes to its end: at a comma, a dash or an "and", at most six words on."""
        joints = {m.start for m in self.all("and", "condition")}
        for place in range(end, min(end + _FINISH + 1, len(self.tokens))):
            parted = self.levels[place] >= COMMA or (self.levels[place] == LIGHT and not self._hyphened(place))
            if parted or place in joints:
                return place
        return len(self.tokens) if len(self.tokens) <= end + _FINISH else end

    def _hyphened(self, place: int) -> bool:
        return self.tokens[place].gap.strip() == self.tokens[place].gap

    def span_of(self, start: int, end: int) -> tuple[int, int]:
        """The code points of the original from the first word up to the last."""
        return self.tokens[start].start, self.tokens[end - 1].end
