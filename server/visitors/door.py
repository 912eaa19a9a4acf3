"""Where simulated visitors go in: the WebSocket address, the ticket and how far the certificate is trusted."""

from __future__ import annotations

import re
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_SERVERS = ("https://localhost:8443", "http://localhost:8443")
_TICKET_LINK = re.compile(r"/v/([A-Za-z0-9_.~-]+)")
_TICKET_PATH = re.compile(r"/v/([A-Za-z0-9_.~-]+)/?")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_READ_BYTES = 4 << 20
_ANSWER_S = 10.0


class DoorError(Exception):
    """No way in: what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Door:
    """An address to connect to, with a ticket for it."""

    url: str  # ws:// or wss://
    ticket: str
    insecure: bool = False  # do not check the certificate

    def tls(self) -> ssl.SSLContext | None:
        """The TLS context to connect with; None for ws://. A loopback address needs no certificate to prove itself."""
        parts = urlsplit(self.url)
        if parts.scheme == "ws":
            return None
        return _tls(self.insecure or parts.hostname in _LOOPBACK)


def door_of_ticket(ticket_url: str, insecure: bool = False) -> Door:
    """The door behind a ticket's address, as a code shows it: https://HOST/v/TICKET."""
    parts = urlsplit(ticket_url)
    ticket = _TICKET_PATH.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or not parts.netloc or ticket is None:
        raise DoorError(f"expected https://HOST/v/TICKET, got {ticket_url}")
    return Door(_socket_url(ticket_url), ticket[1], insecure)


def door_of_server(server_url: str, insecure: bool = False) -> Door:
    """The door of the first station on the server's wall of codes, which is its first page."""
    return doors_of_server(server_url, insecure)[0]


def doors_of_server(server_url: str, insecure: bool = False) -> list[Door]:
    """The doors of all stations on that wall, in its order; at least one."""
    parts = urlsplit(server_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise DoorError(f"expected https://HOST, got {server_url}")
    tls = _tls(insecure or parts.hostname in _LOOPBACK) if parts.scheme == "https" else None
    try:
        with urllib.request.urlopen(f"{parts.scheme}://{parts.netloc}/", timeout=_ANSWER_S, context=tls) as answer:
            page = answer.read(_READ_BYTES).decode(errors="replace")
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise DoorError(f"expected a server at {server_url}, got: {error}") from error
    tickets = list(dict.fromkeys(_TICKET_LINK.findall(page)))
    if not tickets:
        raise DoorError(f"expected a wall of codes at {server_url}/, found no ticket there; give --ticket-url")
    return [Door(_socket_url(server_url), ticket, insecure) for ticket in tickets]


def local_door() -> Door:
    """The door of the server on this machine, if one runs on the usual port."""
    reasons = []
    for server_url in DEFAULT_SERVERS:
        try:
            return door_of_server(server_url)
        except DoorError as error:
            reasons.append(str(error))
    raise DoorError("; ".join(reasons))


def _socket_url(page_url: str) -> str:
    parts = urlsplit(page_url)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/ws"


def _tls(insecure: bool) -> ssl.SSLContext:
    return unchecked_tls() if insecure else ssl.create_default_context()


def unchecked_tls() -> ssl.SSLContext:
    """TLS that takes any certificate: a server makes its first one itself."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
