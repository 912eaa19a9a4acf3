"""`vernissage targets`: how well the camera can hold on to each artwork of the exhibition, and why not better."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track
from rich.table import Table

from exhibit.errors import ExhibitError
from exhibit.exhibition import Exhibition
from models.errors import ModelError
from server.cli.settings import add_config_options, config_of
from server.cli.shown import read_shown
from server.config import ConfigError
from server.state import StateError
from server.store.errors import StoreError

if TYPE_CHECKING:
    from exhibit.track.score import Score

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

GOOD, FAIR = 70, 40  # scores from which a picture is called so


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand's options."""
    parser = subparsers.add_parser("targets", help="score how well artworks are tracked", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_config_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Score every station's artwork; 0 if that was possible, 1 or 2 with the reason if not."""
    try:
        config = config_of(args)
        scores = {name: score for e in read_shown(config).exhibitions for name, score in score_stations(e).items()}
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    except (ExhibitError, ModelError, StateError, StoreError) as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"stations": as_json(scores)}, ensure_ascii=False))
    else:
        Console().print(as_table(scores))
    return 0


def score_stations(exhibition: Exhibition) -> Mapping[str, Score]:
    """Each station's score, against the others of the exhibition. Raises ExhibitError."""
    from exhibit.track.score import score_targets  # loads OpenCV, which other commands do without
    from exhibit.track.target import TrackError
    from server.worker.codec import DamagedPictureError
    from server.worker.targets import compile_file

    targets = {}
    for station in track(exhibition.stations, description="Targets", transient=True, console=Console(stderr=True)):
        try:
            targets[station.id] = compile_file(exhibition.picture(station))
        except (DamagedPictureError, TrackError) as error:
            raise TrackError(f"station {station.id}: {error}") from error
    return score_targets(targets)


def as_json(scores: Mapping[str, Score]) -> list[dict[str, object]]:
    """The scores as JSON values."""
    return [
        {
            "id": name,
            "score": score.value,
            "remarks": [
                {"code": remark.reason.name.lower(), "sentence": remark.reason.value, "other": remark.other or None}
                for remark in score.remarks
            ],
        }
        for name, score in scores.items()
    ]


def as_table(scores: Mapping[str, Score]) -> Table:
    """The scores for a person to read."""
    table = Table(title="How well each artwork can be tracked", title_justify="left")
    table.add_column("station")
    table.add_column("score", justify="right")
    table.add_column("in words")
    table.add_column("why not better")
    for name, score in scores.items():
        words = "good" if score.value >= GOOD else "fair" if score.value >= FAIR else "poor"
        table.add_row(name, str(score.value), words, "\n".join(map(str, score.remarks)))
    return table
