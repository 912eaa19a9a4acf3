"""Options that several subcommands share: which configuration, and what is laid over it."""

from __future__ import annotations

import argparse
from pathlib import Path

from server.config import Config, load_config, parse_override


def add_config_options(parser: argparse.ArgumentParser) -> None:
    """--config, --set, and short ways to the keys that are changed most."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="a TOML file; see docs/configuration.md")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="change one key")
    parser.add_argument("--host", help="the address to listen on (server.host)")
    parser.add_argument("--port", type=int, help="the port (server.port)")
    parser.add_argument("--http", action="store_true", default=None, help="plain HTTP, for localhost (server.http)")
    parser.add_argument("--state", metavar="DIR", help="the folder for certificate and keys (server.state)")


def config_of(args: argparse.Namespace) -> Config:
    """The configuration that the options ask for. Raises ConfigError."""
    overrides = dict(map(parse_override, args.set))
    short = {"host": args.host, "port": args.port, "http": args.http, "state": args.state}
    overrides |= {f"server.{key}": value for key, value in short.items() if value is not None}
    return load_config(args.config, overrides)
