"""Who may come in: pages of which origins, proxies whose word counts. Known once the port is bound."""

from __future__ import annotations

from dataclasses import dataclass

from server.address import IPNetwork


@dataclass(frozen=True, slots=True)
class Doorway:
    """What the gateway lets pass, and the API with it."""

    origins: frozenset[str]
    trusted_proxies: tuple[IPNetwork, ...]
    base_url: str = ""  # that visitors know this server by
