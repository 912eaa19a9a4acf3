"""GET /metrics, and who may read it: this machine, networks that the configuration names, or whoever has the token."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterable, Mapping

from aiohttp import web

from server.address import IPNetwork, networks
from server.api.problem import problem
from server.config import ConfigError

TOKEN_VARIABLE = "VERNISSAGE_METRICS_TOKEN"
LEAST_TOKEN_CHARS = 32
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
_HEADERS = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"}


class MetricsPage:
    """The page for Prometheus. What a proxy passes on is let in by the token alone."""

    def __init__(self, text: Callable[[], bytes], allowed: Iterable[str], token: str) -> None:
        """text: what it says; allowed: addresses and networks; token: "" where there is none."""
        self._text, self._allowed, self._token = text, networks(allowed), token

    def routes(self) -> list[web.RouteDef]:
        """The one address."""
        return [web.get("/metrics", self._answer)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if not (_comes_from(request, self._allowed) or self._has_token(request)):
            return problem(
                403,
                "metrics_not_for_you",
                "Metrics are read from this machine, from the networks in [server] metrics_from, or with the token.",
            )
        return web.Response(body=self._text(), headers=_HEADERS)

    def _has_token(self, request: web.Request) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), self._token.encode())
        return bool(self._token) and scheme.lower() == "bearer" and right


def token_of(environment: Mapping[str, str]) -> str:
    """The token for programs that read metrics; "" where none is set. Raises ConfigError."""
    token = environment.get(TOKEN_VARIABLE, "").strip()
    if token and len(token) < LEAST_TOKEN_CHARS:
        raise ConfigError(f"{TOKEN_VARIABLE}: expected at least {LEAST_TOKEN_CHARS} characters, got {len(token)}")
    return token


def _comes_from(request: web.Request, allowed: Iterable[IPNetwork]) -> bool:
    """Whether the peer itself is in one of the networks, and no proxy that passes on what others ask."""
    peer = request.get_extra_info("peername")
    if not peer or any(name in request.headers for name in _FORWARDED):
        return False
    address = ipaddress.ip_address(peer[0].partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in network for network in allowed)
