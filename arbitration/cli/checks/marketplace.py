"""What connects the marketplace: the key by which it hands people over, and the provider that pays refunds."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from arbitration.cli.checks.finding import Finding, ok, warn
from arbitration.config import Settings
from arbitration.services.refunds import providers

MEND = (
    "see that it runs and that ARBITRATION_GATEWAY_URL is right; where it answers 401, that both sides have the secret "
    "that `arbitration gateway --secret` prints, and the right time; refunds wait meanwhile"
)


def handovers(settings: Settings) -> Iterator[Finding]:
    """Whose hand-overs count: the key by its fingerprint (RFC 7638), to compare with the shop's."""
    if not settings.handover_key:
        yield ok("hand-over", "no key is set, so nobody comes in by the shop's sign-in")
        return
    from arbitration.services.handovers import public_key

    thumbprint = public_key(settings.handover_key).thumbprint()
    yield ok("hand-over", f"by the Ed25519 key {thumbprint}, for tokens whose aud is {settings.base_url}")


def gateway(settings: Settings) -> Iterator[Finding]:
    """Whether the payment provider answers as agreed, where one is set."""
    if not settings.refund_terms.asks_provider:
        yield ok("refunds", f"paid by {settings.gateway_url}")
        return
    from arbitration.cli.gateway import trouble_with

    trouble = trouble_with(settings)
    if trouble:
        yield warn("refunds", f"{settings.gateway_url}: {trouble}", MEND)
    else:
        yield ok("refunds", f"paid by {settings.gateway_url}, which answers")


def left_behind(session: Session) -> Iterator[Finding]:
    """Whether refunds are with a payment provider that the settings name no more."""
    for provider, count in providers.left_behind(session).items():
        mend = (
            "look up there what became of them before anybody pays by hand; `arbitration reconcile` names each, and "
            "says what to do; no other provider is asked"
        )
        whom = f" ({provider})" if provider else ""
        yield warn("refunds", f"{count} on their way at a payment provider that is set no more{whom}", mend)
