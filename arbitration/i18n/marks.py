"""Marks for strings that are translated later, where the reader is known.

``tools/catalogues.py`` collects what stands in these calls; at run time they hand back what they were given.
Plain sentences are marked with ``N_`` of ``arbitration.rules.marking``.
"""


def N_n(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - the name is gettext's convention
    """Mark a sentence with a counted thing in it."""
    return singular, plural


def N_p(context: str, message: str) -> tuple[str, str]:  # noqa: N802
    """Mark a sentence whose meaning needs a word of context."""
    return context, message
