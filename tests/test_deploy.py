"""What deploy/ offers to copy is read by the server's own reader."""

from pathlib import Path

from server.address import networks, visitor_address
from server.config import load_config

DEPLOY = Path(__file__).parent.parent / "deploy"


def test_the_museums_configuration_is_valid_and_trusts_its_proxy() -> None:
    config = load_config(DEPLOY / "museum.toml")
    assert config.server.http and config.server.public_url.startswith("https://")
    trusted = networks(config.server.trusted_proxies)
    assert visitor_address("127.0.0.1", "198.51.100.7", trusted) == "198.51.100.7"
