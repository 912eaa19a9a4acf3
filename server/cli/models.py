"""`vernissage models`: the models that make pictures of words, the one that ships and those that a gallery brings."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from server.cli.settings import add_config_options, config_of
from server.config import Config, ConfigError

if TYPE_CHECKING:
    from models.generate.adding import AddOrder
    from models.generate.shelf import Shelf

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

Answer = Mapping[str, Any]

SHELF = "models"  # in the state folder


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand and what it can do."""
    parser = subparsers.add_parser("models", help="models: list, add, pull, check, remove", description=__doc__)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    list_ = actions.add_parser("list", help="every model, its licence, and what it does best with")
    add = actions.add_parser("add", help="put a model's folder, as diffusers writes it, on the shelf")
    add.add_argument("folder", type=Path, metavar="FOLDER", help="with model_index.json; safetensors only")
    pull = actions.add_parser("pull", help="fetch a model from Hugging Face and put it on the shelf")
    pull.add_argument("repository", metavar="OWNER/NAME")
    for action in (add, pull):
        _add_options(action)
    check = actions.add_parser("check", help="hold a model, or all, against what was added; open it; make a step")
    check.add_argument("name", nargs="?", help="default: every model")
    check.add_argument("--runtime", help="torch, openvino, onnxruntime or auto; default: as dream.runtime says")
    remove = actions.add_parser("remove", help="take an added model away")
    remove.add_argument("name")
    for action in (list_, add, pull, check, remove):
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_config_options(action)
    parser.set_defaults(run=run)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="", help="what exhibitions call it; default: made of the folder's")
    parser.add_argument("--title", default="", help="what people read; default: the name")
    parser.add_argument("--licence", default="", help="SPDX identifier or words; default: what its README.md says")
    parser.add_argument("--non-commercial", action="store_true", help="mark it so, even if its licence does not say so")
    parser.add_argument("--training-data", default="", metavar="TEXT", help="what it was taught with, for visitors")
    parser.add_argument("--steps", type=_count, help="as many as it does best with; default: 8")
    parser.add_argument("--guidance", type=float, help="how strictly words are followed; default: 5 (turbo models: 0)")
    parser.add_argument("--size", type=_size, metavar="WIDTHxHEIGHT", help="default: what its UNet was made for")
    parser.add_argument("--scheduler", default="", metavar="CLASS", help="in place of its own, such as DDIMScheduler")
    parser.add_argument("--lora", action="append", default=[], metavar="FILE[:SCALE]", help="merged into its weights")
    parser.add_argument("--tiny-autoencoder", type=Path, metavar="FOLDER", help="in place of its vae: much faster")


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {text}")
    return count


def _size(text: str) -> tuple[int, int]:
    width, by, height = text.partition("x")
    if not by:
        raise argparse.ArgumentTypeError(f"expected WIDTHxHEIGHT, got {text}")
    return _count(width), _count(height)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 if all went well, 1 if not, 2 for a wrong configuration; 130 if it was interrupted."""
    from exhibit.errors import ExhibitionError
    from models.errors import ModelError
    from models.generate.shelf import Shelf
    from server.state import StateError
    from server.store.errors import StoreError

    try:
        config = config_of(args)
        answer = _ACTIONS[args.action](Shelf(Path(config.server.state) / SHELF), args, config)
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    except (ModelError, ExhibitionError, StateError, StoreError, OSError) as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("vernissage: interrupted; nothing was kept", file=sys.stderr)
        return 130
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        Console().print(_IN_WORDS[args.action](answer))
    return 1 if answer.get("faults") else 0


def _list(shelf: Shelf, args: argparse.Namespace, _: Config) -> Answer:  # noqa: ARG001
    from models.errors import FolderError
    from models.generate.shelf import SHIPPED

    found = []
    for name in (SHIPPED, *shelf.names()):
        facts: dict[str, Any] = {"name": name, "origin": "shipped" if name == SHIPPED else "added"}
        try:
            record = shelf.record(name)
        except FolderError as error:
            facts["fault"] = str(error)
        else:
            facts |= {key: record.get(key) for key in ("title", "licence", "training_data", "steps", "guidance")}
            facts["non_commercial"] = bool(record.get("non_commercial"))
        found.append(facts)
    return {"folder": str(shelf.folder), "models": found}


def _add(shelf: Shelf, args: argparse.Namespace, _: Config) -> Answer:
    return _put(shelf, _order(args, args.folder))


def _pull(shelf: Shelf, args: argparse.Namespace, _: Config) -> Answer:
    from models.generate.pulling import pull
    from models.generate.shelf import name_of

    named = replace(_order(args, Path()), name=args.name or name_of(args.repository), origin=args.repository)
    shelf.check_free(named.name)
    shelf.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="_pull", dir=shelf.folder) as folder:
        with _bar(f"fetching {args.repository}"):
            source = pull(args.repository, Path(folder))
        return _put(shelf, replace(named, source=source))


def _order(args: argparse.Namespace, folder: Path) -> AddOrder:
    from models.generate.adding import AddOrder
    from models.generate.lora import Lora

    same = ("name", "title", "licence", "non_commercial", "training_data", "steps", "guidance", "size", "scheduler")
    loras = tuple(Lora.parse(text) for text in args.lora)
    options = {name: getattr(args, name) for name in same}
    return AddOrder(folder, **options, loras=loras, tiny_autoencoder=args.tiny_autoencoder)


def _put(shelf: Shelf, order: AddOrder) -> Answer:
    from models.generate.adding import add

    with _bar(f"adding {order.called}") as (progress, bar):
        return add(shelf, order, lambda doing, share: progress.update(bar, description=doing, completed=share))


def _check(shelf: Shelf, args: argparse.Namespace, config: Config) -> Answer:
    from models.errors import ModelError
    from models.generate.checking import check
    from models.generate.shelf import SHIPPED
    from models.runtime.engine import Terms

    names = (args.name,) if args.name else (SHIPPED, *shelf.names())
    terms = Terms(threads=config.dream.threads)
    checked, faults = [], []
    for name in names:
        try:
            with _bar(f"checking {name}"):
                checked.append(check(shelf, name, args.runtime or config.dream.runtime, terms))
        except ModelError as error:
            faults.append({"name": name, "fault": str(error)})
    return {"models": checked, "faults": faults}


def _remove(shelf: Shelf, args: argparse.Namespace, config: Config) -> Answer:
    from models.errors import LibraryError

    if config.dream.model == args.name and args.name in shelf.names():
        raise LibraryError(f"{args.name}: expected a model that dream.model does not name; choose another there first")
    shelf.remove(args.name)
    return {"removed": args.name}


@contextmanager
def _bar(title: str) -> Iterator[tuple[Progress, TaskID]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield progress, progress.add_task(title, total=1.0)


def _list_in_words(answer: Answer) -> Table:
    table = Table(title=f"added models are in {answer['folder']}", title_justify="left", box=SIMPLE_HEAD)
    for column in ("name", "title", "licence", "steps", "guidance", "origin"):
        table.add_column(column, no_wrap=column == "name")
    for model in answer["models"]:
        licence = model.get("licence") or model.get("fault") or ""
        if model.get("non_commercial"):
            licence += " (non-commercial)"
        numbers = (_or_blank(model, name) for name in ("steps", "guidance"))
        table.add_row(model["name"], model.get("title") or "", licence, *numbers, model["origin"])
    return table


def _or_blank(model: Mapping[str, Any], name: str) -> str:
    return "" if model.get(name) is None else f"{model[name]:g}"


def _add_in_words(answer: Answer) -> str:
    lines = [f"{answer['name']} is there, under {answer['licence']}; exhibitions may use it from the next start on"]
    if answer["non_commercial"]:
        lines.append("  it is marked non-commercial: publishing an exhibition with it warns")
    return "\n".join(lines)


def _check_in_words(answer: Answer) -> str:
    lines = [
        f"{m['name']}: {m['files']} files as they were added; opened in {m['open_ms']} ms, "
        f"a step takes {m['step_ms']} ms and its picture {m['preview_ms']} ms ({m['runtime']})"
        for m in answer["models"]
    ]
    return "\n".join([*lines, *(f"{fault['name']}: {fault['fault']}" for fault in answer["faults"])])


_ACTIONS: Mapping[str, Callable[[Shelf, argparse.Namespace, Config], Answer]] = {
    "list": _list,
    "add": _add,
    "pull": _pull,
    "check": _check,
    "remove": _remove,
}
_IN_WORDS: Mapping[str, Callable[[Answer], Any]] = {
    "list": _list_in_words,
    "add": _add_in_words,
    "pull": _add_in_words,
    "check": _check_in_words,
    "remove": lambda answer: f"{answer['removed']} is gone",
}
