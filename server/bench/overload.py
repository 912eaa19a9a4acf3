"""What the scheduler makes of too many visitors: ages at half load and at twice the capacity, and what greed gains.

The painter is the stub of known cost, so that the demand can be set in multiples of its capacity and what is measured
is the server's own doing. Visitors keep their credits and their frame rate: the demand stays what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.bench.bare import CodecCost, codec_cost
from server.bench.form import BenchError
from server.bench.idle_lag import idle_lag
from server.bench.load import StubCost
from server.bench.running import RunningServer, Settings
from server.config import LensConfig
from server.visitors.crowd import Crowd, Plan
from server.visitors.report import crowd_report

COST = StubCost()
FPS = 15.0
GREEDY_FACTOR = 4.0
HALF, TWICE = 0.5, 2.0

SETTINGS: Settings = {
    "style": {
        "runtime": "stub",
        "stub_base_ms": COST.base_ms,
        "stub_frame_ms": COST.frame_ms,
        "batch_sizes": list(COST.batch_sizes),
    },
    "lens": {"fps": FPS, "min_width": 480},  # the resolution stays too: the stub's cost does not depend on it
    "room": {"max_live": 500},  # nobody waits: the overload is what is measured
}


@dataclass(frozen=True, slots=True)
class Cpu:
    """Milliseconds of CPU for one answered frame outside the engine, and where they go."""

    loop_ms: float  # the server's process: sockets, protocol, scheduling
    worker_ms: float  # the worker's process, whose painter only sleeps
    codec: CodecCost  # of these, measured apart


@dataclass(frozen=True, slots=True)
class Load:
    """What a crowd saw at one demand."""

    visitors: int
    report: dict[str, Any]
    loop_lag_p99_ms: float
    loop_held_p99_ms: float  # CPU time of the loop's thread in a beat of 20 ms
    idle_lag_p99_ms: float  # of a process that only sleeps, at the same time
    cpu: Cpu

    @property
    def age_p99_ms(self) -> float:
        """99th percentile of the ages of overlays. Raises BenchError if none came."""
        age_ms = self.report["age_ms"]["p99"]
        if age_ms is None:
            raise BenchError("no overlay came back under load")
        return float(age_ms)


async def measure_load(
    server: RunningServer, load: float, *, seconds: float, settle_s: float, clip: Path | None = None, greedy: int = 0
) -> Load:
    """Let visitors ask for `load` times the stub's capacity for so long."""
    count = COST.visitors(load, FPS)
    plan = Plan(
        count=count + greedy,
        fps=FPS,
        seconds=seconds + settle_s,
        settle_s=settle_s,
        clip=clip,
        greedy=greedy,
        greedy_factor=GREEDY_FACTOR,
        own_rate=True,
    )
    crowd = Crowd(server.door(), plan)
    crowd.prepare()
    async with idle_lag() as idle:
        before = _Meter(server)
        await crowd.visit()
        after = _Meter(server)
    loop_ms, worker_ms = after.cpu_ms_since(before)
    cpu = Cpu(loop_ms, worker_ms, codec_cost(crowd.jpegs(), plan.width_px, plan.height_px, LensConfig().jpeg_quality))
    return Load(
        count, crowd_report(plan, crowd.diaries), after.loop_lag_p99_ms, after.loop_held_p99_ms, idle.p99_ms, cpu
    )


class _Meter:
    """The server's counters at one moment."""

    def __init__(self, server: RunningServer) -> None:
        stats = server.stats()
        counters = stats["counters"]
        self.loop_lag_p99_ms = float(stats["server"]["loop_lag_p99_ms"])
        self.loop_held_p99_ms = float(stats["server"]["loop_held_p99_ms"])
        self._frames = float(counters.get("overlays", {}).get("all", 0))
        self._loop_s, self._workers_s = server.cpu_s()

    def cpu_ms_since(self, before: _Meter) -> tuple[float, float]:
        """CPU of server and workers for each frame answered between the two moments."""
        frames = self._frames - before._frames
        if frames <= 0:
            raise BenchError("the server counted no overlays")
        loop_s, workers_s = self._loop_s - before._loop_s, self._workers_s - before._workers_s
        return 1000 * loop_s / frames, 1000 * workers_s / frames
