"""What a doctor is asked to look at: the configuration, where the server is, which stations. Plain values: they cross
to a process of their own as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from server.address import base_url
from server.config import Config, ConfigError, load_config


@dataclass(frozen=True, slots=True)
class Order:
    """One round of the doctor's."""

    config: Config
    url: str = ""  # of the server, scheme://host[:port]; "": as the configuration says
    station: str = ""  # the id of one, or EXHIBITION/STATION; "": all of them
    dream: bool = False  # whether a picture is wished for, which takes its time

    @property
    def public(self) -> str:
        """The address that codes lead to. Raises ConfigError where there is none, or the port is not known."""
        if self.url:
            return _origin(self.url)
        server = self.config.server
        if server.port == 0 and not server.public_url:
            raise ConfigError("[server] port: expected the port that the server listens on, got 0; or give --url")
        return base_url(server, server.port)

    @property
    def local(self) -> str:
        """The server's own address on this machine, past any proxy. Raises ConfigError, likewise."""
        server = self.config.server
        if self.url or server.port == 0:
            return self.public
        own = server.host not in {"", "0.0.0.0", "::"}
        host = server.host if own else "127.0.0.1"
        return f"{'http' if server.http else 'https'}://{f'[{host}]' if ':' in host else host}:{server.port}"

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"config": asdict(self.config), "url": self.url, "station": self.station, "dream": self.dream}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Order:
        """The order that as_json wrote. Raises ConfigError."""
        keys = {f"{section}.{key}": one for section, table in value["config"].items() for key, one in table.items()}
        return Order(load_config(None, keys), value["url"], value["station"], value["dream"])


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise ConfigError(f"--url: expected https://HOST, got {url}")
    return f"{parts.scheme}://{parts.netloc}"
