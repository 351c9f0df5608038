"""Reads the warranty terms out of a listing's own words (docs/reading-listings.md).

The reader itself is loaded with the first text: a server shows what was read, and hardly ever reads.
"""

from arbitration.rules.listings.in_force import TermsInForce, terms_in_force
from arbitration.rules.listings.reading import Quote, Reading

__all__ = ["Quote", "Reading", "TermsInForce", "read_terms", "terms_in_force"]


def read_terms(text: str) -> Reading:
    """Reads the terms out of a listing's text, in whatever of the known languages it is written."""
    from arbitration.rules.listings import reader

    return reader.read_terms(text)
