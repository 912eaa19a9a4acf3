"""Whose name pictures are signed in: the gallery's certificate and key, or ones made here. Knows no picture.

What is made here is a certificate with an authority of its own above it, as C2PA asks for (C2PA Technical
Specification 2.2, 14.5.1): no certificate may sign itself. The authority's key is thrown away at once, so that nothing
else can ever be signed with it. Nobody trusts such an authority, and readers of the credentials say so.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CERTIFICATE, KEY = "certificate.pem", "private.key"  # in the folder
LIFE = timedelta(days=3650)  # without a time stamp a signature is good for as long as its certificate
_REMAKE_BEFORE_END = timedelta(days=90)
_MAX_BYTES = 65_536  # of a file
_CURVES = {"secp256r1": "es256", "secp384r1": "es384"}
log = logging.getLogger("vernissage.provenance")


class ProvenanceError(Exception):
    """Pictures cannot be signed as they should be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A chain of certificates, the signing one first, and its key."""

    chain: bytes  # PEM
    key: bytes = field(repr=False)  # PEM
    algorithm: str  # as C2PA names it
    name: str  # in whose name it signs
    until: datetime
    own: bool  # whether it was made here: nobody outside trusts it


def open_identity(folder: Path, certificate: str = "", key: str = "", now: datetime | None = None) -> Identity:
    """The gallery's own from two PEM files, or, where neither is named, one that is kept in the folder.

    One made here is made anew when it is missing, damaged or about to end. Raises ProvenanceError.
    """
    now = now or datetime.now(UTC)
    if not certificate and not key:
        return _own(folder, now)
    if not certificate or not key:
        raise ProvenanceError("expected both a certificate and its key for Content Credentials, got one of them")
    return identity_of(_read(Path(certificate)), _read(Path(key)), now)


def identity_of(chain: bytes, key: bytes, now: datetime, *, own: bool = False) -> Identity:
    """A chain and its key, checked as far as that is possible before anything is signed. Raises ProvenanceError."""
    try:
        certificates = x509.load_pem_x509_certificates(chain)
    except ValueError:
        raise ProvenanceError("expected certificates in PEM, the signing one first, got something else") from None
    try:
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ProvenanceError("expected a private key in PEM without a password, got something else") from None
    leaf = certificates[0]
    if private.public_key() != leaf.public_key():
        raise ProvenanceError("expected the key of the first certificate, got another one's")
    if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc:
        raise ProvenanceError(
            "expected a certificate that is valid today, got one from "
            f"{leaf.not_valid_before_utc:%Y-%m-%d} to {leaf.not_valid_after_utc:%Y-%m-%d}"
        )
    return Identity(chain, key, _algorithm(private), _name(leaf), leaf.not_valid_after_utc, own)


def make_identity(now: datetime) -> tuple[bytes, bytes]:
    """A chain and a key, made here, both PEM."""
    above, below = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _named("Vernissage, authority made by this installation"), _named("Vernissage, this installation")
    root = _certificate(issuer, issuer, above, above, now, authority=True)
    leaf = _certificate(subject, issuer, below, above, now, authority=False)
    private = below.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (leaf, root)), private


# -- the one made here --------------------------------------------------------------------------------------------


def _own(folder: Path, now: datetime) -> Identity:
    paths = folder / CERTIFICATE, folder / KEY
    reason = "there was none"
    if all(path.exists() for path in paths):
        try:
            found = identity_of(_read(paths[0]), _read(paths[1]), now + _REMAKE_BEFORE_END, own=True)
        except ProvenanceError as error:
            reason = str(error)
        else:
            return found
    chain, key = make_identity(now)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(paths[1], key)
        _write(paths[0], chain)
    except OSError as error:
        raise ProvenanceError(f"{error.filename or folder}: {error.strerror}") from error
    log.info("made a certificate for Content Credentials in %s: %s", paths[0], reason)
    return identity_of(chain, key, now, own=True)


def _named(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Vernissage"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signed_by: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    authority: bool,
) -> x509.Certificate:
    """One of the two; for their extensions see RFC 5280, section 4.2.1, and C2PA 2.2, 14.5.1."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(_usage(authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(signed_by, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


# -- what is there ------------------------------------------------------------------------------------------------


def _algorithm(key: PrivateKeyTypes) -> str:
    """As C2PA names it (2.2, 13.2.1)."""
    match key:
        case ec.EllipticCurvePrivateKey() if key.curve.name in _CURVES:
            return _CURVES[key.curve.name]
        case rsa.RSAPrivateKey() if key.key_size >= 2048:
            return "ps256"
        case ed25519.Ed25519PrivateKey():
            return "ed25519"
    raise ProvenanceError("expected a key of P-256, P-384, Ed25519 or RSA with at least 2048 bits, got another kind")


def _name(certificate: x509.Certificate) -> str:
    for wanted in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := certificate.subject.get_attributes_for_oid(wanted):
            return str(found[0].value)
    return "somebody without a name"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ProvenanceError(f"{path}: {error.strerror}") from error
    if len(data) > _MAX_BYTES:
        raise ProvenanceError(f"{path}: expected at most {_MAX_BYTES} bytes")
    return data


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; whoever reads it meanwhile sees the old content or the new."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
