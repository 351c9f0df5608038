"""The invisible signs that turn the direction of reading: in a name they can make a sentence say something else."""

_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Embeddings, overrides and isolates (Unicode Standard Annex 9, 2.1 to 2.4)."""


def straight(text: str) -> str:
    """The text without them."""
    return text if text.isprintable() else text.translate(_TURNING)
