"""Cuts a folded text into words and numbers, with what stands between them."""

import re
from typing import NamedTuple

from arbitration.rules.listings.folding import Folded

_TOKEN = re.compile(
    r"(?P<markup>&(?:[a-z]{2,8}|#[0-9]{2,5});|</?(?:[biu]|em|strong|span|font|small|center|a)(?: [^<>\n]*)?>)"
    r"|(?P<block></?(?:br|p|div|li|[uo]l|h[1-6]|hr|table|tbody|tr|t[dh])(?: [^<>\n]*)?/?>)"
    r"|(?P<date>\b[0-9]{1,4}(?P<sign>[./-])[0-9]{1,2}(?P=sign)[0-9]{2,4}\b)"
    r"|(?P<number>(?:[0-9]+ +)?[13]⁄[24]|[0-9]+(?:[.,][0-9]+)?)"
    r"|(?P<spaced>(?<!\w)(?:[^\W\d_] ){3,}[^\W\d_](?!\w))"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<cross>[❌✖✗✘🚫⛔](?=[^\S\n]*(?:[\n<]|$)))"
)
_BLANKS = {"markup": " ", "block": "\n"}
_ELISION = re.compile(r"(?:[ldnsjmtc]|qu|jusqu|lorsqu|puisqu|quelqu|presqu)'")
_TO_CYRILLIC = str.maketrans("aceopxykmthbi", "асеорхукмтнві")
_TO_LATIN = str.maketrans("асеорхукмтнві", "aceopxykmthbi")
_ONLY_LATIN, _ONLY_CYRILLIC = re.compile("[dfgjlnqrsuvwz]"), re.compile("[бгдєжзилпуфцчшщъыьэюя]")
_HAS_LATIN, _HAS_CYRILLIC = re.compile("[a-z]"), re.compile("[а-яєі]")


class Token(NamedTuple):
    """A word, number or date: its folded form, its place in the original, and the signs before it."""

    text: str
    kind: str
    start: int
    end: int
    gap: str


def tokens(folded: Folded) -> list[Token]:
    """All words and numbers of a text in order; a cross that ends a line counts as nought ("Warranty: ❌"), what
    is left of HTML as the blank or the line end that it stood for."""
    text, last, blank = folded.text, 0, ""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        start, end = match.span()
        gap = blank + text[last:start]
        if kind == "cross" and (not found or "\n" in gap):
            continue
        last, blank = end, ""
        if kind in _BLANKS:
            blank = gap + _BLANKS[kind]
            continue
        if kind == "cross":
            found.append(Token("0", "number", folded.place(start), folded.place(end - 1) + 1, gap))
            continue
        if kind == "spaced":
            text_of = match[0].replace(" ", "")
            found.append(Token(text_of, "word", folded.place(start), folded.place(end - 1) + 1, gap))
            continue
        if kind != "word":
            found.append(Token(match[0], kind, folded.place(start), folded.place(end - 1) + 1, gap))
            continue
        for begin, stop, word in _words(match[0], start):
            kind = "word" if stop == end else "article"
            found.append(Token(word, kind, folded.place(begin), folded.place(stop - 1) + 1, gap))
            gap = ""
    return found


def _words(word: str, start: int) -> list[tuple[int, int, str]]:
    """A written word as one or more: elided articles stand alone, other apostrophes are dropped."""
    pieces = []
    while elision := _ELISION.match(word):
        cut = elision.end()
        if cut == len(word):
            break
        pieces.append((start, start + cut - 1, word[: cut - 1]))
        start, word = start + cut, word[cut:]
    end = start + len(word)
    pieces.append((start, end, _one_script(word.replace("'", ""))))
    return pieces


def _one_script(word: str) -> str:
    """Look-alike letters of the other script, put in by mistake or to evade search, are read as what they look like."""
    if word.isascii() or not _HAS_LATIN.search(word) or not _HAS_CYRILLIC.search(word):
        return word
    latin, only_latin = len(_HAS_LATIN.findall(word)), len(_ONLY_LATIN.findall(word))
    if only_latin and not _ONLY_CYRILLIC.search(word):
        return word.translate(_TO_LATIN)
    return word.translate(_TO_LATIN if latin * 2 > len(word) else _TO_CYRILLIC)
