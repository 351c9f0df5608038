"""Paying back: the books, the gateways, and who confirms what."""
