"""The settings by which the marketplace is connected: what they mean, and what is wrong with them, with the mend."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from arbitration.domain.remedies import GATEWAYS, PROVIDER
from arbitration.outside.addresses import LOOPBACK, Network, is_open, networks_of
from arbitration.outside.signing import SCHEME, check_secret

LONGEST_TIMEOUT = 30
PORTS = {"http": 80, "https": 443}


def kind_of(gateway_url: str) -> str:
    """Who pays refunds: ``manual``, ``ledger``, or ``http`` for a payment provider behind an address."""
    scheme = gateway_url.partition(":")[0].lower()
    return PROVIDER if scheme == "https" else scheme


def provider_name(gateway_url: str) -> str:
    """What tells one payment provider from another: its address, without what may be written in two ways or is secret.

    A query may name an account as well as hold a secret, so its digest stands for it. Empty where none pays.
    """
    if kind_of(gateway_url) != PROVIDER:
        return ""
    try:
        target = urlsplit(gateway_url)
        port = target.port if target.port not in (None, PORTS.get(target.scheme)) else None
    except ValueError:
        return gateway_url  # refused at the start: gateway_faults
    host = f"[{target.hostname}]" if ":" in (target.hostname or "") else target.hostname
    query = f"?{hashlib.sha256(target.query.encode()).hexdigest()[:12]}" if target.query else ""
    return f"{target.scheme}://{host}{f':{port}' if port else ''}{target.path.rstrip('/')}{query}"


def secret_of(gateway_secret: str, secret_key: str) -> str:
    """What calls to the provider are signed with: the secret that is set, else one made of the installation's own."""
    if gateway_secret:
        return gateway_secret
    made = hmac.digest(secret_key.encode(), b"what calls to the payment provider are signed with", "sha256")
    return SCHEME + base64.b64encode(made).decode()


def reachable(private_networks: str, gateway_url: str, *, alone: bool) -> tuple[Network, ...]:
    """The private ranges that may be connected to.

    An installation that is reached on this machine alone (``alone``) may call a provider that its settings put there.
    """
    opened = networks_of(private_networks)
    host = urlsplit(gateway_url).hostname or ""
    return (*opened, *LOOPBACK) if alone and _is_this_machine(host) else opened


def handover_faults(pem: str) -> list[str]:
    """Whether the marketplace's public key is one; nothing to say where none is set."""
    if not pem:
        return []
    from arbitration.services.handovers import public_key

    try:
        public_key(pem)
    except ValueError as error:
        return [f"ARBITRATION_HANDOVER_KEY: {error}"]
    return []


def gateway_faults(url: str, secret: str, timeout: int, networks: str, *, alone: bool) -> Iterator[str]:
    """What is wrong with how refunds are paid; ``alone`` says that the installation is reached on this machine only."""
    if not 1 <= timeout <= LONGEST_TIMEOUT:
        yield f"ARBITRATION_GATEWAY_TIMEOUT: must be from 1 to {LONGEST_TIMEOUT} seconds"
    if secret:
        try:
            check_secret(secret)
        except ValueError as error:
            yield f"ARBITRATION_GATEWAY_SECRET: {error}"
    try:
        networks_of(networks)
    except ValueError as error:
        yield f"ARBITRATION_PRIVATE_NETWORKS: {error}; write for example 10.1.2.0/24, fd00::/8"
        return
    if fault := _fault_of_url(url, reachable(networks, url, alone=alone)):
        yield f"ARBITRATION_GATEWAY_URL: {fault}"


def _fault_of_url(url: str, opened: tuple[Network, ...]) -> str | None:
    if url in [f"{name}:" for name in GATEWAYS]:
        return None
    try:
        target = urlsplit(url)
        whole = target.scheme in ("http", "https") and bool(target.hostname) and target.port != 0
    except ValueError:
        return "is no address that can be called"
    if not whole or not url.isascii() or not url.isprintable() or " " in url:
        return "must be manual:, ledger:, or an address such as https://shop.example.com/refunds"
    return _fault_of_target(target, opened)


def _fault_of_target(target: SplitResult, opened: tuple[Network, ...]) -> str | None:
    host = target.hostname or ""
    if target.username is not None or target.fragment:
        return "must hold no name, password or fragment; calls are signed"
    if target.scheme == "http" and not _is_this_machine(host):
        return f"plain http is for this machine alone, since answers are not signed; use https for {host}"
    try:
        closed = not is_open(ip_address(host), opened)
    except ValueError:
        return None
    return f"{host} is in a private range; open it by ARBITRATION_PRIVATE_NETWORKS" if closed else None


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
