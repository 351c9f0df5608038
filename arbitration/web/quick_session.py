"""The cookie in which a notice travels to the next page, as Flask has it, at less expense.

What is in it says as much as Flask's own and is read by the same rules. But one that is short is not compressed, for
which zlib takes and gives back a quarter of a megabyte, and what signs is made once, not with every request.
"""

from functools import lru_cache

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.url_safe import URLSafeSerializerMixin

LONG = 1_000
"""Bytes from which on it is compressed: a browser keeps four thousand."""


class QuickSessions(SecureCookieSessionInterface):
    """Flask's sessions in signed cookies."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the browser's cookie holds; most requests bring none."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads the cookie."""
        return _serializer(app.config["SECRET_KEY"])


class _Serializer(URLSafeTimedSerializer):
    def dump_payload(self, obj: object) -> bytes:
        plain = super(URLSafeSerializerMixin, self).dump_payload(obj)
        return base64_encode(plain) if len(plain) < LONG else super().dump_payload(obj)


@lru_cache(1)
def _serializer(secret: str) -> URLSafeTimedSerializer:
    ours = QuickSessions
    signer = {"key_derivation": ours.key_derivation, "digest_method": ours.digest_method}
    return _Serializer(secret, salt=ours.salt, serializer=ours.serializer, signer_kwargs=signer)
