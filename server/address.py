"""Addresses: which this machine has, which one its codes should lead to, and which one a visitor comes from."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

import psutil

from server.config import ServerConfig

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_ANY_HOST = ("", "0.0.0.0", "::")
_INNER_INTERFACES = ("docker", "br-", "veth", "virbr")  # bridges to containers and virtual machines
_VISITOR_PREFIX = 64  # one phone picks the other half of its IPv6 address itself, and often (RFC 8981)


def lan_addresses() -> tuple[IPAddress, ...]:
    """Addresses at which this network may reach this machine; the one of its default route first, IPv4 before IPv6."""
    found = {
        address
        for name, entries in psutil.net_if_addrs().items()
        if not name.startswith(_INNER_INTERFACES)
        for entry in entries
        if entry.family in {socket.AF_INET, socket.AF_INET6}
        for address in [ipaddress.ip_address(entry.address.partition("%")[0])]
        if not (address.is_loopback or address.is_link_local or address.is_unspecified)
    }
    routed = _routed_address()
    return tuple(sorted(found, key=lambda address: (address != routed, address.version, int(address))))


def _routed_address() -> IPAddress | None:
    """The address that packets to elsewhere would leave from; connecting a datagram socket sends none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address set aside for examples (RFC 5737)
        except OSError:
            return None
        return ipaddress.ip_address(probe.getsockname()[0])


def base_url(server: ServerConfig, port: int, addresses: Iterable[IPAddress] | None = None) -> str:
    """The address that codes lead to, without a slash at its end; `port` is the one that is really bound."""
    if server.public_url:
        return server.public_url.rstrip("/")
    if server.host not in _ANY_HOST:
        host = server.host
    elif server.http:
        host = "localhost"  # the only name to which phones and browsers give a camera without TLS
    else:
        found = lan_addresses() if addresses is None else addresses
        host = next((str(address) for address in found), "localhost")
    return f"{'http' if server.http else 'https'}://{f'[{host}]' if ':' in host else host}:{port}"


def networks(texts: Iterable[str]) -> tuple[IPNetwork, ...]:
    """Trusted proxies as they stand in the configuration, parsed once."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def visitor_address(peer: str, forwarded_for: str, trusted_proxies: Iterable[IPNetwork]) -> str:
    """The address that limits count: the peer's, or what trusted proxies say of it.

    `forwarded_for` is the X-Forwarded-For header, or empty. Each proxy appends the address it saw, so the right-most
    one that is no trusted proxy's is the last that a trusted one vouches for; left of it anybody may have written.
    """
    trusted = tuple(trusted_proxies)
    seen = peer
    hops = [hop for hop in forwarded_for.split(",") if hop.strip()]
    while hops and is_within(seen, trusted):
        seen = hops.pop()
    return _grouped(seen)


def is_within(address: str, trusted: Iterable[IPNetwork]) -> bool:
    """Whether an address is in one of the networks; what is no address is in none."""
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _grouped(address: str) -> str:
    """IPv6 by its first 64 bits; IPv4 inside IPv6 as IPv4; what is no address stays one group of its own."""
    parsed = _parsed(address)
    if parsed is None:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), _VISITOR_PREFIX), strict=False))


def _parsed(address: str) -> IPAddress | None:
    """An address as headers and sockets write it: with brackets, a port or a zone, or without."""
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, ipaddress.IPv6Address) else parsed
