"""What connects the marketplace: the key by which it hands people over."""

from collections.abc import Iterator

from arbitration.cli.checks.finding import Finding, ok
from arbitration.config import Settings


def handovers(settings: Settings) -> Iterator[Finding]:
    """Whose hand-overs count: the key by its fingerprint (RFC 7638), to compare with the shop's."""
    if not settings.handover_key:
        yield ok("hand-over", "no key is set, so nobody comes in by the shop's sign-in")
        return
    from arbitration.services.handovers import public_key

    thumbprint = public_key(settings.handover_key).thumbprint()
    yield ok("hand-over", f"by the Ed25519 key {thumbprint}, for tokens whose aud is {settings.base_url}")
