"""The certificate that phones see at the address in the codes: until when it is valid, for which names, who vouches."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from server.doctor.check import Finding, fault, skipped, warning, well
from server.visitors.door import unchecked_tls

HANDSHAKE_S = 5.0
_NEW = "Put a new one in place: behind a proxy, there; else start the server again, which makes a self-signed one."


def check_certificate(
    url: str, file: Path, days: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Finding:
    """Look at what is served at a URL; where nothing answers there, at the state folder's file. Blocks for seconds."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return skipped("The address in the codes is plain HTTP: phones give no camera there, except on this machine.")
    try:
        der = _served(parts.hostname, parts.port or 443, unchecked_tls())
        certificate = x509.load_der_x509_certificate(der)
    except (OSError, ValueError) as error:
        if not file.is_file():
            return fault(
                f"No certificate is shown at {url}: {error}.", "Start the server, or the proxy in front of it."
            )
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return _judged(certificate, parts.hostname, parts.port or 443, timedelta(days=days), now())


def _served(host: str, port: int, tls: ssl.SSLContext) -> bytes:
    """The certificate in DER. Raises OSError, of it ssl.SSLError where the context refuses it."""
    with (
        socket.create_connection((host, port), HANDSHAKE_S) as plain,
        tls.wrap_socket(plain, server_hostname=host) as connection,
    ):
        return connection.getpeercert(binary_form=True) or b""


def _judged(certificate: x509.Certificate, host: str, port: int, soon: timedelta, now: datetime) -> Finding:
    ends, begins = certificate.not_valid_after_utc, certificate.not_valid_before_utc
    if not begins <= now < ends:
        told = (
            f"It expired on {ends:%Y-%m-%d %H:%M} UTC." if now >= ends else f"It begins on {begins:%Y-%m-%d %H:%M} UTC."
        )
        return fault(told, f"{_NEW} Or see the check of the clock.")
    own = certificate.issuer == certificate.subject
    if not _covers(certificate, host):
        told = f"It does not speak for {host}: phones warn."
        return (warning if own else fault)(told, "Use one that names the address in the codes. " + _NEW)
    if ends - now < soon:
        return warning(f"It expires on {ends:%Y-%m-%d}, in {(ends - now).days} days.", _NEW)
    if own:
        return well(f"Self-signed, so that each phone warns once; valid until {ends:%Y-%m-%d}.")
    if distrust := _distrust(host, port):
        told = f"This machine does not trust it: {distrust}."
        return warning(
            told, "Have the server or the proxy show the whole chain; with a local authority, see deploy/tls.md."
        )
    return well(f"Trusted, and valid until {ends:%Y-%m-%d}.")


def _covers(certificate: x509.Certificate, host: str) -> bool:
    """Whether it names this host; a wildcard stands for one label (RFC 6125, section 6.4.3)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        known = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
        return host.lower() in known or f"*.{host.lower().partition('.')[2]}" in known


def _distrust(host: str, port: int) -> str:
    """Why this machine does not trust what is served there; empty where it does, or nothing is."""
    try:
        _served(host, port, ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        pass
    return ""
