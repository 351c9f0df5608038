"""Sending somebody who is signed in at the shop to their purchase in Arbitration, signed in there as well."""

import secrets
import time
import warnings

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey

from shop.settings import Settings

GOOD_FOR = 120
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)


def address(settings: Settings, email: str, order_id: str) -> str:
    """Where to send the browser. The token works once and for two minutes, so make it when the button is pressed."""
    claims = {
        "sub": email,
        "purchase": order_id,
        "aud": settings.arbitration,
        "exp": int(time.time()) + GOOD_FOR,
        "jti": secrets.token_urlsafe(16),
    }
    key = OKPKey.import_key(settings.handover_key)
    return f"{settings.arbitration}/handover#token={jwt.encode({'alg': 'EdDSA'}, claims, key, algorithms=['EdDSA'])}"
