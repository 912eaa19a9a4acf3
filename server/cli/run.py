"""`vernissage run`: starts the exhibition, tells the operator where it is, and ends on Ctrl-C or SIGTERM.

The end takes ten seconds at most: what is stuck by then, in a disk that does not answer or in native code, is left.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import logging
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from exhibit.errors import ExhibitionError
from exhibit.exhibition import Exhibition, Station
from models.errors import ModelError
from server.app import Announcement, serve
from server.cli.settings import add_config_options, config_of
from server.config import Config, ConfigError
from server.log import start_log
from server.port import PortError
from server.provenance.identity import ProvenanceError
from server.state import StateError
from server.store.errors import StoreError
from server.worker.supervisor import WorkerStartError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

log = logging.getLogger("vernissage")

END_S = 9.0  # from the first signal; everything that is waited for has bounds that come to less

_CANNOT_START = (
    *(ConfigError, StateError, StoreError, ExhibitionError, ModelError, ProvenanceError, WorkerStartError, PortError),
)


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand's options."""
    parser = subparsers.add_parser("run", help="start the exhibition", description=__doc__)
    add_config_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal; 0 after a clean end, 1 where it cannot start, 2 where the configuration is wrong."""
    try:
        config = config_of(args)
    except ConfigError as error:
        print(f"vernissage: {error}", file=sys.stderr)
        return 2
    handler = start_log(config.server.log)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task("Warming the engine up", total=None)
        handler.setStream(sys.stderr)  # while the bar moves, a stream that writes above it

        def announce(announcement: Announcement) -> None:
            progress.stop()
            handler.setStream(sys.stderr)
            try:
                show(announcement, Console())
            except OSError as error:  # standard output is full, or nobody reads it any more
                log.warning("the addresses could not be shown: %s", error)

        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(_until_signal(config, announce))
        except _CANNOT_START as error:
            progress.stop()
            print(f"vernissage: {error}", file=sys.stderr)
            return 1
    return 0


async def _until_signal(config: Config, announce: Callable[[Announcement], None]) -> None:
    """Serve; the first signal ends it in good order, a second one at once."""
    loop = asyncio.get_running_loop()
    serving = asyncio.ensure_future(serve(config, announce))

    def end() -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
        faulthandler.dump_traceback_later(END_S, exit=True)  # says where it is stuck, whoever holds the interpreter
        serving.cancel()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, end)
    if sys.platform != "win32" and not sys.stderr.isatty():
        loop.add_signal_handler(signal.SIGHUP, lambda: None)  # ends nobody; with TLS the certificate is looked at
    await asyncio.wait([serving])
    if not serving.cancelled():
        serving.result()


def show(announcement: Announcement, console: Console) -> None:
    """The address, a link for every station, and the first station's code to scan."""
    from server.codes.code import CodeError, make_code  # loads OpenCV to read the code back

    say = partial(console.print, highlight=False, soft_wrap=True, markup=False)
    say(f"\nVernissage  {announcement.base_url}", style="bold")
    say(f"ready in {announcement.ready_s:.1f} s, painting with {announcement.engine}\n")
    links = [
        link
        for exhibition in announcement.on_show.exhibitions
        for link in _show_stations(announcement, exhibition, say)
    ]
    if not links:
        say("No station is open.")
        return
    try:
        say(Text(f"\n{make_code(links[0][1]).blocks()}", style="#000000 on #ffffff"))
        say(f"Scan for station {links[0][0].number}; {announcement.base_url} shows the others.")
    except CodeError as error:
        say(f"\n{error}")
    if announcement.setup_link is not None:
        say("\nNobody has an account yet. Make the first one here, within a day:", style="bold")
        say(f"     {announcement.setup_link}")
    if announcement.base_url.startswith("https://"):
        say("The server made its certificate itself, so the browser warns once: go on.")
    say("Ctrl-C ends.")


def _show_stations(
    announcement: Announcement, exhibition: Exhibition, say: Callable[..., None]
) -> list[tuple[Station, str]]:
    """A line and a link for every open station; returns them."""
    language = exhibition.languages[0]
    say(exhibition.title.by_language[language], style="bold")
    links = [
        (station, f"{announcement.base_url}/v/{announcement.on_show.sign(exhibition, station)}")
        for station in exhibition.stations
        if station.open and not station.rotating
    ]
    for station, link in links:
        say(f"{station.number:>3}  {station.title.by_language[language]}\n     {link}")
    return links


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, which exists for every system but Windows; None stands for asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
