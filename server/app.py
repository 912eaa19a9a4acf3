"""The composition root: everything is built and wired here, and nowhere else. Holds no behaviour of its own."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from exhibit.exhibition import Exhibition, open_exhibition
from exhibit.protocol import SUBPROTOCOL
from exhibit.ticket import Signer
from models.style.collection import collect
from models.style.engine import STUB
from models.style.library import StyleInfo
from models.style.model import SIZES
from models.style.shelf import Shelf
from server.address import base_url, lan_addresses, networks
from server.api.pages import Catalogue, build_pages
from server.appraisals import Appraisals
from server.config import Config, ConfigError, StyleConfig
from server.degradation import size_of, widths
from server.dispatch import Dispatch
from server.engine_profiles import engine_profiles
from server.gateway import Doorway, Gateway
from server.hall import Hall
from server.nearby import Nearby
from server.port import Port
from server.pulse import Pulse, process_numbers
from server.state import open_state
from server.tally import Tally
from server.worker.supervisor import WorkerSettings

log = logging.getLogger("vernissage")

TICK_S = 0.5
GOODBYE_S = 2.0  # for phones to hear that the server stops, and when to come back
KEY_ID = 1
SHELF = "styles"  # in the state folder


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the operator is told when visitors may come."""

    base_url: str
    port: int
    exhibition: Exhibition
    signer: Signer
    engine: str
    ready_s: float


def monotonic_ms() -> float:
    """The server's clock for ages and deadlines."""
    return time.monotonic() * 1000


async def serve(config: Config, announce: Callable[[Announcement], None]) -> None:
    """Run until cancelled. Raises ConfigError, StateError, ExhibitionError, LibraryError or
    WorkerStartError where it cannot start."""
    started_s = time.monotonic()
    exhibition = open_exhibition(config.exhibition.file)
    state = open_state(Path(config.server.state), http=config.server.http, addresses=lan_addresses())
    model = Path(config.style.model) if config.style.model else None
    library = collect(Shelf(state.folder / SHELF), model).usable
    _check_styles(exhibition, library)
    signer = Signer({KEY_ID: state.signing_key}, KEY_ID, exhibition.id)
    tally, pulse = Tally(), Pulse()
    workers: list[Dispatch] = []
    hall = Hall(config, exhibition, workers, Nearby(exhibition, signer), tally=tally, now_ms=monotonic_ms)
    settings = worker_settings(config, exhibition, state.folder)
    appraisals = Appraisals(exhibition)
    outcomes = hall.outcomes(appraisals.take)
    workers += [
        Dispatch(number, replace(settings, appraise=number == 0), outcomes, monotonic_ms)
        for number in range(config.style.workers)
    ]
    gateway = Gateway(hall, signer, config.limits, tally)

    def stats() -> dict[str, Any]:
        more = {"targets": appraisals.snapshot(), "door": dict(port.refused)}
        return statistics(hall, gateway, workers, tally, pulse) | more

    catalogue = Catalogue(exhibition, signer, library, appraisals, show_codes=config.server.show_codes)
    pages = build_pages(config.server, catalogue, hall=hall, stats=stats)
    port = Port(pages, gateway.visit, admit=gateway.admit, limits=config.limits, subprotocol=SUBPROTOCOL)
    async with (
        port.listen(config.server.host, config.server.port, state.tls) as bound,
        _running(pulse.run(), _ticking(hall), *(dispatch.worker.run() for dispatch in workers)) as tasks,
    ):
        url = base_url(config.server, bound)
        gateway.doorway = Doorway(frozenset({*config.server.origins, url}), networks(config.server.trusted_proxies))
        await _ready(hall, tasks)
        gc.collect()
        gc.freeze()  # what lives as long as the server need not be looked at again: shorter pauses
        engine = next(d.worker.ready.engine for d in workers if d.worker.ready is not None)
        announce(Announcement(url, bound, exhibition, signer, engine, time.monotonic() - started_s))
        try:
            await asyncio.gather(*tasks)
        finally:
            hall.stop()
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await gateway.emptied()


def worker_settings(config: Config, exhibition: Exhibition, folder: Path) -> WorkerSettings:
    """What each worker is started with. Without a number of threads, workers share the cores evenly."""
    style, lens = config.style, config.lens
    sizes = [size_of(width) for width in widths(lens)]
    return WorkerSettings(
        runtime=style.runtime,
        model=style.model,
        threads=style.threads or max(1, (os.cpu_count() or 1) // style.workers),
        quality=lens.jpeg_quality,
        sizes=tuple((size.width, size.height) for size in sizes),
        counts=style.batch_sizes,
        stub_base_ms=style.stub_base_ms,
        stub_frame_ms=style.stub_frame_ms,
        artworks=tuple((s.number, str(exhibition.picture(s))) for s in exhibition.stations if s.experience.tracked),
        targets=str(folder / "targets"),
        jpeg=style.jpeg,
        memory_mb=style.gpu_memory_mb,
        engines=str(folder / "engines"),
        shelf=str(folder / SHELF),
        lighter=_lighter(style),
        profiles=tuple(profile.as_json() for profile in engine_profiles(config)),
    )


def _lighter(style: StyleConfig) -> str:
    """The small network that ships, which goes with the large one that ships and with nothing else."""
    wanted = style.lighter == "on" or (style.lighter == "auto" and style.runtime != STUB)
    return str(SIZES["swift"]) if wanted and not style.model else ""


def statistics(hall: Hall, gateway: Gateway, workers: list[Dispatch], tally: Tally, pulse: Pulse) -> dict[str, Any]:
    """Everything that the operator may count, as JSON values."""
    return {
        "sessions": {
            "live": hall.live,
            "waiting": hall.waiting,
            "away": hall.register.away,
            "max_live": hall.max_live,
            "connections": gateway.connections,
        },
        "glass_p95_ms": hall.register.glass_p95_ms(),
        "warps": hall.register.warps(),
        "server": pulse.snapshot(),
        "workers": [
            {
                "number": dispatch.worker.number,
                "pid": dispatch.worker.pid,
                "ready": dispatch.worker.ready is not None,
                "engine": dispatch.worker.ready.engine if dispatch.worker.ready else None,
                "device_bytes": dispatch.worker.ready.device_bytes if dispatch.worker.ready else 0,
                "lighter": dispatch.paint.lighter,
                "restarts": dispatch.worker.restarts,
                "last_fault": dispatch.worker.last_fault,
                "sessions": dispatch.sessions,
                "frames_waiting": len(dispatch.paint.lane),
                "frames_waiting_to_be_tracked": len(dispatch.track.lane),
                **process_numbers(dispatch.worker.pid),
            }
            for dispatch in workers
        ],
        "counters": tally.snapshot(),
    }


def _check_styles(exhibition: Exhibition, library: tuple[StyleInfo, ...]) -> None:
    known = {style.id for style in library}
    for station in exhibition.stations:
        if unknown := set(station.experience.styles) - known:
            raise ConfigError(
                f"station {station.id}: expected styles of the model ({', '.join(sorted(known))}), "
                f"got {', '.join(sorted(unknown))}"
            )


@asynccontextmanager
async def _running(*works: Coroutine[Any, Any, Any]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Tasks that live as long as the block; each is cancelled and awaited at its end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _ticking(hall: Hall) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        hall.tick()


async def _ready(hall: Hall, tasks: list[asyncio.Task[None]]) -> None:
    """Wait until visitors can be painted for; a task that ends meanwhile cannot start, and says why."""
    async with _running(hall.ready.wait()) as waiting:
        done, _ = await asyncio.wait([*waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
