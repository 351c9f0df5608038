"""After every request: the headers that tell a browser what it must not do."""

from flask import Flask, Response, current_app, g, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
"""Set nowhere else, so they are added: to set one means to look through all that are there, which adds up."""


def init_app(app: Flask) -> None:
    """Register the headers."""
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    """Content policy, no sniffing, no framing, no referrer to others, and nothing personal in a shared cache."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.extend(ALWAYS)
    headers.add("X-Request-Id", g.get("request_id", "-"))
    if request.endpoint != "static" or response.status_code >= 400:
        headers.setdefault("Cache-Control", "private, no-cache")
        headers.add("Vary", "Cookie, Accept-Language, Authorization")
    if current_app.config["SETTINGS"].secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
