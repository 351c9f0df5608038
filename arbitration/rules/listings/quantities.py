"""Finds the lengths of time in a statement: "48 h", "сорока восьми часов", "7 to 10 days", "полгода"."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.numerals import (
    joined,
    may_measure,
    number_at,
    number_meant,
    number_word,
    unit_word,
    value_of,
)
from arbitration.rules.listings.spans import Span, added, fixed, span
from arbitration.rules.listings.statements import COMMA, JOINED, Statement

_RANGE_SIGNS = ("-", "~", "/", "...", "..", "…", "->")
_HALF = Fraction(1, 2)
_DAY = 24
_TENS = 20
_CORRECTED = 8
_PLACED = (
    *("after", "and", "but", "condition", "filler", "from", "half", "instead_of", "is_not"),
    *("lasting", "neg", "none", "now", "rate", "since", "that_is", "to", "warranty", "within"),
)


class Quantity(NamedTuple):
    """A length of time at the words from ``start`` up to ``end``; ``bare`` where no number stands with the unit."""

    span: Span
    start: int
    end: int
    bare: bool


class Finder:
    """Looks through one statement."""

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

    def all(self) -> list[Quantity]:
        """The quantities in order; ranges, sums and repetitions are one quantity each."""
        found: list[Quantity] = []
        place = 0
        while place < len(self.tokens):
            token = self.tokens[place]
            if token.kind == "word" and place not in self.at and not may_measure(token.text, self.order):
                place += 1
                continue
            quantity = self._one(place) or (self._of_the_same(place, found[-1]) if found else None)
            if quantity is None:
                place += 1
                continue
            place = quantity.end
            if found and (merged := self._merged(found[-1], quantity)):
                found[-1] = merged
            else:
                found.append(quantity)
        return self._without_rates(found)

    def _one(self, place: int) -> Quantity | None:
        if place in self.at:
            mention = self.at[place]
            return Quantity(fixed(mention.concept[1:]), place, mention.end, False)
        counted = self._counted(place) or self._in_one_word(place) or self._reversed(place)
        return counted or self._miscounted(place) or self._bare(place)

    def _miscounted(self, place: int) -> Quantity | None:
        """ "thrity days": the word for the number has a slip of the pen."""
        before, token = self.tokens[place - 1], self.tokens[place]
        if not place or before.kind != "word" or token.kind != "word" or self.levels[place] != JOINED:
            return None
        unit = unit_word(token.text, self.order, False)
        number = number_meant(before.text, self.order) if unit else None
        length = span(Fraction(number), unit.name) if unit and number else None
        return Quantity(length, place - 1, place + 1, False) if length else None

    def _counted(self, place: int) -> Quantity | None:
        read = self._number(place)
        if read is None:
            return None
        number, end = read
        first = number
        halved = False
        while end < len(self.tokens) and (upper := self._upper(end)):
            halved = self.tokens[end].gap == "/" and number == 1 and upper[0] == 2
            number, end = max(number, upper[0]), upper[1]
        if end in self.places["half"]:
            number, end = number + _HALF, self.places["half"][end]
        while end in self.places["filler"]:
            end = self.places["filler"][end]
        if end >= len(self.tokens) or self.levels[end] >= COMMA or self.tokens[end].kind != "word":
            return None
        unit = unit_word(self.tokens[end].text, self.order, True, _is_many(number))
        if unit is None:
            return None
        end += 1
        if end in self.places["half"]:
            number, end = number + _HALF, self.places["half"][end]
        if halved and unit.name == "year":
            first = number = self._whole_before(place) + _HALF
        if unit.name == "hour" and first < number <= _DAY and place in self.places["since"].values():
            return None
        length = span(number, unit.name)
        return self._with_minutes(Quantity(length, place, end, False)) if length else None

    def _whole_before(self, place: int) -> Fraction:
        """The 1 of "1 1/2 years"."""
        before = self.tokens[place - 1]
        stands = place and before.kind == "number" and self.tokens[place].gap == " "
        return value_of(before.text) if stands else Fraction(0)

    def _with_minutes(self, hours: Quantity) -> Quantity:
        """ "1h30" is an hour and a half."""
        token = self.tokens[hours.end] if hours.end < len(self.tokens) else None
        if token is None or token.kind != "number" or token.gap or len(token.text) != 2 or hours.span.unit != "hour":
            return hours
        minutes = span(Fraction(token.text), "minute")
        whole = added(hours.span, minutes) if minutes else None
        return hours._replace(span=whole, end=hours.end + 1) if whole else hours

    def _number(self, place: int) -> tuple[Fraction, int] | None:
        read = number_at(self.tokens, self.levels, place, self.order, self.ands)
        if read and self.order[0] == "fa" and self._halved(read[1]):
            return read[0] + _HALF, read[1] + 1
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
        if place is None:
            gap = self.tokens[end].gap.strip()
            beside = gap == "" and self.tokens[end].kind == "word" == self.tokens[end - 1].kind
            if gap not in _RANGE_SIGNS and not beside:
                return None
            place = end
        return self._number(place) if place < len(self.tokens) else None

    def _in_one_word(self, place: int) -> Quantity | None:
        token = self.tokens[place]
        both = joined(token.text, self.order) if token.kind == "word" and len(token.text) > 4 else None
        if both is None:
            return None
        tens = number_word(self.tokens[place - 1].text, self.order) if place and self.levels[place] < COMMA else None
        whole = tens is not None and tens >= _TENS and tens % 10 == 0 and both[0] < 10
        length = span(Fraction(both[0] + tens if whole and tens else both[0]), both[1])
        return Quantity(length, place - whole, place + 1, False) if length else None

    def _reversed(self, place: int) -> Quantity | None:
        """ "days: 30" """
        token = self.tokens[place]
        if place + 1 >= len(self.tokens) or token.kind != "word" or self.tokens[place + 1].kind != "number":
            return None
        told = ":" in self.tokens[place + 1].gap or (self._numbered(place) and place in self.places["within"].values())
        unit = unit_word(token.text, self.order, False) if told else None
        if unit is None or self._counted(place + 1):
            return None
        length = span(value_of(self.tokens[place + 1].text), unit.name)
        return Quantity(length, place, place + 2, False) if length else None

    def _bare(self, place: int) -> Quantity | None:
        token = self.tokens[place]
        unit = unit_word(token.text, self.order, False) if token.kind == "word" else None
        if unit is None or not (unit.one or place + 1 in self.firsts) or place in self.dated or self._numbered(place):
            return None
        length = span(Fraction(1), unit.name)
        return Quantity(length, place, place + 1, True) if length else None

    def _numbered(self, place: int) -> bool:
        """ "by day 30": a day that is counted is not one day."""
        after = place + 1
        return after < len(self.tokens) and self.tokens[after].kind == "number" and self.levels[after] == JOINED

    def _of_the_same(self, place: int, earlier: Quantity) -> Quantity | None:
        return self._instead(place, earlier) or self._upwards(place, earlier)

    def _upwards(self, place: int, earlier: Quantity) -> Quantity | None:
        """ "from a week to two", "тиждень-два": the unit is named with the lower end alone."""
        signed = place == earlier.end and self.tokens[place].gap.strip() in _RANGE_SIGNS
        if self.tokens[place].kind != "word" or not (signed or self.places["to"].get(earlier.end) == place):
            return None
        read = self._number(place)
        if read is None or (read[1] < len(self.tokens) and self.levels[read[1]] < COMMA and not self._from(read[1])):
            return None
        length = span(read[0], earlier.span.unit)
        return Quantity(length, place, read[1], False) if length and length.minutes > earlier.span.minutes else None

    def _from(self, place: int) -> bool:
        return place in self.places["from"] or place in self.places["after"]

    def _instead(self, place: int, earlier: Quantity) -> Quantity | None:
        """ "used to be 7 days, now 14", "not 3 days as elsewhere, but 30": the unit is the one named before."""
        told = any(start < place <= end + 3 for start, end in self.places["now"].items())
        read = self._number(place)
        told = told or (read is not None and read[1] in self.places["now"])
        if not told and not self._corrects(place, earlier):
            return None
        length = span(read[0], earlier.span.unit) if read else None
        return Quantity(length, place, read[1], False) if read and length else None

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

    def _merged(self, first: Quantity, second: Quantity) -> Quantity | None:
        """Two quantities that are one: a sum, a range, or the same said twice."""
        between = second.start - first.end
        linked = first.end in self.places["to"] and self.places["to"][first.end] == second.start
        linked = linked and not (first.end in self.ands and second.span.minutes < first.span.minutes)
        gap = self.tokens[second.start].gap.strip()
        whole = first._replace(end=second.end)
        if (linked or (between == 0 and gap in _RANGE_SIGNS)) and not second.bare:
            return (
                whole
                if first.span.about(second.span)
                else whole._replace(span=max(first.span, second.span, key=_length))
            )
        told = self.places["that_is"].get(first.end) == second.start
        if told and not second.bare and first.span.about(second.span):
            return whole._replace(bare=False)
        if between == 0 and gap[:1] in ("(", "=", "/") and first.span.about(second.span):
            return whole._replace(bare=first.bare and second.bare)
        close = between == 0 and self.levels[second.start] == JOINED
        named = not first.bare or (first.span.unit, second.span.unit) == ("year", "month")
        if (close or (between == 1 and first.end in self.ands)) and named and not second.bare:
            total = added(first.span, second.span)
            return whole._replace(span=total) if total else None
        return None

    def _just_told(self, start: int) -> bool:
        """ "the guarantee is a week": no rate, as nothing is told that is so often."""
        return any(end <= start <= end + 1 for end in self.places["warranty"].values())

    def _whole_week(self, quantity: Quantity) -> bool:
        """ "seven days the week" """
        if quantity.span.iso != "P7D" or quantity.end >= len(self.tokens) or self.levels[quantity.end] != JOINED:
            return False
        unit = unit_word(self.tokens[quantity.end].text, self.order, False)
        return unit is not None and unit.name == "week"

    def _without_rates(self, found: list[Quantity]) -> list[Quantity]:
        """ "24 hours a day" is no period, and neither is the day."""
        found = [q for q in found if not self._whole_week(q)]
        if not found or not self.places["rate"]:
            return found
        led = {end for word in ("within", "condition", "filler", "lasting") for end in self.places[word].values()}
        rates = {
            start: end
            for start, end in self.places["rate"].items()
            if start and start not in led and not self._just_told(start)
        }
        dropped = set(rates.values())
        return [q for q in found if q.end not in rates and not (q.end in dropped and q.start in rates)]


def _is_many(number: Fraction) -> bool:
    """Whether a number is followed by a plural in languages where 21 is followed by a singular."""
    return number % 10 != 1 or number % 100 == 11


def _length(length: Span) -> int:
    return length.minutes
