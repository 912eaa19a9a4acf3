"""`vernissage codes`: the stations' codes as files for a printer, each read back before it is written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import track

from exhibit.errors import ExhibitionError
from exhibit.exhibition import Exhibition, open_exhibition
from exhibit.ticket import Signer
from server.address import base_url, lan_addresses
from server.api.codes import CodeError, make_code
from server.app import KEY_ID
from server.cli.settings import add_config_options, config_of
from server.config import Config, ConfigError
from server.state import StateError, open_state

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
        exhibition = open_exhibition(config.exhibition.file)
        write_codes(exhibition, config, args.out)
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    except (StateError, ExhibitionError, CodeError, OSError) as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 1
    return 0


def write_codes(exhibition: Exhibition, config: Config, folder: Path) -> None:
    """One pair of files for each station, closed ones too: they may open. Raises StateError, CodeError or OSError."""
    state = open_state(Path(config.server.state), http=config.server.http, addresses=lan_addresses())
    signer = Signer({KEY_ID: state.signing_key}, KEY_ID, exhibition.id)
    url = base_url(config.server, config.server.port)
    folder.mkdir(parents=True, exist_ok=True)
    for station in track(exhibition.stations, description="Codes", transient=True):
        code = make_code(f"{url}/v/{signer.sign(station.number)}")
        name = folder / f"{station.number:03d}-{station.id}"
        name.with_suffix(".svg").write_text(code.svg(), encoding="utf-8")
        name.with_suffix(".png").write_bytes(code.png())
    print(f"{len(exhibition.stations)} codes in {folder}, leading to {url}")
