"""Numbers as they are written: in digits, in words, and inside a word ("тридцатидневная")."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from arbitration.rules.listings.lexicon import Lexicon, Unit
from arbitration.rules.listings.statements import COMMA
from arbitration.rules.listings.tokens import Token
from arbitration.rules.listings.tongue import lexicons_for, script_of

_OTHER_LANGUAGE = 4
_SLIPPED = 5


@lru_cache(maxsize=1 << 14)
def number_word(word: str, order: tuple[str, ...]) -> int | None:
    """The value of a number word, in the likeliest language that has it."""
    for place, lexicon in enumerate(lexicons_for(order, script_of(word))):
        if word in lexicon.numbers and (not place or len(word) >= _OTHER_LANGUAGE):
            return lexicon.numbers[word]
    return None


@lru_cache(maxsize=1 << 12)
def number_meant(word: str, order: tuple[str, ...]) -> int | None:
    """The value of a number word with a slip of the pen, where no language knows the word as it stands."""
    known = lexicons_for(order, script_of(word))
    if len(word) < _SLIPPED or any(lexicon.knows(word) or lexicon.begun_by(word, False) for lexicon in known):
        return None
    return next((value for lexicon in known if (value := lexicon.number_meant(word)) is not None), None)


@lru_cache(maxsize=1 << 14)
def unit_word(word: str, order: tuple[str, ...], counted: bool, many: bool = False) -> Unit | None:
    """The unit that a word names; ``counted`` where a number stands before it, so that short forms and slips count;
    ``many`` where that number calls for a plural ("48 год" are hours in Ukrainian, as a Russian year is "1 год")."""
    known = lexicons_for(order, script_of(word))
    for place, lexicon in enumerate(known):
        if place and not counted and len(word) < _OTHER_LANGUAGE:
            break
        found = lexicon.unit(word) or _adjective(word, lexicon)
        if found and not (many and found.only_one):
            return found
    if not counted or any(lexicon.unit(word) for lexicon in known):
        return None
    return next((found for lexicon in known if (found := lexicon.unit(word, mistyped=True))), None)


@lru_cache(maxsize=1 << 16)
def may_measure(word: str, order: tuple[str, ...]) -> bool:
    """Whether a length of time can begin with a word."""
    return (
        number_word(word, order) is not None
        or unit_word(word, order, False) is not None
        or joined(word, order) is not None
    )


def _adjective(word: str, lexicon: Lexicon) -> Unit | None:
    if not word.startswith(lexicon.adjective_stems):
        return None
    name = next(name for stem, name in lexicon.adjectives.items() if word.startswith(stem))
    return Unit(name, one=True, joined=True)


@lru_cache(maxsize=1 << 14)
def joined(word: str, order: tuple[str, ...]) -> tuple[int, str] | None:
    """Number and unit of a word that holds both: "двухнедельная", "trzydziestodniowa"."""
    for lexicon in lexicons_for(order, script_of(word)):
        if word[:2] not in lexicon.number_initials:
            continue
        for stem, name in lexicon.adjectives.items():
            cut = word.find(stem, 2)
            if cut > 0 and (value := _prefix(word[:cut], lexicon)) is not None:
                return value, name
    return None


def _prefix(text: str, lexicon: Lexicon) -> int | None:
    if text in lexicon.numbers:
        return lexicon.numbers[text]
    for cut in range(len(text) - 2, 3, -1):
        high, low = lexicon.numbers.get(text[:cut]), lexicon.numbers.get(text[cut:])
        if high and low and high % 10 == 0 and low < 10:
            return high + low
    return None


def value_of(digits: str) -> Fraction:
    """The value of a number in digits: "1,5", "1 1⁄2" (as "1½" is folded)."""
    return sum((Fraction(part.replace(",", ".").replace("⁄", "/")) for part in digits.split()), Fraction(0))


def number_at(
    tokens: Sequence[Token], levels: Sequence[int], at: int, order: tuple[str, ...], ands: frozenset[int]
) -> tuple[Fraction, int] | None:
    """The number that begins at a token, and the place after it; ``ands`` are the places of words for "and"."""
    token = tokens[at]
    if token.kind == "number":
        return value_of(token.text), at + 1
    if token.kind != "word" or (value := number_word(token.text, order)) is None:
        return None
    end = at + 1
    while end < len(tokens) and levels[end] < COMMA:
        place = end + 1 if end in ands and end + 1 < len(tokens) and levels[end + 1] < COMMA else end
        more = number_word(tokens[place].text, order)
        total = None if more is None else _together(value, more)
        if total is None:
            break
        value, end = total, place + 1
    return Fraction(value), end


def _together(value: int, more: int) -> int | None:
    """Two number words as one number ("forty eight", "quatre vingts", "soixante douze"), or None."""
    if value % 100 == 4 and more == 20:
        return value + 76
    if value == 10 and 7 <= more <= 9:
        return value + more
    if more == 100 and value < 10:
        return value * 100
    if value % 100 == 0 and value and more < 100:
        return value + more
    tens = value % 100
    if tens >= 20 and tens % 10 == 0 and more < 10:
        return value + more
    return value + more if tens in (60, 80) and 10 <= more < 20 else None
