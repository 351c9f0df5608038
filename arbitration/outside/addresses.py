"""Which addresses may be connected to: those of the open Internet, and the private ranges that the settings open."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAT64 = IPv6Network("64:ff9b::/96")
LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class ClosedAddressError(Exception):
    """The name leads nowhere, or only into ranges that are closed; nothing was connected to."""


def networks_of(text: str) -> tuple[Network, ...]:
    """Ranges such as ``10.1.2.0/24, fd00::/8``.

    Raises:
        ValueError: one of them is no range of addresses.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_open(address: Address, opened: Sequence[Network] = ()) -> bool:
    """Whether an address may be connected to. An IPv4 address that hides in an IPv6 one is what counts of it."""
    address = _innermost(address)
    if any(address in network for network in opened):
        return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def checked(host: str, port: int, opened: Sequence[Network] = ()) -> list[str]:
    """The addresses of a host that may be connected to, in the order of the resolver.

    Raises:
        ClosedAddressError: there are none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ClosedAddressError(f"{host} has no address ({type(error).__name__})") from None
    addresses = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    fair = [each for each in addresses if is_open(ip_address(each), opened)]
    if not fair:
        raise ClosedAddressError(f"{host} leads into a private range, which ARBITRATION_PRIVATE_NETWORKS does not open")
    return fair


def _innermost(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else address
