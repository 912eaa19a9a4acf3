"""Addresses: which one a code leads to, and which one a visitor counts by."""

from __future__ import annotations

import ipaddress

import pytest

from server.address import base_url, lan_addresses, networks, visitor_address
from server.config import ServerConfig

LAN = (ipaddress.ip_address("192.168.1.5"), ipaddress.ip_address("10.0.0.7"))
PROXIES = networks(("10.0.0.0/8", "fd00::1"))


def test_lan_addresses_can_be_reached_from_elsewhere() -> None:
    assert not [address for address in lan_addresses() if address.is_loopback or address.is_link_local]


@pytest.mark.parametrize(
    ("server", "url"),
    [
        (ServerConfig(), "https://192.168.1.5:8443"),
        (ServerConfig(public_url="https://art.example"), "https://art.example"),
        (ServerConfig(host="10.0.0.7"), "https://10.0.0.7:8443"),
        (ServerConfig(host="fd00::2"), "https://[fd00::2]:8443"),
        (ServerConfig(host="::"), "https://192.168.1.5:8443"),
        (ServerConfig(http=True), "http://localhost:8443"),
        (ServerConfig(http=True, host="127.0.0.1"), "http://127.0.0.1:8443"),
    ],
)
def test_codes_lead_to_the_public_address_or_to_this_machine_s(server: ServerConfig, url: str) -> None:
    assert base_url(server, 8443, LAN) == url


def test_codes_lead_to_localhost_on_a_machine_without_a_network() -> None:
    assert base_url(ServerConfig(), 8443, ()) == "https://localhost:8443"


def test_codes_name_the_port_that_is_bound_not_the_one_that_was_asked_for() -> None:
    assert base_url(ServerConfig(port=0, http=True), 50123) == "http://localhost:50123"


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "198.51.100.1, 10.2.2.2", "198.51.100.1"),
        ("10.1.1.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.1.1.1", " , ,198.51.100.1", "198.51.100.1"),
        ("fd00::1", "[2001:db8::7]:4711", "2001:db8::/64"),
        ("10.1.1.1", "10.3.3.3", "10.3.3.3"),
    ],
)
def test_only_a_trusted_proxy_is_believed_and_only_its_own_word(peer: str, forwarded_for: str, address: str) -> None:
    assert visitor_address(peer, forwarded_for, PROXIES) == address


@pytest.mark.parametrize("nonsense", ["unknown", "999.1.1.1", "::::", "<script>"])
def test_nonsense_from_a_proxy_counts_as_one_address(nonsense: str) -> None:
    assert visitor_address("10.1.1.1", nonsense, PROXIES) == "unknown"


def test_one_phone_with_many_ipv6_addresses_counts_as_one() -> None:
    first, second = (visitor_address(f"2001:db8:0:1::{n}", "", ()) for n in (1, 2))
    assert first == second
    assert visitor_address("2001:db8:0:2::1", "", ()) != first


def test_ipv4_inside_ipv6_counts_as_ipv4() -> None:
    assert visitor_address("::ffff:203.0.113.9", "", ()) == "203.0.113.9"


def test_a_zone_is_no_part_of_an_address() -> None:
    assert visitor_address("fe80::1%eth0", "", ()) == "fe80::/64"
