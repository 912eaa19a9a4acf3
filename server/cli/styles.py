"""`vernissage styles`: what can be painted in, and a gallery's own paintings made into styles, without the internet."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from server.cli.settings import add_config_options, config_of
from server.config import ConfigError

if TYPE_CHECKING:
    from models.style.painter import Painter
    from models.style.shelf import Shelf
    from models.style.table import StyleTable

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

Answer = Mapping[str, Any]

LARGEST_JUDGED_PX = 640  # of a photo; a camera's own would take gigabytes


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand and what it can do."""
    parser = subparsers.add_parser(
        "styles", help="styles: list, add, remove, preview, score, train", description=__doc__
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    list_ = actions.add_parser("list", help="every style, those that ship and those that were added")
    add = actions.add_parser("add", help="learn the style of a painting, in minutes; the server needs no other change")
    _add_options(add)
    remove = actions.add_parser("remove", help="take an added style away")
    remove.add_argument("id")
    preview = actions.add_parser("preview", help="draw what a style makes of photos, or every style on one sheet")
    preview.add_argument("id", nargs="?", help="default: every style")
    preview.add_argument("--photo", type=Path, action="append", default=[], metavar="FILE", help="instead of ours")
    preview.add_argument("--size", choices=("fine", "swift"), default="fine", help="of the network")
    preview.add_argument("--out", type=Path, metavar="FILE", help="a .jpg or .png; default: ID.preview.jpg, styles.jpg")
    score = actions.add_parser(
        "score", help="judge a style: how much of its painting, of the photo, of the noise is in it"
    )
    score.add_argument("id")
    score.add_argument("--painting", type=Path, metavar="FILE", help="what it is after; kept of styles that were added")
    score.add_argument("--photos", type=Path, metavar="DIR", help="instead of ours")
    score.add_argument("--size", choices=("fine", "swift"), default="fine", help="of the network")
    train = actions.add_parser("train", help="train a size of the whole network anew: hours of CPU, or an accelerator")
    _train_options(train)
    for action in (list_, add, remove, preview, score, train):
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_config_options(action)
    parser.set_defaults(run=run)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("painting", type=Path, metavar="PAINTING", help="a JPEG, PNG, WebP or TIFF, 256 px or more")
    parser.add_argument("--name", required=True, help="what visitors read")
    parser.add_argument("--id", default="", help="what exhibitions call it; default: made of the name")
    parser.add_argument("--painter", default="Unknown")
    parser.add_argument("--year", type=int)
    parser.add_argument("--title", default="", help="of the painting; default: the name")
    parser.add_argument("--licence", default="", help="whose it is, and what may be done with it")
    parser.add_argument("--steps", type=_count, default=300, help="of fitting, for each size of the network")


def _train_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--size", choices=("fine", "swift"), required=True, help="of the network")
    parser.add_argument("--recipe", type=Path, help="instead of ours")
    parser.add_argument(
        "--paintings", type=Path, required=True, metavar="DIR", help="the paintings named in the recipe"
    )
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR", help="the photos named in the recipe")
    parser.add_argument("--perceptual", type=Path, required=True, metavar="FILE", help="SqueezeNet 1.0, safetensors")
    parser.add_argument("--start", type=Path, metavar="FILE", help="weights to begin with, if there is no checkpoint")
    parser.add_argument("--teacher", type=Path, metavar="FILE", help="weights of the larger network to learn from")
    parser.add_argument(
        "--minutes", type=_minutes, default=math.inf, help="end after this time, the schedule shortened"
    )
    parser.add_argument("--device", default="cpu", help="cpu, or cuda")
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16: faster where the processor has it")
    parser.add_argument(
        "--batch", type=_count, metavar="N", help="pictures a step instead of the recipe's; cuda likes 16"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="checkpoint, log, contact sheet, weights"
    )


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {text}")
    return count


def _minutes(text: str) -> float:
    minutes = float(text)
    if not minutes > 0:
        raise argparse.ArgumentTypeError(f"expected more than 0, got {text}")
    return minutes


def run(args: argparse.Namespace) -> int:
    """Do it; 0 if all went well, 1 if not, 2 for a wrong configuration; 130 if it was interrupted."""
    from exhibit.errors import ExhibitionError
    from models.errors import ModelError
    from models.style.shelf import Shelf
    from server.process_settings import SHELF
    from server.state import StateError
    from server.store.errors import StoreError

    try:
        config = config_of(args)
        answer = _ACTIONS[args.action](Shelf(Path(config.server.state) / SHELF), args)
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    except (ModelError, ExhibitionError, StateError, StoreError, OSError, ValueError) as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"vernissage: this needs {error.name}: pip install 'vernissage[torch]'", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"vernissage: interrupted; {_KEPT.get(args.action, 'nothing was kept')}", file=sys.stderr)
        return 130
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        Console().print(_IN_WORDS[args.action](answer))
    return 0


def _list(shelf: Shelf, _: argparse.Namespace) -> Answer:
    from models.style.collection import collect

    found = collect(shelf)
    by_origin = {"shipped": found.shipped, "added": found.added, "outdated": found.outdated}
    styles = [{**_facts(style), "origin": origin} for origin, styles in by_origin.items() for style in styles]
    return {"folder": str(shelf.folder), "styles": styles}


def _facts(style: Any) -> dict[str, Any]:
    names = ("id", "painter", "year", "painting", "licence")
    return {name: getattr(style, name) for name in names} | {
        "name": dict(style.name),
        "thumbnail": str(style.thumbnail),
    }


def _add(shelf: Shelf, args: argparse.Namespace) -> Answer:
    from models.adding import AddOrder, add_apart, check
    from models.style.shelf import id_of

    id_ = args.id or id_of(args.name)
    said = {"licence": args.licence} if args.licence else {}
    order = AddOrder(
        *(str(args.painting), str(shelf.folder), id_, args.name, args.painter, args.year, args.title),
        **said,
        steps=args.steps,
    )
    check(order)
    with _bar(f"adding {id_}") as (progress, bar):
        return add_apart(order, lambda doing, share: progress.update(bar, description=doing, completed=share))


def _remove(shelf: Shelf, args: argparse.Namespace) -> Answer:
    from models.errors import LibraryError
    from server.cli.shown import read_shown

    if args.id in shelf.ids():
        exhibitions = read_shown(config_of(args)).exhibitions
        offered = [station.id for e in exhibitions for station in e.stations if args.id in station.experience.styles]
        if offered:
            places = ", ".join(offered)
            raise LibraryError(f"{args.id}: expected a style that no station offers, it is offered at {places}")
    shelf.remove(args.id)
    return {"removed": args.id}


def _preview(shelf: Shelf, args: argparse.Namespace) -> Answer:
    from models.training.pictures import load_picture, save_picture

    photos = [load_picture(photo) for photo in args.photo] or _our_photos()
    draw = _preview_of_one if args.id else _preview_of_all
    sheet = draw(shelf, args, photos)
    out = args.out or Path(f"{args.id}.preview.jpg" if args.id else "styles.jpg")
    save_picture(sheet, out)
    return {"id": args.id, "size": args.size, "preview": str(out)}


def _preview_of_one(shelf: Shelf, args: argparse.Namespace, photos: list[Any]) -> Any:
    import numpy as np

    from models.style.preview import draw_preview
    from models.training.pictures import fitted

    with _painter(args.size, _table(shelf, args.size).row(args.id)) as painter:
        return draw_preview(painter, np.ones(1, np.float32), [fitted(photo, 480, 360) for photo in photos])


def _preview_of_all(shelf: Shelf, args: argparse.Namespace, photos: list[Any]) -> Any:
    import numpy as np

    from models.style.collection import collect
    from models.style.style_sheet import PHOTO_PX, draw_style_sheet
    from models.training.pictures import fitted

    table, one = _table(shelf, args.size), np.ones(1, np.float32)
    shown = [fitted(photo, *PHOTO_PX) for photo in photos]
    cells = [("The photos", shown)]
    for style in collect(shelf).usable:
        with _painter(args.size, table.row(style.id)) as painter:
            painted = [painter.paint(photo[None], one[None], one)[0] for photo in shown]
        cells.append((f"{style.name['en']}, {style.painter}", painted))
    return draw_style_sheet(cells)


def _table(shelf: Shelf, size: str) -> StyleTable:
    from models.style.model import SIZES
    from models.style.table import StyleTable

    return shelf.table(size, StyleTable.load(SIZES[size].with_suffix(".safetensors")))[0]


def _painter(size: str, row: Any) -> AbstractContextManager[Painter]:
    from models.style.engine import one_style_painter

    return closing(one_style_painter(size, row))


def _our_photos() -> list[Any]:
    from models.style.preview import PHOTOS
    from models.training.pictures import list_pictures, load_picture

    return [load_picture(path) for path in list_pictures(PHOTOS)]


def _score(shelf: Shelf, args: argparse.Namespace) -> Answer:
    from models.errors import LibraryError
    from models.style.painting import read_painting
    from models.training.pictures import list_pictures, load_picture

    painting = args.painting or shelf.folder / args.id / "painting.jpg"
    if args.painting is None and args.id not in shelf.ids():
        raise LibraryError(
            f"{args.id}: expected --painting, the painting that it is after; it is kept of added styles only"
        )
    from models.training.judging import judge  # loads torch, which other actions do without

    own = list_pictures(args.photos) if args.photos else ()
    photos = [load_picture(path, LARGEST_JUDGED_PX) for path in own] or _our_photos()
    return {"id": args.id, "size": args.size, **judge(args.size, args.id, shelf, read_painting(painting), photos)}


def _train(_: Shelf, args: argparse.Namespace) -> Answer:
    from models.training.recipe import SHIPPED_RECIPE, Recipe
    from models.training.train_style import Sources
    from models.training.train_style import run as train

    sources = Sources(args.paintings, args.photos, args.perceptual, args.start, args.teacher)
    recipe = Recipe.load(args.recipe or SHIPPED_RECIPE)
    if args.batch is not None:
        recipe = recipe.with_batch(args.size, args.batch)
    done = train(args.size, recipe, sources, args.out, device=args.device, minutes=args.minutes, bf16=args.bf16)
    return {"size": args.size, "steps": done.step, "minutes": round(done.elapsed_s / 60, 1), "out": str(args.out)}


@contextmanager
def _bar(title: str) -> Iterator[tuple[Progress, TaskID]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield progress, progress.add_task(title, total=1.0)


def _list_in_words(answer: Answer) -> Table:
    table = Table(title=f"added styles are in {answer['folder']}", title_justify="left", box=SIMPLE_HEAD)
    for column in ("id", "name", "painter", "year", "origin"):
        table.add_column(column, no_wrap=column == "id")
    for style in answer["styles"]:
        origin = {"outdated": "outdated: add its painting again"}.get(style["origin"], style["origin"])
        table.add_row(style["id"], style["name"]["en"], style["painter"], str(style["year"] or ""), origin)
    return table


def _add_in_words(answer: Answer) -> str:
    marks = [
        f"  {size}: {_marks(score)}, fitted in {score['seconds']:.0f} s" for size, score in answer["score"].items()
    ]
    return "\n".join([f"{answer['id']} is there; exhibitions may use it from the next start on", *marks])


def _marks(score: Mapping[str, Any]) -> str:
    return (
        f"{score['verdict']}: {score['manner']:.0%} of the way to the painting's manner, "
        f"content loss {score['content']:.2f}, flicker {score['flicker']:.2f}"
    )


_KEPT: Mapping[str, str] = {"train": "the same command goes on from the last checkpoint"}
_ACTIONS: Mapping[str, Callable[[Shelf, argparse.Namespace], Answer]] = {
    "list": _list,
    "add": _add,
    "remove": _remove,
    "preview": _preview,
    "score": _score,
    "train": _train,
}
_IN_WORDS: Mapping[str, Callable[[Answer], Any]] = {
    "list": _list_in_words,
    "add": _add_in_words,
    "remove": lambda answer: f"{answer['removed']} is gone",
    "preview": lambda answer: f"see {answer['preview']}",
    "score": lambda answer: f"{answer['id']}, {answer['size']}: {_marks(answer)}",
    "train": lambda answer: f"{answer['steps']} steps in {answer['minutes']} minutes: see {answer['out']}",
}
