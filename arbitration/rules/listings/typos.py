"""Recognises long words that were mistyped: one slip, or two in a word of nine letters or more."""

from collections.abc import Iterable

_SHORTEST = 5
_LONG = 9
_PIECED = 8


def slips(word: str, other: str, most: int) -> int:
    """How many letters were left out, put in, swapped or exchanged, counted no further than ``most`` + 1."""
    if abs(len(word) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != against))
            if i > 1 and j > 1 and char == other[j - 2] and word[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


class Spelling:
    """Stems (``гаранти`` for ``гаранти*``) and whole words, found again when a letter or two of them went wrong."""

    def __init__(self, words: Iterable[tuple[str, bool]]) -> None:
        self._pieces: dict[str, dict[str, set[tuple[str, bool]]]] = {}
        for word, open_ended in set(words):
            if len(word) >= _SHORTEST:
                half = len(word) // 2
                straddled = (word[: half - 1], word[half + 1 :]) if len(word) >= _PIECED else ()
                for piece in (word[:half], word[half:], *straddled):
                    self._pieces.setdefault(word[0], {}).setdefault(piece, set()).add((word, open_ended))
        self._sizes = {initial: sorted({len(piece) for piece in known}) for initial, known in self._pieces.items()}

    def nearest(self, word: str) -> tuple[str, bool] | None:
        """The entry that the word was meant to be, or None."""
        if len(word) < _SHORTEST or word[0] not in self._pieces:
            return None
        best, fewest = None, 3
        for entry, open_ended in sorted(self._candidates(word)):
            count = self._slips(word, entry, open_ended)
            if count < fewest:
                best, fewest = (entry, open_ended), count
        return best

    def _candidates(self, word: str) -> set[tuple[str, bool]]:
        found: set[tuple[str, bool]] = set()
        pieces = self._pieces[word[0]]
        for size in self._sizes[word[0]]:
            for start in (0, *range(max(1, size - 2), min(size + 3, len(word) - size + 1))):
                found.update(pieces.get(word[start : start + size], ()))
        return found

    @staticmethod
    def _slips(word: str, entry: str, open_ended: bool) -> int:
        """How many slips, or 3: none in the first letter, nor where a beginning ends, as other endings do not count."""
        most = 2 if len(entry) >= _LONG else 1
        if word[0] != entry[0]:
            return 3
        if not open_ended:
            return _allowed(slips(word, entry, most), most)
        sizes = range(max(len(entry) - 1, 3), min(len(entry) + 1, len(word)) + 1)
        begun = [word[:size] for size in sizes if word[size - 1] == entry[-1]]
        return min((_allowed(slips(start, entry, most), most) for start in begun), default=3)


def _allowed(count: int, most: int) -> int:
    return count if count <= most else 3
