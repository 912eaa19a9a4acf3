"""The state folder: what the first start makes and later starts find again. Knows no socket.

StateError
└── (the folder cannot be used as it is; the message says what to do)
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from server.address import IPAddress
from server.certificate import Identity, fault_of, is_ours, machine_names, make_identity, missing_addresses

SIGNING_KEY_VARIABLE = "VERNISSAGE_SIGNING_KEY"
CERTIFICATE, KEY = "certificate.pem", "certificate.key"  # in the folder
_SIGNING_KEY_BYTES = 32
_REMAKE_BEFORE_END = timedelta(days=1)
log = logging.getLogger("vernissage.state")


class StateError(Exception):
    """The state folder cannot be used."""


@dataclass(frozen=True, slots=True)
class State:
    """What a start needs from the folder."""

    folder: Path
    signing_key: bytes = field(repr=False)
    tls: ssl.SSLContext | None  # None: plain HTTP was asked for


def open_state(
    folder: Path, *, http: bool, addresses: Iterable[IPAddress], environ: Mapping[str, str] | None = None
) -> State:
    """Make what is missing in the folder, check what is there. Raises StateError where a person must decide."""
    environ = os.environ if environ is None else environ
    try:
        with _locked(folder):
            signing_key = _signing_key(folder / "signing.key", environ.get(SIGNING_KEY_VARIABLE, ""))
            tls = None if http else _tls(folder / CERTIFICATE, folder / KEY, tuple(addresses))
    except OSError as error:
        raise StateError(f"{error.filename or folder}: {error.strerror}") from error
    return State(folder, signing_key, tls)


def read_signing_key(folder: Path, environ: Mapping[str, str] | None = None) -> bytes:
    """The key that a start has made or was given; makes nothing. Raises StateError."""
    from_environment = (os.environ if environ is None else environ).get(SIGNING_KEY_VARIABLE, "")
    path = folder / "signing.key"
    if not from_environment and not path.is_file():
        raise StateError(f"there is no {path} yet; `vernissage run` makes one")
    return _signing_key(path, from_environment)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make the folder, and keep a second command from making the same files at the same time."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # releases the lock


def _signing_key(path: Path, from_environment: str) -> bytes:
    if from_environment:
        return _parsed_key(from_environment, SIGNING_KEY_VARIABLE)
    if not path.exists():
        write_private(path, secrets.token_hex(_SIGNING_KEY_BYTES).encode() + b"\n")
        log.info("made %s", path)
    return _parsed_key(path.read_text(encoding="ascii", errors="replace"), str(path))


def _parsed_key(text: str, where: str) -> bytes:
    """The bytes of a key in hexadecimal. The message never shows the key."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) < _SIGNING_KEY_BYTES:
        raise StateError(
            f"{where}: expected at least {2 * _SIGNING_KEY_BYTES} hexadecimal digits, got {len(text.strip())}"
            " characters. Put back a copy; a new key makes every printed code invalid."
        )
    return key


def _tls(certificate: Path, key: Path, addresses: tuple[IPAddress, ...]) -> ssl.SSLContext:
    identity = Identity(*(path.read_bytes() if path.exists() else b"" for path in (certificate, key)))
    reason = _reason_to_make(certificate, identity, addresses)
    if reason:
        fresh = make_identity(machine_names(), addresses)
        write_private(key, fresh.key)
        write_private(certificate, fresh.certificate)
        log.info("made a self-signed certificate in %s: %s", certificate, reason)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def _reason_to_make(path: Path, identity: Identity, addresses: tuple[IPAddress, ...]) -> str | None:
    """Why a new certificate is due, or None. Raises StateError where the one at hand is somebody's own and unusable.

    IPv6 addresses are no reason: systems change theirs daily (RFC 8981), and a new certificate costs every visitor a
    warning.
    """
    present = [pem for pem in (identity.certificate, identity.key) if pem]
    if not present:
        return "there was none"
    ours = all(is_ours(pem) for pem in present)
    fault = fault_of(identity, margin=_REMAKE_BEFORE_END if ours else timedelta())
    if fault and not ours:
        raise StateError(f"{path}: it {fault}. It was not made by Vernissage: replace it and its key, or remove both.")
    if fault or not ours:
        return fault and f"the old one {fault}"
    missing = missing_addresses(identity.certificate, (a for a in addresses if a.version == 4))
    return f"the old one lacks {', '.join(map(str, missing))}" if missing else None


def write_private(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file that only its owner reads; whoever reads it meanwhile sees the old content or the new.

    Durable: it is on the disk then, and survives a power cut. Raises OSError.
    """
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    draft.replace(path)
