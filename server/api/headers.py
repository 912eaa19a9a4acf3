"""Headers that every response carries, and what a browser may do with this server's pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from aiohttp import hdrs, web

from server.address import is_within, networks

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; worker-src 'self' blob:; "
    "connect-src 'self'{sockets}; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_ALWAYS = {"X-Content-Type-Options": "nosniff"}
_PAGES = {  # what speaks of a page, and would only weigh on each of the scripts that it consists of
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_PAGE_TYPES = {"text/html", "image/svg+xml"}
_STRICT_S = 180 * 86_400
_FROM_PROXY = ("X-Forwarded-For", "Forwarded", "Via")


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Add them; an `on_response_prepare` signal."""
    response.headers.update(_ALWAYS)
    if response.content_type in _PAGE_TYPES:
        response.headers.update(_PAGES)
        response.headers["Content-Security-Policy"] = content_security_policy(request.host)
    response.headers.popall(hdrs.SERVER, None)
    if any(name in request.headers for name in _FROM_PROXY):
        # A proxy may send the next visitor's WebSocket handshake over a connection that has carried pages, where it
        # would not be understood: give it a new connection for each request.
        response.force_close()
        response.headers[hdrs.CONNECTION] = "close"


def with_strict_transport(
    pages: web.Application, trusted_proxies: Sequence[str], vouched_for: Callable[[], bool]
) -> web.Application:
    """Have browsers keep to TLS (HSTS, RFC 6797) who came by it and had no warning: by a certificate that somebody
    vouches for, or through a trusted proxy that says so. A certificate that vouches for itself would lock them out."""
    proxies = networks(trusted_proxies)

    async def tell(request: web.Request, response: web.StreamResponse) -> None:
        peer = request.get_extra_info("peername")
        proxied = bool(peer) and is_within(peer[0], proxies)
        secure = request.headers.get("X-Forwarded-Proto") == "https" if proxied else request.secure and vouched_for()
        if secure and response.content_type in _PAGE_TYPES:
            response.headers["Strict-Transport-Security"] = f"max-age={_STRICT_S}"

    pages.on_response_prepare.append(tell)
    return pages


def content_security_policy(host: str) -> str:
    """What pages may load; the WebSocket is named because Safari before 15.4 does not count it as 'self'."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return _POLICY.format(sockets=sockets)
