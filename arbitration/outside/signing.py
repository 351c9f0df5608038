"""Signatures as the Standard Webhooks specification makes them, so that whoever is called knows who calls."""

import base64
import binascii
from datetime import datetime

SCHEME = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64


def check_secret(secret: str) -> None:
    """Whether a secret is one: ``whsec_`` and 24 to 64 random bytes in Base64.

    Raises:
        ValueError: it is not; the message says how to make one.
    """
    made = "openssl rand -base64 32, with whsec_ before it"
    try:
        key = base64.b64decode(secret.removeprefix(SCHEME), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(SCHEME) or not FEWEST_BYTES <= len(key) <= MOST_BYTES or len(set(key)) < 8:
        raise ValueError(f"must be whsec_ and 24 to 64 random bytes in Base64; make one: {made}")


def signature_headers(secret: str, id_: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers over an id, a moment and a body. A resend has the same id and its own moment."""
    from standardwebhooks import Webhook

    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, at, body),
    }
