"""`vernissage restore FILE`: brings a backup back, into SQLite or PostgreSQL. Stop the server first."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.settings import add_config_options
from server.cli.store import Answer, answer, bar, opened
from server.config import Config
from server.store.errors import TakenError
from server.store.restore import restore

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand's options."""
    parser = subparsers.add_parser("restore", help="bring a backup back", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="what `vernissage backup` wrote")
    parser.add_argument(
        "--replace", action="store_true", help="lose everything that is in the store, keys of tickets included"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_config_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore it; 0 if all went well, 1 if nothing was changed, 2 for a wrong configuration."""
    return answer(args, _restore, _in_words)


async def _restore(config: Config, args: argparse.Namespace) -> Answer:
    state = Path(config.server.state)
    with args.file.open("rb") as file, bar("restoring") as progress:
        async with opened(config, make=True) as store:
            try:
                manifest = await restore(
                    store.database, store.pictures.folder, state, file, replace=args.replace, progress=progress
                )
            except TakenError as error:
                raise TakenError(f"{error}; --replace loses it", error.field) from error
    warnings = [f"the picture {name} was lost before the backup was made" for name in manifest.missing]
    said = {"made_at": manifest.made_at, "program": manifest.program, "rows": dict(manifest.rows)}
    return said | ({"warnings": warnings} if warnings else {})


def _in_words(said: Answer) -> str:
    rows = said["rows"]
    made = datetime.fromtimestamp(said["made_at"], UTC)
    return (
        f"restored what was backed up on {made:%Y-%m-%d %H:%M} UTC: {rows['exhibitions']} exhibitions,"
        f" {rows['pictures']} pictures, {rows['users']} accounts. Everybody has to log in again."
    )
