"""What an operator's page and Prometheus get of a server under load: how soon a tile is red, what a scrape takes."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from server.api.call import COOKIE
from server.api.contract import PREFIX
from server.bench.form import BenchError
from server.bench.running import RunningServer
from server.config import Config
from server.store.open import open_store
from server.visitors.crowd import Crowd, Plan

FPS = 5.0
_PATIENCE_S = 30.0
_BETWEEN_S = 0.05  # two scrapes
_LOGIN, _PASSWORD = "bench", "four blue chairs by the window"
_FAULTS = (signal.SIGKILL, signal.SIGSTOP)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Page:
    """The slowest of all faults, and the scrapes' 99th percentile."""

    tile_red_s: float  # from the fault to a reading on the page that says so
    faults: int
    scrape_p99_ms: float
    scrapes: int
    visitors: int


async def measure_page(faults: int, scrapes: int, visitors: int, say: Say) -> Page:
    """Have visitors at a server with a stub for a painter; kill its worker and stop it in turns, then scrape. Raises
    BenchError where a fault is never seen."""
    with RunningServer({"style": {"runtime": "stub"}}) as server:
        session = await _somebody(server.folder / "state")
        crowd = Crowd(server.door(), Plan(count=visitors, fps=FPS, seconds=3600.0))
        crowd.prepare()
        visits = asyncio.create_task(crowd.visit())
        try:
            red_s = [await _one_fault(server, session, _FAULTS[n % 2], say) for n in range(faults)]
            say("scrapes")
            took_ms = await asyncio.to_thread(_scrape, server.port, scrapes)
        finally:
            visits.cancel()
            await asyncio.gather(visits, return_exceptions=True)
    return Page(max(red_s), faults, sorted(took_ms)[int(0.99 * (len(took_ms) - 1))], scrapes, visitors)


async def _somebody(state: Path) -> str:
    """The secret of an operator's cookie."""
    store = await open_store(Config(), state)
    try:
        invitation = await store.accounts.first_invitation()
        if invitation is None:
            raise BenchError("expected a new store, found one with accounts")
        await store.accounts.accept_invitation(invitation, _LOGIN, "Bench", _PASSWORD)
        return (await store.accounts.log_in(_LOGIN, _PASSWORD, "bench"))[0]
    finally:
        await store.close()


async def _one_fault(server: RunningServer, session: str, fault: signal.Signals, say: Say) -> float:
    say(f"the worker meets {fault.name}")
    async with asyncio.timeout(_PATIENCE_S), _stream(server.url, session) as readings:
        before = await _until(readings, lambda reading: not _red(reading))
        os.kill(server.worker_pid(), fault)
        began_s = time.perf_counter()
        await _until(readings, lambda reading: _red(reading) or _restarts(reading) > _restarts(before))
        took_s = time.perf_counter() - began_s
        await _until(readings, lambda reading: not _red(reading))
        return took_s


@asynccontextmanager
async def _stream(url: str, session: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The readings that are pushed to an operator's page."""
    async with (
        aiohttp.ClientSession(cookies={COOKIE: session}, cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
        client.get(f"{url}{PREFIX}/operate/stream", timeout=aiohttp.ClientTimeout(total=None)) as answer,
    ):
        if answer.status != 200:
            raise BenchError(f"expected the stream of readings, got {answer.status}")

        async def readings() -> AsyncIterator[dict[str, Any]]:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))

        yield readings()


async def _until(readings: AsyncIterator[dict[str, Any]], holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first reading of which something holds."""
    async for reading in readings:
        if holds(reading):
            return reading
    raise BenchError("the stream of readings ended")


def _red(reading: dict[str, Any]) -> bool:
    """Whether every open station's tile is."""
    return all(tile["condition"] in {"failed", "closed"} for tile in reading["stations"])


def _restarts(reading: dict[str, Any]) -> int:
    """Of the painting worker: one that is back before the next look has made no tile red."""
    return int(reading["workers"][0]["restarts"])


def _scrape(port: int, scrapes: int) -> list[float]:
    """Over one connection that stays open, as Prometheus does it; ms each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    took_ms = []
    try:
        for _ in range(scrapes):
            began_s = time.perf_counter()
            connection.request("GET", "/metrics", headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            took_ms.append((time.perf_counter() - began_s) * 1000)
            if answer.status != 200:
                raise BenchError(f"expected the metrics, got {answer.status}")
            time.sleep(_BETWEEN_S)
    finally:
        connection.close()
    return took_ms
