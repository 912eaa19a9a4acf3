"""What a saturated lane of dreams costs the lens: the same crowd without wishes and with them, in one server."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from server.bench.form import BenchError
from server.bench.generate_wait import dream_door, dreamer_ready
from server.bench.load import StubCost
from server.bench.running import RunningServer, Settings
from server.visitors.crowd import Crowd, Plan
from server.visitors.door import Door
from server.visitors.report import crowd_report
from server.visitors.wisher import wishing

COST = StubCost()
FPS = 15.0
HALF = 0.5  # of what the stub can do
SETTLE_S = 1.0
WISHERS = 6
REAL_VISITORS, REAL_FPS = 1, 8.0  # what two cores paint with room to spare

STUB: Settings = {
    "style": {
        "runtime": "stub",
        "stub_base_ms": COST.base_ms,
        "stub_frame_ms": COST.frame_ms,
        "batch_sizes": list(COST.batch_sizes),
    },
    "lens": {"fps": FPS, "min_width": 480},
    "dream": {"model": "pigment", "runtime": "stub", "stub_step_ms": 10.0, "stub_row_ms": 5.0},
    "room": {"max_live": 500},
}
REAL: Settings = {"dream": {"model": "pigment"}, "room": {"max_live": 500}}


@dataclass(frozen=True, slots=True)
class Beside:
    """95th percentiles of the ages of overlays, medians over the turns."""

    with_ms: float
    without_ms: float
    ratio: float  # the median of the turns' ratios
    visitors: int
    wishers: int
    pictures: int


async def measure_beside(seconds: float, turns: int, *, stub: bool) -> Beside:
    """A crowd at a lens alone, and the same with visitors who wish without pause. Raises BenchError."""
    with RunningServer(STUB if stub else REAL) as server:
        await dreamer_ready(server)
        count, fps = (COST.visitors(HALF, FPS), FPS) if stub else (REAL_VISITORS, REAL_FPS)
        plan = Plan(count=count, fps=fps, seconds=seconds + SETTLE_S, settle_s=SETTLE_S, own_rate=True)
        door, dreams = server.door(), dream_door(server)
        without, beside, made = [], [], 0.0
        for _ in range(turns):
            without.append(await _age_p95_ms(door, plan))
            before = server.counter("dreams", "made")
            async with _saturated(dreams):
                beside.append(await _age_p95_ms(door, plan))
            made += server.counter("dreams", "made") - before
    if not made:
        raise BenchError("expected pictures to be made meanwhile, got none")
    ratio = statistics.median(b / w for b, w in zip(beside, without, strict=True))
    return Beside(statistics.median(beside), statistics.median(without), ratio, count, WISHERS, int(made))


async def _age_p95_ms(door: Door, plan: Plan) -> float:
    crowd = Crowd(door, plan)
    crowd.prepare()
    await crowd.visit()
    age_ms = crowd_report(plan, crowd.diaries)["age_ms"]["p95"]
    if age_ms is None:
        raise BenchError("no overlay came back")
    return float(age_ms)


@asynccontextmanager
async def _saturated(door: Door) -> AsyncIterator[None]:
    """Visitors who wish for the next picture as soon as they have one."""
    wishers = [asyncio.create_task(_wish_for_ever(door, number)) for number in range(WISHERS)]
    try:
        await asyncio.sleep(SETTLE_S)
        yield
    finally:
        for task in wishers:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*wishers)


async def _wish_for_ever(door: Door, number: int) -> None:
    """A visit has so many pictures: whoever has had them comes anew."""
    seed = 1000 * number
    while True:
        async with wishing(door) as wisher:
            while (await wisher.wish([seed % 20], seed=seed)).get("code") != "too_many":
                seed += 1
