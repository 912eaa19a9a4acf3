"""Who a request comes from and what it may claim: addresses behind proxies, pages of other sites. Knows no account."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from server.address import base_url, visitor_address
from server.config import ServerConfig
from server.doorway import Doorway


class Reception:
    """Looks at requests, by the same rules as the gateway looks at phones."""

    def __init__(self, server: ServerConfig, doorway: Callable[[], Doorway]) -> None:
        self._server, self._doorway = server, doorway

    def address_of(self, request: web.Request) -> str:
        """The address of whoever calls; a trusted proxy's word for it counts."""
        peer = request.get_extra_info("peername")
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        return visitor_address(peer[0] if peer else "", forwarded, self._doorway().trusted_proxies)

    def is_own(self, request: web.Request) -> bool:
        """Whether the request comes from a page of this server, or from no browser."""
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        origin, host = request.headers.get("Origin"), request.headers.get("Host", "")
        own = origin is None or origin in {f"https://{host}", f"http://{host}"} or origin in self._doorway().origins
        return own and site in {"same-origin", "none"}

    def is_secure(self, request: web.Request) -> bool:
        """Whether the browser speaks TLS, here or with a proxy in front."""
        return request.secure or self._server.public_url.startswith("https://")

    def public(self, request: web.Request, path: str) -> str:
        """A whole address, as it is printed and sent to people."""
        port: int = request.get_extra_info("sockname")[1]
        return f"{base_url(self._server, port)}{path}"
