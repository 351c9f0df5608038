"""Markers for texts that are translated later, where they are shown.

They return what they are given; the extraction of messages finds the calls (keyword ``N_``).
"""


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Marks an English text for translation and returns it unchanged."""
    return message
