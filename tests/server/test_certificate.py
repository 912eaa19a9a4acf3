"""The self-signed certificate: what it speaks for, how long, and what is found wrong with others."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from server.certificate import (
    LIFE_DAYS,
    Identity,
    fault_of,
    is_ours,
    machine_names,
    make_identity,
    missing_addresses,
)

LAN = (ipaddress.ip_address("192.168.1.5"), ipaddress.ip_address("fd00::5"))


@pytest.fixture(name="identity")
def make() -> Identity:
    return make_identity(("localhost", "box", "box.local"), LAN)


def test_it_speaks_for_this_machine_s_names_and_addresses(identity: Identity) -> None:
    certificate = x509.load_pem_x509_certificate(identity.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "box", "box.local"]
    assert {str(address) for address in names.get_values_for_type(x509.IPAddress)} == {
        "127.0.0.1",
        "::1",
        "192.168.1.5",
        "fd00::5",
    }


def test_the_machine_is_called_localhost_and_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Gallery-PC.museum.example")
    assert machine_names() == ("localhost", "gallery-pc", "gallery-pc.local")


def test_it_is_an_elliptic_curve_certificate_for_servers_that_phones_take(identity: Identity) -> None:
    certificate = x509.load_pem_x509_certificate(identity.certificate)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=LIFE_DAYS)
    assert LIFE_DAYS <= 398


def test_it_is_sound_and_known_as_ours(identity: Identity) -> None:
    assert fault_of(identity) is None
    assert is_ours(identity.certificate)
    assert is_ours(identity.key)


def test_another_s_certificate_is_not_ours(identity: Identity) -> None:
    assert not is_ours(identity.certificate[identity.certificate.index(b"-----BEGIN") :])


def test_it_ends_and_the_end_can_be_seen_coming(identity: Identity) -> None:
    end = datetime.now(UTC) + timedelta(days=LIFE_DAYS)
    assert fault_of(identity, now=end - timedelta(days=2), margin=timedelta(days=1)) is None
    assert "is valid only until" in str(fault_of(identity, now=end - timedelta(hours=12), margin=timedelta(days=1)))
    assert "is valid only until" in str(fault_of(identity, now=end))


def test_one_from_the_future_is_not_valid_yet(identity: Identity) -> None:
    assert "is valid only from" in str(fault_of(identity, now=datetime.now(UTC) - timedelta(days=1)))


@pytest.mark.parametrize(
    "damage", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_damaged_certificate_is_called_damaged(identity: Identity, damage: bytes) -> None:
    assert fault_of(Identity(damage, identity.key)) == "is damaged"


def test_a_certificate_cut_short_is_called_damaged(identity: Identity) -> None:
    assert fault_of(Identity(identity.certificate[:300], identity.key)) == "is damaged"


def test_a_damaged_key_is_named(identity: Identity) -> None:
    assert "private key that is damaged" in str(fault_of(Identity(identity.certificate, identity.key[:100])))


def test_a_key_of_another_certificate_is_noticed(identity: Identity) -> None:
    other = make_identity(("localhost",), ())
    assert fault_of(Identity(identity.certificate, other.key)) == "does not belong to its private key"


def test_an_address_that_it_lacks_is_found(identity: Identity) -> None:
    new = ipaddress.ip_address("10.0.0.7")
    assert missing_addresses(identity.certificate, LAN) == ()
    assert missing_addresses(identity.certificate, (*LAN, new)) == (new,)
