"""The numbers of a statement: those of ranges, of corrections, and those that only count a day."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.numerals import number_at, unit_word, value_of
from arbitration.rules.listings.spans import Span
from arbitration.rules.listings.statements import COMMA, JOINED, LIGHT, Statement

RANGE_SIGNS = ("-", "~", "/", "...", "..", "…", "->")
HALF = Fraction(1, 2)
_CORRECTED = 8
_PLACED = (
    *(
        "after",
        "and",
        "bound",
        "but",
        "changed",
        "condition",
        "filler",
        "from",
        "half",
        "instead_of",
        "is_it",
        "is_not",
    ),
    *("lasting", "neg", "none", "now", "rate", "since", "that_is", "to", "warranty", "was", "within"),
)


class Quantity(NamedTuple):
    """A length of time at the words from ``start`` up to ``end``; ``bare`` where no number stands with the unit."""

    span: Span
    start: int
    end: int
    bare: bool


class Counting:
    """The numbers of one statement, and the words beside them."""

    def __init__(self, statement: Statement, order: tuple[str, ...], marks: Sequence[Mention]) -> None:
        self.tokens, self.levels, self.order = statement.tokens, statement.levels, order
        self.at = {m.start: m for m in marks if m.concept.startswith("=")}
        self.places: dict[str, dict[int, int]] = {concept: {} for concept in _PLACED}
        for mark in marks:
            if mark.concept in self.places:
                self.places[mark.concept][mark.start] = mark.end
        self.dated = {place for m in marks if m.concept in ("months", "idle") for place in range(m.start, m.end)}
        self.ands = frozenset(self.places["and"])
        self.firsts = {m.start for m in marks if m.concept == "first_behind"}

    def _whole_before(self, place: int) -> Fraction:
        """The 1 of "1 1/2 years"."""
        before = self.tokens[place - 1]
        stands = place and before.kind == "number" and self.tokens[place].gap == " "
        return value_of(before.text) if stands else Fraction(0)

    def _number(self, place: int) -> tuple[Fraction, int] | None:
        read = number_at(self.tokens, self.levels, place, self.order, self.ands)
        if read and self.order[0] == "fa" and self._halved(read[1]):
            return read[0] + HALF, read[1] + 1
        if read and read[1] < len(self.tokens) and "(" in self.tokens[read[1]].gap:
            again = number_at(self.tokens, self.levels, read[1], self.order, self.ands)
            if again and again[0] == read[0]:
                return again
        return read

    def _halved(self, place: int) -> bool:
        """ "۱/۵ ماه" is a month and a half, as Persian writes a decimal point."""
        return place < len(self.tokens) and self.tokens[place].text == "5" and self.tokens[place].gap == "/"

    def _upper(self, end: int) -> tuple[Fraction, int] | None:
        """The second number of a range that goes on at ``end``."""
        place = self.places["to"].get(end)
        if place is None and unit_word(self.tokens[end].text, self.order, True) is None:
            place = self.places["bound"].get(end + 1 if end in self.ands else end)
        if place is None:
            gap = self.tokens[end].gap.strip()
            beside = gap == "" and self.tokens[end].kind == "word" == self.tokens[end - 1].kind
            if gap not in RANGE_SIGNS and not beside:
                return None
            place = end
        return self._number(place) if place < len(self.tokens) else None

    def _numbered(self, place: int) -> bool:
        """ "by day 30": a day that is counted is not one day."""
        after = place + 1
        return after < len(self.tokens) and self.tokens[after].kind == "number" and self.levels[after] == JOINED

    def _from(self, place: int) -> bool:
        return place in self.places["from"] or place in self.places["after"]

    def _corrects(self, place: int, earlier: Quantity) -> bool:
        """Whether a number at the end of a clause stands against a length that was denied."""
        before = (*self.places["neg"].values(), *self.places["none"].values())
        denied = any(self._denies(end, earlier.start) for end in before) or earlier.end in self.places["is_not"]
        instead = any(0 <= earlier.start - end <= 2 for end in self.places["instead_of"].values())
        buts = [end for start, end in self.places["but"].items() if start >= earlier.end]
        led = instead or any(end <= place <= end + 1 for end in buts)
        read = self._number(place) if (denied or instead) and led and place - earlier.end <= _CORRECTED else None
        if read is None or (read[0] == 1 and self.tokens[place].kind == "word"):
            return False
        return read[1] >= len(self.tokens) or self.levels[read[1]] >= COMMA or self.tokens[read[1]].gap.strip() == "-"

    def _denies(self, end: int, start: int) -> bool:
        """Whether a "not" that ends before a word speaks of the length at another: directly, or over an aside."""
        if not 0 <= start - end <= 1:
            closed = any(self.levels[place] >= COMMA for place in range(max(end + 1, start - 1), start + 1))
            return end < start and self.levels[end] >= COMMA and closed
        return all(self.levels[place] < COMMA for place in range(end, start + 1))

    def _just_told(self, start: int) -> bool:
        """ "the guarantee is a week": no rate, as nothing is told that is so often."""
        return any(end <= start <= end + 1 for end in self.places["warranty"].values())

    def _stands_alone(self, end: int) -> bool:
        """Whether nothing that could be counted follows on a number: "this one 7", "now 14 from delivery"."""
        if end >= len(self.tokens) or self.levels[end] >= LIGHT:
            return True
        return any(end in self.places[word] for word in ("from", "after", "and", "but", "now", "warranty"))

    def _became(self, place: int, earlier: Quantity) -> bool:
        """Whether a number is what a length is that was another: "it was 3 days, it is 14"."""
        was = earlier.end in self.places["was"]
        was = was or any(0 <= earlier.start - end <= 1 for end in self.places["was"].values())
        return was and place in self.places["is_it"].values()
