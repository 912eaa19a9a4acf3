"""Certificates: makes a self-signed one for this machine, and says what is wrong with one at hand. Knows no file."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.address import IPAddress

LIFE_DAYS = 397  # Apple's systems refuse server certificates that live longer than 398
_MARK = b"Made by Vernissage, which remakes it when needed.\n"  # PEM allows text before its first line (RFC 7468)
_MAX_NAME = 64  # ub-common-name of RFC 5280


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


def machine_names() -> tuple[str, ...]:
    """The names by which this machine may be called on its network (".local" is mDNS)."""
    host = socket.gethostname().partition(".")[0].lower()
    return tuple(dict.fromkeys(("localhost", host, f"{host}.local"))) if host else ("localhost",)


def make_identity(names: Iterable[str], addresses: Iterable[IPAddress], now: datetime | None = None) -> Identity:
    """A new self-signed certificate for these names and addresses, the loopback ones included."""
    start = now or datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Vernissage"),
            x509.NameAttribute(NameOID.COMMON_NAME, socket.gethostname()[:_MAX_NAME] or "localhost"),
        ]
    )
    loopback = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives += [x509.IPAddress(address) for address in dict.fromkeys((*loopback, *addresses))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))  # phones whose clocks are a little slow
        .not_valid_after(start - timedelta(minutes=5) + timedelta(days=LIFE_DAYS))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Identity(_MARK + certificate.public_bytes(serialization.Encoding.PEM), _MARK + private)


def is_ours(pem: bytes) -> bool:
    """Whether this program made the certificate or key, even a damaged one, so that it may remake it."""
    return pem.startswith(_MARK)


def ends_of(pem: bytes) -> datetime:
    """Until when a certificate is valid. Raises ValueError where it is none."""
    return x509.load_pem_x509_certificate(pem).not_valid_after_utc


def is_self_signed(pem: bytes) -> bool:
    """Whether nobody but itself vouches for a (sound) certificate, so that browsers warn."""
    certificate = x509.load_pem_x509_certificate(pem)
    return certificate.issuer == certificate.subject


def fault_of(identity: Identity, now: datetime | None = None, margin: timedelta = timedelta()) -> str | None:
    """Why this certificate cannot be used until now + margin, in words that follow "it"; None if it can."""
    try:
        certificate = x509.load_pem_x509_certificate(identity.certificate)
    except ValueError:
        return "is damaged"
    try:
        key = serialization.load_pem_private_key(identity.key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "has a private key that is damaged, locked with a password, or of an unknown kind"
    if key.public_key() != certificate.public_key():
        return "does not belong to its private key"
    today = now or datetime.now(UTC)
    if today + margin >= certificate.not_valid_after_utc:
        return f"is valid only until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    if today < certificate.not_valid_before_utc:
        return f"is valid only from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
    return None


def missing_addresses(certificate: bytes, addresses: Iterable[IPAddress]) -> tuple[IPAddress, ...]:
    """Those of the addresses that a (sound) certificate does not speak for."""
    extension = x509.load_pem_x509_certificate(certificate).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    covered = set(extension.value.get_values_for_type(x509.IPAddress))
    return tuple(address for address in addresses if address not in covered)
