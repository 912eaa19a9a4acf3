"""`vernissage engines`: the compiled engines of this installation, which the server otherwise sees to by itself."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from server.cli.settings import add_config_options, config_of
from server.config import ConfigError

if TYPE_CHECKING:
    from models.building import BuildOrder
    from server.engine_folder import EngineFolder, Found

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand and what it can do."""
    parser = subparsers.add_parser("engines", help="compiled engines: build, list, check, clean", description=__doc__)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    build = actions.add_parser("build", help="build what the server would build at its first start")
    build.add_argument("--runtime", choices=("tensorrt", "tensorrt_rtx"), default="", help="instead of style.runtime")
    build.add_argument(
        "--target", type=int, action="append", default=[], metavar="SM", help="89 for 8.9; for a card that is not here"
    )
    list_ = actions.add_parser("list", help="what is there; reads every file to its end")
    check = actions.add_parser("check", help="list, and fail unless all is good; on a card, paint with each")
    clean = actions.add_parser("clean", help="delete what is damaged, foreign or outdated")
    clean.add_argument("--all", action="store_true", help="delete every engine")
    for action in (build, list_, check, clean):
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_config_options(action)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 if all went well, 1 if an engine is not good or could not be built, 2 for a wrong configuration."""
    from models.errors import ModelError
    from server.engine_folder import EngineFolder

    try:
        config = config_of(args)
        return _ACTIONS[args.action](EngineFolder(config, Path(config.server.state) / "engines"), args)
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    except ModelError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 1


def _build(folder: EngineFolder, args: argparse.Namespace) -> int:
    orders = folder.orders(args.runtime, args.target)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        built = [_build_one(order, progress) for order in orders]
    if args.json:
        print(json.dumps({"folder": str(folder.store.folder), "engines": built}))
    else:
        for one in built:
            print(_in_words(one))
    return 1 if any(one["failed"] for one in built) else 0


def _build_one(order: BuildOrder, progress: Progress) -> dict[str, Any]:
    from models.building import build_apart
    from models.errors import EngineError

    title = f"{order.onnx.stem}, {order.flavour}{f', SM{order.target}' if order.target else ''}"
    bar = progress.add_task(title, total=1.0)
    one: dict[str, Any] = {"name": title, "fresh": False, "engine_bytes": 0, "seconds": 0.0, "failed": None}
    try:
        built = build_apart(order, lambda doing, share: progress.update(bar, description=doing, completed=share))
    except EngineError as error:
        return one | {"failed": str(error)}
    progress.update(bar, description=title, completed=1.0)
    return one | vars(built)


def _in_words(one: Mapping[str, Any]) -> str:
    if one["failed"]:
        return f"{one['name']}: {one['failed']}"
    how = f"built in {one['seconds']:.1f} s" if one["fresh"] else "was there"
    return f"{one['name']}: {how}, {one['engine_bytes'] / 1e6:.1f} MB"


def _list(folder: EngineFolder, args: argparse.Namespace) -> int:
    _show(folder, folder.look(), args)
    return 0


def _check(folder: EngineFolder, args: argparse.Namespace) -> int:
    found = folder.check()
    _show(folder, found, args)
    return 0 if all(one.fine for one in found) else 1


def _clean(folder: EngineFolder, args: argparse.Namespace) -> int:
    _show(folder, folder.clean(args.all), args)
    return 0


def _show(folder: EngineFolder, found: tuple[Found, ...], args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps({"folder": str(folder.store.folder), "engines": [one.as_json() for one in found]}))
    elif found:
        Console().print(_as_table(folder, found))
    else:
        print(f"{folder.store.folder}: no engines")


def _as_table(folder: EngineFolder, found: tuple[Found, ...]) -> Table:
    table = Table(title=str(folder.store.folder), title_justify="left", box=SIMPLE_HEAD)
    table.add_column("engine", no_wrap=True)
    table.add_column("MB", justify="right")
    table.add_column("standing", no_wrap=True)
    table.add_column("")
    for one in found:
        size = f"{one.kept.engine_bytes / 1e6:.1f}" if one.kept else "-"
        table.add_row(one.name, size, one.standing, one.reason or _origin(one))
    return table


def _origin(one: Found) -> str:
    key, kept = one.key, one.kept
    if key is None or kept is None:
        return ""
    return f"{key.flavour} {key.version}, for {key.card or 'any such card'}, built in {kept.built_s:.1f} s"


_ACTIONS: Mapping[str, Callable[[EngineFolder, argparse.Namespace], int]] = {
    "build": _build,
    "list": _list,
    "check": _check,
    "clean": _clean,
}
