"""The marketplace's side of a hand-over: its key, and tokens as a shop's engineer would make them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.support.shop import BUYER


def segment(value: bytes | Mapping[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Signer:
    """Signs tokens with an Ed25519 key of its own, byte by byte and without the library that reads them."""

    def __init__(self, audience: str) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.audience = audience
        self.count = 0

    @property
    def public_pem(self) -> str:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def private_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def claims(self, purchase: str, now: datetime, **changes: Any) -> dict[str, Any]:
        self.count += 1
        said = {
            "sub": BUYER,
            "purchase": purchase,
            "aud": self.audience,
            "exp": int(now.timestamp()) + 120,
            "jti": f"token-{self.count}",
        }
        return {name: value for name, value in (said | changes).items() if value is not None}

    def token(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        head = segment({"alg": "EdDSA", "typ": "JWT"} | dict(header or {}))
        signed = f"{head}.{segment(claims)}"
        return f"{signed}.{segment(self.key.sign(signed.encode()))}"

    def unsigned(self, claims: Mapping[str, Any]) -> str:
        return f"{segment({'alg': 'none'})}.{segment(claims)}."

    def by_public_key(self, claims: Mapping[str, Any]) -> str:
        """HS256 with the public key as the secret: what a reader that trusts the header would take."""
        signed = f"{segment({'alg': 'HS256'})}.{segment(claims)}"
        mac = hmac.new(self.public_pem.encode(), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{segment(mac)}"
