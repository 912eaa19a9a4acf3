"""The composition root: everything is built and wired here, and nowhere else. Holds no behaviour of its own."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from aiohttp import web

from exhibit.dream import Made
from exhibit.protocol import SUBPROTOCOL
from models.style.preview import PHOTOS
from server.address import base_url, lan_addresses, networks
from server.alerts.thresholds import thresholds_of
from server.api.assembly import Backstage, all_operations
from server.api.catalogue import Catalogue
from server.api.desk import Desk
from server.api.dream_wall import DreamWallPages
from server.api.headers import with_strict_transport
from server.api.kept import KeptPages
from server.api.kiosk import KioskPages
from server.api.pages import build_pages
from server.api.reception import Reception
from server.api.stream import Stream
from server.appraisals import Appraisals
from server.apprenticeship import Apprenticeship
from server.approvals import Approvals
from server.config import Config
from server.degradation import texture_size
from server.dispatch import Dispatch
from server.doctor.rounds import Rounds, open_rounds
from server.doorway import Doorway
from server.dreamer.facts import facts_of
from server.dreams.dreamer import Dreamer
from server.dreams.errands import Errands
from server.dreams.job import Job, Outcome
from server.dreams.staff import Keeper, WordsOfHouse, about, fallback
from server.gateway import Gateway
from server.hall import Hall
from server.housekeeping import keep_house
from server.library import Library
from server.metrics.metrics import Metrics
from server.metrics.page import MetricsPage, token_of
from server.nearby import Nearby
from server.on_show import OnShow
from server.operations import Operations
from server.port import Port
from server.process_settings import SHELF, dreamer_settings, worker_settings
from server.provenance.credentials import open_signer
from server.pulse import Pulse
from server.register import Visitor
from server.rehearsal import Rehearsal
from server.renewal import Renewal, renewal_of
from server.revival import FILE as SESSIONS
from server.revival import Revival
from server.stagehand import Stagehand
from server.state import State, open_state
from server.statistics import statistics
from server.store.news import News
from server.store.open import Store, open_store
from server.store.seed import seed
from server.tally import Tally
from server.tracing import Tracing, open_tracing
from server.watch.ledger import Ledger
from server.watch.sources import Sources
from server.watchdog import Watchdog
from server.watching import Watching, open_watching
from server.worker.supervisor import Supervisor

log = logging.getLogger("vernissage")

TICK_S = 0.5
TASKS_END_S = 1.0  # for what runs beside the visits
GOODBYE_S = 2.0  # for phones to hear that the server stops, and when to come back
CREDENTIALS = "credentials"  # in the state folder: what pictures are signed with
DREAMER = "dreamer"  # what the operators' pages call the process that makes pictures
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
class DreamParts:
    """What makes pictures from words, not started yet, and what is done beside it."""

    dreamer: Dreamer | None  # None where no model is configured
    errands: Errands | None
    facts: Mapping[str, Any]  # of the model; nothing where there is none


@dataclass(frozen=True)
class House:
    """What runs while the server does."""

    store: Store
    hall: Hall
    revival: Revival
    renewal: Renewal | None  # None on plain HTTP
    gateway: Gateway
    workers: list[Dispatch]
    on_show: OnShow
    stagehand: Stagehand
    news: News | None  # None on SQLite
    dreaming: DreamParts
    apprenticeship: Apprenticeship
    pulse: Pulse
    watching: Watching
    rounds: Rounds
    port: Port

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """What has to run all the time."""
        workers = [dispatch.worker.run() for dispatch in self.workers]
        dreaming = [one.run() for one in (self.dreaming.dreamer, self.dreaming.errands) if one is not None]
        listening = [self.news.run()] if self.news is not None else []
        house = keep_house(self.store, self.watching.chronicle)
        renewing = [self.renewal.run()] if self.renewal is not None else []
        own = [*renewing, self.pulse.run(), self.stagehand.run(), _ticking(self.hall), house, self.revival.run()]
        own.append(self.rounds.run())
        return [*own, *self.watching.tasks(), *listening, *workers, *dreaming]


async def serve(config: Config, announce: Callable[[Announcement], None]) -> None:
    """Run until cancelled. Raises ConfigError, StateError, StoreError, ExhibitionError, LibraryError or
    WorkerStartError where it cannot start."""
    started_s = time.monotonic()
    watchdog, tracing = Watchdog(), open_tracing(monotonic_ms, version("vernissage"))
    state = open_state(Path(config.server.state), http=config.server.http, addresses=lan_addresses())
    store = await open_store(config, state.folder)
    try:
        house = await _build(config, state, store, tracing)
        house.revival.begin()
        async with (
            house.watching.written_down(),
            house.port.listen(config.server.host, config.server.port, state.tls) as bound,
            _running(*house.tasks(), watchdog.run()) as tasks,
        ):
            url = base_url(config.server, bound)
            proxies = networks(config.server.trusted_proxies)
            house.gateway.doorway = Doorway(frozenset({*config.server.origins, url}), proxies, url)
            await _ready(house.hall, tasks)
            gc.collect()
            gc.freeze()  # what lives as long as the server need not be looked at again: shorter pauses
            try:
                announce(await _announcement(house, url, bound, started_s))
                watchdog.ready()
                await asyncio.gather(*tasks)
            finally:
                watchdog.stopping()
                await _say_goodbye(house)
    finally:
        await store.close()
        await asyncio.to_thread(tracing.close)


async def _build(config: Config, state: State, store: Store, tracing: Tracing) -> House:
    model = Path(config.style.model) if config.style.model else None
    library = await asyncio.to_thread(Library, state.folder / SHELF, model)
    await seed(store, config.exhibition.file, library.ids)
    on_show = OnShow(await store.keys.keyring(state.signing_key))
    tally, pulse, renewal = Tally(), Pulse(), renewal_of(state)
    ledger = Ledger(monotonic_ms, store.now_s)
    ledger.target_ms = thresholds_of(config).p95_ms.__getitem__
    workers: list[Dispatch] = []
    approvals = Approvals(monotonic_ms)

    hall = Hall(
        config,
        workers,
        Nearby(on_show),
        tally=tally,
        now_ms=monotonic_ms,
        approvals=approvals,
        style_names=library.named,
        ledger=ledger,
    )

    def ask(number: int, artworks: Sequence[str]) -> None:
        workers[0].appraise(number, artworks)

    appraisals = Appraisals(ask)
    on_show.on_change(hall.changed)
    on_show.on_change(appraisals.changed)
    rehearsal = Rehearsal(workers, monotonic_ms)
    metrics = Metrics(lambda: watching.watch.latest, tally.snapshot, lambda: port.refused, version("vernissage"))
    ledger.on_glass = metrics.glass
    outcomes = tracing.beside(metrics.beside(rehearsal.beside(hall.outcomes(appraisals.take, appraisals.ready))))
    settings = worker_settings(config, state.folder)
    workers += [Dispatch(number, settings, outcomes, monotonic_ms) for number in range(config.style.workers)]
    gateway = Gateway(hall, on_show, config.limits, tally)
    dreaming = await _open_dreams(config, state.folder, store, hall, lambda: gateway.doorway.base_url)
    on_show.on_change(hall.dreams.on_show)
    operations = Operations(store.operations, [on_show.operate, hall.operate])
    stagehand = Stagehand(store, on_show, lambda: library.ids, store.now_s, [operations.look])
    await stagehand.look()
    news = None if store.database.is_sqlite else News(store.database, stagehand.nudge)
    show_codes = config.server.show_codes
    catalogue = Catalogue(on_show, library.styles, store.pictures.folder, appraisals.of, show_codes=show_codes)
    catalogue.model = {"model": dreaming.facts.get("title", ""), "licence": dreaming.facts.get("licence", "")}

    async def learned() -> None:
        await asyncio.to_thread(library.refresh)
        catalogue.library = library.styles
        stagehand.restage()
        for dispatch in workers:
            dispatch.renew()

    async def keys_changed() -> None:
        on_show.keyring = await store.keys.keyring(state.signing_key)

    def stats() -> dict[str, Any]:
        more = {"targets": appraisals.snapshot(on_show.exhibitions), "door": dict(port.refused)}
        dreams = {"dreamer": dreaming.dreamer.snapshot() if dreaming.dreamer is not None else None}
        return statistics(hall, gateway, workers, tally, pulse) | more | dreams

    sources = Sources(
        hall=hall,
        gateway=gateway,
        on_show=on_show,
        workers=workers,
        dreamer=dreaming.dreamer,
        appraisals=appraisals,
        ledger=ledger,
        pulse=pulse,
        decided=lambda: operations.decisions,
        store_fault=lambda: stagehand.fault,
        certificate_ends_at=lambda: renewal.ends_at if renewal is not None else None,
    )
    watching = await open_watching(sources, config, state.folder, store.database, store.now_s)
    rounds = open_rounds(config, watching.journal, store.now_s, lambda: gateway.doorway.base_url)
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
        approvals=approvals,
        watching=watching,
        rounds=rounds,
        operations=operations,
        has_lighter=lambda: hall.has_lighter,
        restart=lambda name: _restart(name, workers, dreaming.dreamer),
        generator=lambda: dreaming.facts or None,
    )
    metrics_page = MetricsPage(metrics.text, config.server.metrics_from, token_of(os.environ))
    pages = with_strict_transport(
        _open_pages(config, catalogue, hall, backstage, stats=stats, metrics=metrics_page),
        config.server.trusted_proxies,
        lambda: renewal is not None and renewal.is_vouched_for,
    )
    port = Port(pages, gateway.visit, admit=gateway.admit, limits=config.limits, subprotocol=SUBPROTOCOL)
    return House(
        store,
        hall,
        Revival(state.folder / SESSIONS, hall, on_show.exhibition),
        renewal,
        gateway,
        workers,
        on_show,
        stagehand,
        news,
        dreaming,
        apprenticeship,
        pulse,
        watching,
        rounds,
        port,
    )


def _open_pages(
    config: Config,
    catalogue: Catalogue,
    hall: Hall,
    backstage: Backstage,
    *,
    stats: Callable[[], dict[str, Any]],
    metrics: MetricsPage,
) -> web.Application:
    """Every address that is answered over HTTP."""
    store, on_show, reception = backstage.store, backstage.on_show, backstage.reception
    stream = Stream(backstage.watching.watch.changes, store.accounts, reception)
    more = [
        *Desk(all_operations(backstage), store.accounts, reception, version("vernissage")).routes(),
        *stream.routes(),
        *KioskPages(on_show, reception).routes(),
        *KeptPages(store.kept, on_show, reception).routes(),
        *DreamWallPages(store.kept, on_show).routes(),
        *metrics.routes(),
    ]
    pages = build_pages(config.server, catalogue, hall=hall, stats=stats, more=more)
    pages.on_shutdown.append(stream.end)
    return pages


def _restart(name: str, workers: Sequence[Dispatch], dreamer: Dreamer | None) -> Callable[[], None] | None:
    """What starts a process again, as an operator asks for; None where there is none of that name."""
    processes: dict[str, Supervisor[Any]] = {str(dispatch.number): dispatch.worker for dispatch in workers}
    if dreamer is not None:
        processes[DREAMER] = dreamer.process
    return processes[name].restart if name in processes else None


async def _open_dreams(
    config: Config, folder: Path, store: Store, hall: Hall, base_url: Callable[[], str]
) -> DreamParts:
    """Raises ModelError and ProvenanceError."""
    dream, dreams = config.dream, hall.dreams
    if not dream.model:
        return DreamParts(None, None, {})
    signer = await asyncio.to_thread(open_signer, folder / CREDENTIALS, dream.certificate, dream.key)
    keeper = Keeper(store.kept, signer, base_url, store.now_s)
    errands = Errands(dreams, WordsOfHouse().lists, keeper.keep, fallback)
    settings = dreamer_settings(config, folder)
    facts = await asyncio.to_thread(facts_of, settings)
    dreamer = Dreamer(settings, dream.niceness, dream.waiting_per_station, dreams.reports())

    def made(visitor: Visitor, job: Job, outcome: Outcome) -> Made:
        return about(facts, visitor, job, outcome, store.now_s())

    dreams.open(dreamer, made)
    return DreamParts(dreamer, errands, facts)


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
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await house.apprenticeship.end()
            await house.gateway.emptied()
    await house.revival.end()


@asynccontextmanager
async def _running(*works: Coroutine[Any, Any, Any]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Tasks that live as long as the block; each is cancelled at its end, and awaited for a while."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        done, stuck = await asyncio.wait(tasks, timeout=TASKS_END_S)
        for task in done:
            task.cancelled() or task.exception()  # which whoever awaited it has heard of
        if stuck:
            log.warning("left behind what did not end: %s", ", ".join(str(task.get_coro()) for task in stuck))


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
