"""`vernissage codes`: the stations' codes as files for a printer, each read back before it is written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import track

from exhibit.errors import ExhibitionError
from models.errors import ModelError
from server.address import base_url
from server.cli.settings import add_config_options, config_of
from server.cli.shown import read_shown
from server.codes.code import CodeError, make_code
from server.config import Config, ConfigError
from server.on_show import OnShow
from server.state import StateError
from server.store.errors import StoreError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand's options."""
    parser = subparsers.add_parser("codes", help="write the codes for the printer", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("codes"), metavar="DIR", help="where to (default: codes)")
    add_config_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write an SVG and a PNG for every station; 0 if all were written, 1 or 2 with the reason if not."""
    try:
        config = config_of(args)
        if config.server.port == 0 and not config.server.public_url:
            raise ConfigError("[server] port: expected the port that visitors will use, got 0")
        write_codes(read_shown(config), config, args.out)
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    except (StateError, StoreError, ExhibitionError, ModelError, CodeError, OSError) as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 1
    return 0


def write_codes(on_show: OnShow, config: Config, folder: Path) -> None:
    """A pair of files for each station, closed ones too: they may open. With several exhibitions, a folder for each.

    Stations with rotating tickets have no code in print. Raises CodeError or OSError.
    """
    url = base_url(config.server, config.server.port)
    exhibitions = on_show.exhibitions
    places = [(e, station) for e in exhibitions for station in e.stations if not station.rotating]
    for exhibition, station in track(places, description="Codes", transient=True):
        code = make_code(f"{url}/v/{on_show.sign(exhibition, station)}")
        into = folder / exhibition.id if len(exhibitions) > 1 else folder
        into.mkdir(parents=True, exist_ok=True)
        name = into / f"{station.number:03d}-{station.id}"
        name.with_suffix(".svg").write_text(code.svg(), encoding="utf-8")
        name.with_suffix(".png").write_bytes(code.png())
    print(f"{len(places)} codes in {folder}, leading to {url}")
