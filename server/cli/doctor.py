"""`vernissage doctor`: before opening, a simulated visitor at every station with its own artwork in view, and a look at
the house; what is wrong, and what to do."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from server.cli.settings import add_config_options, config_of
from server.config import ConfigError
from server.doctor.check import State
from server.doctor.doctor import examine
from server.doctor.order import Order
from server.doctor.report import Report, report_table

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand's options."""
    parser = subparsers.add_parser("doctor", help="before opening: visit every station", description=__doc__)
    parser.add_argument("--url", default="", help="the server's address, https://HOST; default: by the configuration")
    parser.add_argument("--station", default="", metavar="ID", help="only this one; ID or EXHIBITION/ID")
    parser.add_argument("--dream", action="store_true", help="wish for a picture where there are dreams: takes longer")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_config_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Examine and report; 0 if visitors may come, warnings or not, 1 if something is faulty, 2 for a wrong option."""
    try:
        report = asyncio.run(_examined(Order(config_of(args), args.url, args.station, args.dream)))
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        Console(highlight=False).print(report_table(report))
    return 1 if report.state is State.FAULT else 0


async def _examined(order: Order) -> Report:
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("the doctor")
        return await examine(order, lambda what: progress.update(bar, description=f"the doctor: {what}"))
