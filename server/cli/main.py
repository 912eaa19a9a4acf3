"""The `vernissage` command: finds the subcommand that was asked for and leaves the rest to it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

# each a module beside this one, with add_parser(subparsers)
COMMANDS = (
    *("run", "codes", "targets", "visitors", "engines", "styles", "models", "bench", "clips"),
    *("exhibitions", "backup", "restore", "doctor"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; the return value is the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    parser = argparse.ArgumentParser(prog="vernissage", description="The exhibition server.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('vernissage')}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in wanted_commands(words):
        import_module(f"server.cli.{name}").add_parser(subparsers)
    args = parser.parse_args(words)
    status: int = args.run(args)
    return status


def wanted_commands(words: Sequence[str]) -> Sequence[str]:
    """The subcommand that is named, so that a start loads no benchmark; all of them where help may be wanted."""
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


if __name__ == "__main__":
    raise SystemExit(main())
