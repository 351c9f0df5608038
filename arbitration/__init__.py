"""Arbitration: settles what goes wrong after a sale."""

__version__ = "0.1.0"
