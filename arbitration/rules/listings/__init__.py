"""Reads the warranty terms out of a listing's own words (docs/reading-listings.md)."""

from arbitration.rules.listings.in_force import TermsInForce, terms_in_force
from arbitration.rules.listings.reading import Quote, Reading, read_terms

__all__ = ["Quote", "Reading", "TermsInForce", "read_terms", "terms_in_force"]
