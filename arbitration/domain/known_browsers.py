"""Browsers in which somebody signed in with both factors before. Their tries are counted apart from strangers'."""

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta

LASTS = timedelta(days=180)
"""How long a browser is known after a sign-in."""


def name_for(key: str, address: str) -> str:
    """What the mark for an address is called in a browser. It tells nobody without the key whose it is."""
    return f"known-{_signed(key, 'name', address)[:12]}"


def mark_for(key: str, address: str, now: datetime) -> str:
    """A mark for a browser in which the person with the address has just signed in. It opens nothing."""
    told = f"{secrets.token_hex(16)}.{int((now + LASTS).timestamp())}"
    return f"{told}.{_signed(key, address, told)}"


def number_in(key: str, address: str, mark: str, now: datetime) -> str | None:
    """The number of the browser that a mark was made for; None if it is another address's, too old or made up."""
    told, _, signature = mark.rpartition(".")
    if not hmac.compare_digest(_signed(key, address, told).encode(), signature.encode("utf-8", "replace")):
        return None
    number, _, until = told.partition(".")
    return number if now.timestamp() <= int(until) else None


def _signed(key: str, *parts: str) -> str:
    return hmac.new(key.encode(), json.dumps(["known browser", *parts]).encode(), hashlib.sha256).hexdigest()
