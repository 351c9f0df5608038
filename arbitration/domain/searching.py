"""What a text is searched by: one form for all spellings of the same word, in all six languages.

Stored beside each text that can be searched, and made of what is typed into the search box; so both meet.
"""

import unicodedata

LONGEST_QUERY = 200
MOST_WORDS = 8

_SAME_LETTERS = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "ة": "ه",
        "ۀ": "ه",
        "أ": "ا",
        "إ": "ا",
        "ٱ": "ا",
        "ؤ": "و",
        "ґ": "г",
        "ё": "е",
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "œ": "oe",
        "æ": "ae",
        "ı": "i",
    }
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʹ`´ʻ＇\"“”„«»"))


def searchable(*texts: str | None) -> str:
    """The texts in the form they are searched by, each between single spaces.

    No capitals, no diacritics, one letter where Persian, Ukrainian, Russian and Polish know two, digits as 0 to 9; no
    apostrophes and invisible joiners. What is neither a letter nor a digit nor a mark within a number or an address
    becomes a space.
    """
    found = [_WORDS[word] for text in texts if text for word in text.split()]
    return " ".join(filter(None, found))


def words(query: str) -> list[str]:
    """The words that all have to be found, in the form of ``searchable``; beyond the eighth none counts."""
    return list(dict.fromkeys(searchable(query[:LONGEST_QUERY]).split()))[:MOST_WORDS]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower().translate(_FOLDS)
    return unicodedata.normalize("NFKC", text).casefold().translate(_FOLDS)


class _Words(dict[str, str]):
    """What becomes of each word, which depends on none beside it. Texts say the same ones again and again."""

    MOST, LONGEST = 8_000, 40

    def __missing__(self, word: str) -> str:
        fold = " ".join(_folded(word).split())
        if len(word) <= self.LONGEST:
            if len(self) >= self.MOST:
                self.clear()
            self[word] = fold
        return fold


class _Folds(dict[int, str]):
    """What becomes of each character. It depends on no other one, so it is worked out once and remembered."""

    MOST = 10_000

    def __missing__(self, number: int) -> str:
        fold = _fold(chr(number))
        if len(self) < self.MOST:
            self[number] = fold
        return fold


_FOLDS = _Folds()
_WORDS = _Words()


def _fold(c: str) -> str:
    plain = c.translate(_APOSTROPHES).translate(_SAME_LETTERS)
    bare = (part for part in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(part))
    return "".join(map(_letter, bare)).translate(_SAME_LETTERS)


def _letter(c: str) -> str:
    kind = unicodedata.category(c)
    if kind == "Nd":
        return str(unicodedata.digit(c))
    if kind == "Cf" or c == "ـ":
        return ""
    return c if kind[0] in "LNS" or c in "-_@.%/\\+#&" else " "
