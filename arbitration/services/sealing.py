"""Sealing a text with a key made of the installation's secret: a copy of the database alone does not tell it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class BrokenSealError(Exception):
    """The text was sealed for something else, with another secret, or was changed."""


def seal(secret: str, purpose: str, text: str) -> str:
    """The text under AES-256-GCM, in letters. ``purpose`` (such as ``totp`` and a person's id) is needed to open it."""
    return urlsafe_b64encode(seal_bytes(secret, purpose, text.encode())).decode()


def unseal(secret: str, purpose: str, sealed: str) -> str:
    """The text that was sealed for a purpose.

    Raises:
        BrokenSealError: it can't be opened so.
    """
    try:
        return unseal_bytes(secret, purpose, urlsafe_b64decode(sealed)).decode()
    except ValueError as error:
        raise BrokenSealError from error


def seal_bytes(secret: str, purpose: str, content: bytes) -> bytes:
    """``seal`` for bytes, to be kept as such."""
    nonce = token_bytes(NONCE)
    return nonce + _cipher(secret).encrypt(nonce, content, purpose.encode())


def unseal_bytes(secret: str, purpose: str, sealed: bytes) -> bytes:
    """The bytes that were sealed for a purpose.

    Raises:
        BrokenSealError: they can't be opened so.
    """
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher(secret).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError from error


def load() -> None:
    """Load what seals, for processes that share what they have loaded."""
    _cipher("")


def _cipher(secret: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"arbitration sealing 1").derive(secret.encode())
    return AESGCM(key)
