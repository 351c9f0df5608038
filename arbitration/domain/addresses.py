"""E-mail addresses: the one form under which a person is known, and which ones can be true at all."""

import re
import unicodedata

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
_LOCAL_PART = re.compile(r"[^\s@.,;:<>()\[\]\\\"]+(\.[^\s@.,;:<>()\[\]\\\"]+)*").fullmatch
_DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))*").fullmatch


def canonical(written: str) -> str:
    """The address as people are known by it: without white space around it, NFC, without regard to capitals."""
    written = written.strip()
    if written.isascii():
        return written.lower()
    small = "".join(_small(character) for character in unicodedata.normalize("NFC", written))
    return unicodedata.normalize("NFC", small)


def _small(character: str) -> str:
    """The small letter. A letter that would turn into a Latin one (as İ does) stays: it is another address."""
    small = character.lower()
    return character if not character.isascii() and any(c.isascii() for c in small) else small


def is_plausible(written: str) -> bool:
    """Whether somebody could be reached there: one ``@`` with something on either side, and nothing invisible or blank.

    Whether the address exists only a mail can tell.
    """
    address, outside = canonical(written), written.strip()
    local, _, domain = address.partition("@")
    if (
        len(local) > LONGEST_LOCAL_PART
        or max(len(address), len(outside)) > LONGEST_ADDRESS
        or not outside.isprintable()
    ):
        return False
    return bool(_LOCAL_PART(local)) and bool(_DOMAIN(domain))
