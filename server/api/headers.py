"""Headers that every response carries, and what a browser may do with this server's pages."""

from __future__ import annotations

import re

from aiohttp import hdrs, web

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
_FROM_PROXY = ("X-Forwarded-For", "Forwarded", "Via")


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Add them; an `on_response_prepare` signal. No HSTS: with a self-signed certificate it would lock visitors out."""
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


def content_security_policy(host: str) -> str:
    """What pages may load; the WebSocket is named because Safari before 15.4 does not count it as 'self'."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return _POLICY.format(sockets=sockets)
