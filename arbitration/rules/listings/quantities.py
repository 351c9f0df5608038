"""Finds the lengths of time in a statement: "48 h", "сорока восьми часов", "7 to 10 days", "полгода"."""

from fractions import Fraction

from arbitration.rules.listings.counting import HALF, RANGE_SIGNS, Counting, Quantity
from arbitration.rules.listings.lexicon import Unit
from arbitration.rules.listings.numerals import joined, may_measure, number_meant, number_word, unit_word, value_of
from arbitration.rules.listings.spans import Span, added, fixed, span
from arbitration.rules.listings.statements import COMMA, JOINED

__all__ = ["Finder", "Quantity"]

_DAY = 24
_TENS = 20
_NAME = 4


class Finder(Counting):
    """Looks through one statement."""

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
        named = place > 0 and not self.tokens[place].gap and self.tokens[place - 1].kind == "word"
        while end < len(self.tokens) and (upper := self._upper(end)):
            if named and len(self.tokens[place - 1].text) < _NAME:
                return None
            halved = self.tokens[end].gap == "/" and number == 1 and upper[0] == 2
            number, end = (upper[0] if self.places["changed"] else max(number, upper[0])), upper[1]
        if end in self.places["half"]:
            number, end = number + HALF, self.places["half"][end]
        while end in self.places["filler"]:
            end = self.places["filler"][end]
        unit = self._unit(end, number)
        if unit is None:
            return None
        end += 1
        if end in self.places["half"]:
            number, end = number + HALF, self.places["half"][end]
        if halved and unit.name == "year":
            first = number = self._whole_before(place) + HALF
        if unit.name == "hour" and first < number <= _DAY and place in self.places["since"].values():
            return None
        length = span(number, unit.name)
        return self._with_minutes(Quantity(length, place, end, False)) if length else None

    def _unit(self, place: int, number: Fraction) -> Unit | None:
        """The unit that directly follows a number; "3+ months" is no break."""
        if place >= len(self.tokens) or self.tokens[place].kind != "word":
            return None
        if self.levels[place] >= COMMA and self.tokens[place].gap.strip() != "+":
            return None
        return unit_word(self.tokens[place].text, self.order, True, _is_many(number))

    def _with_minutes(self, hours: Quantity) -> Quantity:
        """ "1h30" is an hour and a half."""
        token = self.tokens[hours.end] if hours.end < len(self.tokens) else None
        if token is None or token.kind != "number" or token.gap or len(token.text) != 2 or hours.span.unit != "hour":
            return hours
        minutes = span(Fraction(token.text), "minute")
        whole = added(hours.span, minutes) if minutes else None
        return hours._replace(span=whole, end=hours.end + 1) if whole else hours

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

    def _of_the_same(self, place: int, earlier: Quantity) -> Quantity | None:
        return self._instead(place, earlier) or self._upwards(place, earlier)

    def _upwards(self, place: int, earlier: Quantity) -> Quantity | None:
        """ "from a week to two", "тиждень-два": the unit is named with the lower end alone."""
        signed = place == earlier.end and self.tokens[place].gap.strip() in RANGE_SIGNS
        if self.tokens[place].kind != "word" or not (signed or self.places["to"].get(earlier.end) == place):
            return None
        read = self._number(place)
        if read is None or (read[1] < len(self.tokens) and self.levels[read[1]] < COMMA and not self._from(read[1])):
            return None
        length = span(read[0], earlier.span.unit)
        return Quantity(length, place, read[1], False) if length and length.minutes > earlier.span.minutes else None

    def _instead(self, place: int, earlier: Quantity) -> Quantity | None:
        """ "used to be 7 days, now 14", "not 3 days as elsewhere, but 30": the unit is the one named before."""
        read = self._number(place)
        told = any(start < place <= end + 3 for start, end in self.places["now"].items())
        told = told or self._became(place, earlier)
        told = told and read is not None and self._stands_alone(read[1])
        told = told or (read is not None and read[1] in self.places["now"])
        if not told and not self._corrects(place, earlier):
            return None
        length = span(read[0], earlier.span.unit) if read else None
        return Quantity(length, place, read[1], False) if read and length else None

    def _merged(self, first: Quantity, second: Quantity) -> Quantity | None:
        """Two quantities that are one: a sum, a range, or the same said twice."""
        between = second.start - first.end
        linked = first.end in self.places["to"] and self.places["to"][first.end] == second.start
        linked = linked or self._bounded(first, second)
        linked = linked and not (first.end in self.ands and second.span.minutes < first.span.minutes)
        gap = self.tokens[second.start].gap.strip()
        whole = first._replace(end=second.end)
        if (linked or (between == 0 and gap in RANGE_SIGNS)) and not second.bare:
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

    def _bounded(self, first: Quantity, second: Quantity) -> bool:
        """ "10 days minimum, 20 days maximum", "at least 10 days, at most 20 days" """
        beside = self.places["bound"].get(first.end) == second.start
        return beside and first.span.unit == second.span.unit and second.span.minutes > first.span.minutes

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
