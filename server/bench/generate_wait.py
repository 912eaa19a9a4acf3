"""How long a visitor waits for a picture and its first preview: through a whole server, with the model that ships."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass

from exhibit.exhibition import demo_file, load_exhibition
from exhibit.experience import Dream
from server.bench.form import BenchError
from server.bench.running import RunningServer, Settings
from server.visitors.door import Door, doors_of_server
from server.visitors.wisher import Wisher, wishing

STUB_STYLE = {"runtime": "stub", "stub_base_ms": 4.0, "stub_frame_ms": 1.0}
SETTINGS: Settings = {"style": STUB_STYLE, "dream": {"model": "pigment"}}
READY_S = 120.0
PICTURE_S = 120.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Medians."""

    picture_s: float
    preview_s: float
    pictures: int
    engine: str


async def measure_wait(pictures: int) -> Wait:
    """One visitor wishes for one picture after the other. Raises BenchError."""
    with RunningServer(SETTINGS) as server:
        engine = await dreamer_ready(server)
        async with wishing(dream_door(server)) as wisher:
            waits = [await _wait_once(wisher, seed) for seed in range(pictures)]
    return Wait(
        statistics.median(wait[0] for wait in waits), statistics.median(wait[1] for wait in waits), pictures, engine
    )


async def _wait_once(wisher: Wisher, seed: int) -> tuple[float, float]:
    """Seconds from the wish to the picture, and to the first preview."""
    started_s = time.monotonic()
    await wisher.ask([seed % 8, 8 + seed % 8], seed=seed)
    preview_s = None
    async with asyncio.timeout(PICTURE_S):
        while True:
            message = await wisher.hear()
            if preview_s is None and wisher.picture is not None:
                preview_s = time.monotonic() - started_s
            if message.get("state") == "done":
                return time.monotonic() - started_s, preview_s or time.monotonic() - started_s
            if message.get("state") in {"refused", "failed", "fallback"}:
                raise BenchError(f"expected a picture, got {message}")


async def dreamer_ready(server: RunningServer) -> str:
    """Wait until the dreamer can work; what it works with. Raises BenchError."""
    deadline_s = time.monotonic() + READY_S
    while time.monotonic() < deadline_s:
        dreamer = (await asyncio.to_thread(server.stats))["dreamer"]
        if dreamer is not None and dreamer["ready"]:
            return str(dreamer["engine"])
        if dreamer is not None and dreamer["last_fault"]:
            raise BenchError(f"no pictures can be made: {dreamer['last_fault']}")
        await asyncio.sleep(0.2)
    raise BenchError("the dreamer did not become ready")


def dream_door(server: RunningServer) -> Door:
    """The way in at the demo's station for dreams."""
    stations = load_exhibition(demo_file()).stations
    place = next(at for at, station in enumerate(stations) if isinstance(station.experience, Dream))
    return doors_of_server(server.url)[place]
