"""`vernissage exhibitions`: which there are, and one of them to a file or from one, with all its pictures."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from server.cli.settings import add_config_options
from server.cli.store import Answer, Work, answer, opened
from server.config import Config
from server.store import audit
from server.store.archive import export_exhibition, import_exhibition
from server.store.errors import TakenError
from server.store.new_file import new_file
from server.store.open import Store
from server.store.toml_import import import_file

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand and what it can do."""
    parser = subparsers.add_parser("exhibitions", help="exhibitions: list, export, import", description=__doc__)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    list_ = actions.add_parser("list", help="every exhibition, the one that was changed last first")
    export = actions.add_parser("export", help="write an exhibition's draft and its pictures into a file")
    export.add_argument("id", metavar="ID")
    export.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a .zip that is not there yet; default: ID.zip"
    )
    import_ = actions.add_parser("import", help="take an exhibition from a file; it is not published by that")
    import_.add_argument("file", type=Path, metavar="FILE", help="an exported .zip, or an exhibition's .toml")
    import_.add_argument("--id", help="what it is called here; default: as in the file")
    import_.add_argument("--replace", action="store_true", help="lose the draft of that name that is there")
    for action in (list_, export, import_):
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_config_options(action)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 if all went well, 1 if nothing was changed, 2 for a wrong configuration."""
    work: Mapping[str, Work] = {"list": _list, "export": _export, "import": _import}
    in_words = {"list": _list_in_words, "export": _export_in_words, "import": _import_in_words}
    return answer(args, work[args.action], in_words[args.action])


async def _list(config: Config, _: argparse.Namespace) -> Answer:
    async with opened(config) as store:
        drafts = await store.drafts.all()
    return {
        "exhibitions": [
            {
                "id": draft.id,
                "title": dict(draft.content.title),
                "languages": list(draft.content.languages),
                "stations": draft.stations,
                "shown": draft.shown,
                "changed_at": draft.changed_at,
            }
            for draft in drafts
        ]
    }


async def _export(config: Config, args: argparse.Namespace) -> Answer:
    path = args.file or Path(f"{args.id}.zip")
    async with opened(config) as store:
        await store.drafts.read(args.id)  # before a file is made whose name it may be
        async with new_file(path) as file:
            await export_exhibition(store, args.id, file)
        return {"file": str(path), "bytes": path.stat().st_size, **await _counted(store, args.id)}


async def _import(config: Config, args: argparse.Namespace) -> Answer:
    async with opened(config, make=True) as store:
        options = {"exhibition": args.id, "replace": args.replace}
        try:
            if args.file.suffix == ".toml":
                name = await import_file(store, args.file, audit.COMMAND, **options)
            else:
                with args.file.open("rb") as file:
                    name = await import_exhibition(store, file, audit.COMMAND, **options)
        except TakenError as error:
            raise TakenError(f"{error}; give another --id, or --replace it", error.field) from error
        return await _counted(store, name)


async def _counted(store: Store, exhibition: str) -> dict[str, object]:
    edition = await store.drafts.edition(exhibition)
    return {"id": exhibition, "stations": len(edition.stations), "pictures": len(edition.pictures())}


def _list_in_words(said: Answer) -> Table | str:
    if not said["exhibitions"]:
        return "There is no exhibition."
    table = Table(box=SIMPLE_HEAD)
    for column in ("id", "title", "stations", "shown", "changed (UTC)"):
        table.add_column(column, no_wrap=column == "id")
    for exhibition in said["exhibitions"]:
        title = exhibition["title"].get(exhibition["languages"][0], "")
        shown = "" if exhibition["shown"] is None else f"version {exhibition['shown']}"
        changed = f"{datetime.fromtimestamp(exhibition['changed_at'], UTC):%Y-%m-%d %H:%M}"
        table.add_row(exhibition["id"], title, str(exhibition["stations"]), shown, changed)
    return table


def _export_in_words(said: Answer) -> str:
    size = said["bytes"] / 1e6
    return f"{said['file']}: {said['id']}, {said['stations']} stations, {said['pictures']} pictures, {size:.1f} MB"


def _import_in_words(said: Answer) -> str:
    told = f"{said['id']} is there, with {said['stations']} stations and {said['pictures']} pictures"
    return f"{told}; visitors see it once it is published"
