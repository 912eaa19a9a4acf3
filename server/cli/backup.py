"""`vernissage backup`: the whole store in one file, while the server goes on; `vernissage restore` brings it back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.cli.settings import add_config_options
from server.cli.store import Answer, answer, bar, opened
from server.config import Config
from server.state import SIGNING_KEY_VARIABLE
from server.store.backup import back_up

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand's options."""
    parser = subparsers.add_parser("backup", help="write the whole store into one file", description=__doc__)
    parser.add_argument(
        "target",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="TARGET",
        help="a .zip that is not there yet, or a folder, where it is named by the time (default: here)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_config_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write it; 0 if everything is in it, 1 if not, 2 for a wrong configuration."""
    return answer(args, _back_up, _in_words)


async def _back_up(config: Config, args: argparse.Namespace) -> Answer:
    state = Path(config.server.state)
    with bar("backing up") as progress:
        async with opened(config) as store:
            written = await back_up(
                store.database, store.pictures.folder, state, args.target, now_s=store.now_s(), progress=progress
            )
    manifest = written.manifest
    warnings = [f"the picture {name} is lost, or damaged: it is not in the backup" for name in manifest.missing]
    said: dict[str, Any] = {"file": str(written.file), "bytes": written.bytes, "rows": dict(manifest.rows)}
    said |= {"revision": manifest.revision, "signing_key": "state/signing.key" in manifest.members}
    return said | ({"warnings": warnings} if warnings else {})


def _in_words(said: Answer) -> str:
    rows = said["rows"]
    told = (
        f"{said['file']}: {said['bytes'] / 1e6:.1f} MB, {rows['exhibitions']} exhibitions, {rows['versions']} versions,"
        f" {rows['pictures']} pictures, {rows['users']} accounts"
    )
    if said["signing_key"]:
        return f"{told}. It has the key that tickets are signed with: keep it where nobody reads it."
    return f"{told}. The key that tickets are signed with is not in it (is it in {SIGNING_KEY_VARIABLE}?)."
