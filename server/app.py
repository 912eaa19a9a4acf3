"""The composition root: everything is built and wired here, and nowhere else. Holds no behaviour of its own."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from exhibit.protocol import SUBPROTOCOL
from models.style.engine import STUB
from models.style.model import SIZES
from models.style.preview import PHOTOS
from server.address import base_url, lan_addresses, networks
from server.api.assembly import Backstage, all_operations
from server.api.catalogue import Catalogue
from server.api.desk import Desk
from server.api.kiosk import KioskPages
from server.api.pages import build_pages
from server.api.reception import Reception
from server.appraisals import Appraisals
from server.apprenticeship import Apprenticeship
from server.config import Config, StyleConfig
from server.degradation import size_of, texture_size, widths
from server.dispatch import Dispatch
from server.doorway import Doorway
from server.engine_profiles import engine_profiles
from server.gateway import Gateway
from server.hall import Hall
from server.housekeeping import keep_house
from server.library import Library
from server.nearby import Nearby
from server.on_show import OnShow
from server.port import Port
from server.pulse import Pulse, process_numbers
from server.rehearsal import Rehearsal
from server.stagehand import Stagehand
from server.state import State, open_state
from server.store.news import News
from server.store.open import PICTURES, Store, open_store
from server.store.seed import seed
from server.tally import Tally
from server.worker.supervisor import WorkerSettings

log = logging.getLogger("vernissage")

TICK_S = 0.5
GOODBYE_S = 2.0  # for phones to hear that the server stops, and when to come back
SHELF = "styles"  # in the state folder
SAMPLE = PHOTOS / "kodim19.jpg"  # what curators can try styles on


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the operator is told when visitors may come."""

    base_url: str
    port: int
    on_show: OnShow
    engine: str
    ready_s: float
    setup_link: str | None  # while nobody has an account: where the first one is made


def monotonic_ms() -> float:
    """The server's clock for ages and deadlines."""
    return time.monotonic() * 1000


@dataclass(frozen=True)
class House:
    """What runs while the server does."""

    store: Store
    hall: Hall
    gateway: Gateway
    workers: list[Dispatch]
    on_show: OnShow
    stagehand: Stagehand
    news: News | None  # None on SQLite
    apprenticeship: Apprenticeship
    pulse: Pulse
    port: Port

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """What has to run all the time."""
        workers = [dispatch.worker.run() for dispatch in self.workers]
        listening = [self.news.run()] if self.news is not None else []
        own = [self.pulse.run(), self.stagehand.run(), _ticking(self.hall), keep_house(self.store)]
        return [*own, *listening, *workers]


async def serve(config: Config, announce: Callable[[Announcement], None]) -> None:
    """Run until cancelled. Raises ConfigError, StateError, StoreError, ExhibitionError, LibraryError or
    WorkerStartError where it cannot start."""
    started_s = time.monotonic()
    state = open_state(Path(config.server.state), http=config.server.http, addresses=lan_addresses())
    store = await open_store(config, state.folder)
    try:
        house = await _build(config, state, store)
        async with (
            house.port.listen(config.server.host, config.server.port, state.tls) as bound,
            _running(*house.tasks()) as tasks,
        ):
            url = base_url(config.server, bound)
            proxies = networks(config.server.trusted_proxies)
            house.gateway.doorway = Doorway(frozenset({*config.server.origins, url}), proxies)
            await _ready(house.hall, tasks)
            gc.collect()
            gc.freeze()  # what lives as long as the server need not be looked at again: shorter pauses
            try:
                announce(await _announcement(house, url, bound, started_s))
                await asyncio.gather(*tasks)
            finally:
                await _say_goodbye(house)
    finally:
        await store.close()


async def _build(config: Config, state: State, store: Store) -> House:
    model = Path(config.style.model) if config.style.model else None
    library = await asyncio.to_thread(Library, state.folder / SHELF, model)
    await seed(store, config.exhibition.file, library.ids)
    on_show = OnShow(await store.keys.keyring(state.signing_key))
    tally, pulse = Tally(), Pulse()
    workers: list[Dispatch] = []
    hall = Hall(config, workers, Nearby(on_show), tally=tally, now_ms=monotonic_ms)

    def ask(number: int, artworks: Sequence[str]) -> None:
        workers[0].worker.appraise(number, artworks)

    appraisals = Appraisals(ask)
    on_show.on_change(hall.changed)
    on_show.on_change(appraisals.changed)
    rehearsal = Rehearsal(workers, monotonic_ms)
    outcomes = rehearsal.beside(hall.outcomes(appraisals.take, appraisals.ready))
    settings = worker_settings(config, state.folder)
    workers += [Dispatch(number, settings, outcomes, monotonic_ms) for number in range(config.style.workers)]
    gateway = Gateway(hall, on_show, config.limits, tally)
    stagehand = Stagehand(store, on_show, lambda: library.ids, store.now_s)
    await stagehand.look()
    news = None if store.database.is_sqlite else News(store.database, stagehand.nudge)
    show_codes = config.server.show_codes
    catalogue = Catalogue(on_show, library.styles, store.pictures.folder, appraisals.of, show_codes=show_codes)

    async def learned() -> None:
        await asyncio.to_thread(library.refresh)
        catalogue.library = library.styles
        stagehand.restage()
        for dispatch in workers:
            dispatch.worker.renew()

    async def keys_changed() -> None:
        on_show.keyring = await store.keys.keyring(state.signing_key)

    def stats() -> dict[str, Any]:
        more = {"targets": appraisals.snapshot(on_show.exhibitions), "door": dict(port.refused)}
        return statistics(hall, gateway, workers, tally, pulse) | more

    apprenticeship = Apprenticeship(learned)
    reception = Reception(config.server, lambda: gateway.doorway)
    backstage = Backstage(
        store=store,
        on_show=on_show,
        stagehand=stagehand,
        library=library,
        rehearsal=rehearsal,
        apprenticeship=apprenticeship,
        appraisals=appraisals,
        reception=reception,
        paint_size=lambda size: texture_size(config.canvas, size),
        sample=SAMPLE,
        fonts=config.codes.fonts,
        is_ready=lambda: workers[0].worker.ready is not None,
        keys_changed=keys_changed,
    )
    desk = Desk(all_operations(backstage), store.accounts, reception, version("vernissage"))
    more = [*desk.routes(), *KioskPages(on_show, reception).routes()]
    pages = build_pages(config.server, catalogue, hall=hall, stats=stats, more=more)
    port = Port(pages, gateway.visit, admit=gateway.admit, limits=config.limits, subprotocol=SUBPROTOCOL)
    return House(store, hall, gateway, workers, on_show, stagehand, news, apprenticeship, pulse, port)


async def _announcement(house: House, url: str, bound: int, started_s: float) -> Announcement:
    engine = next(d.worker.ready.engine for d in house.workers if d.worker.ready is not None)  # before any may be lost
    token = await house.store.accounts.first_invitation()
    return Announcement(
        base_url=url,
        port=bound,
        on_show=house.on_show,
        engine=engine,
        ready_s=time.monotonic() - started_s,
        setup_link=f"{url}/console/#/link/{token}" if token else None,
    )


async def _say_goodbye(house: House) -> None:
    house.hall.stop()
    await house.apprenticeship.end()
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await house.gateway.emptied()


def worker_settings(config: Config, folder: Path) -> WorkerSettings:
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
        pictures=str(folder / PICTURES),
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
