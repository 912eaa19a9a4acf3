"""One visitor through the whole server against the bare loop, in turns, so that a busy machine slows both alike."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from models.style.engine import open_painter
from server.bench.bare import BareLoop
from server.bench.form import BenchError
from server.bench.load import median
from server.bench.running import RunningServer, Settings
from server.visitors.crowd import Crowd, Plan

WIDTH_PX, HEIGHT_PX = 480, 360
QUALITY = 80
_MORE_THAN_ANY_FPS = 120.0  # so that the visitor sends whenever a credit is free
_SETTLE_S = 0.5

SETTINGS: Settings = {
    "style": {"runtime": "openvino", "lighter": "off", "batch_sizes": [1, 2, 4]},
    "lens": {
        "width": WIDTH_PX,
        "min_width": WIDTH_PX,
        "jpeg_quality": QUALITY,
        "deadline_ms": 5000,  # a slow machine is to show as few frames, not as none in time
    },
    "room": {"max_live": 64},
    "limits": {"messages_per_s": 1000},
}


@dataclass(frozen=True, slots=True)
class Throughput:
    """Frames a second of both, the ratio of each round, and what the visitor saw out of order."""

    bare_fps: float
    server_fps: float
    ratio: float  # median over the rounds
    rounds: int
    out_of_order: int


async def measure_throughput(server: RunningServer, round_s: float, rounds: int, clip: Path | None) -> Throughput:
    """Take turns: bare loop, server, bare loop, server ... Raises BenchError if nothing came back."""
    plan = Plan(fps=_MORE_THAN_ANY_FPS, seconds=round_s + _SETTLE_S, settle_s=_SETTLE_S, own_rate=True, clip=clip)
    painter = open_painter("openvino")
    try:
        painter.warm(WIDTH_PX, HEIGHT_PX, 1)
        crowd = Crowd(server.door(), plan)
        crowd.prepare()
        loop = BareLoop(painter, crowd.jpegs(), WIDTH_PX, HEIGHT_PX, QUALITY)
        bare, served, out_of_order = [], [], 0
        for _ in range(rounds):
            bare.append(await asyncio.to_thread(loop.frames_per_s, round_s))
            crowd = Crowd(server.door(), plan)
            crowd.prepare()
            await crowd.visit()
            served.append(crowd.diaries[0].fps)
            out_of_order += crowd.diaries[0].out_of_order
    finally:
        painter.close()
    if not all(served):
        raise BenchError(f"no overlay came back in a round; the visitor saw {dict(crowd.diaries[0].errors)}")
    ratios = [there / alone for there, alone in zip(served, bare, strict=True)]
    return Throughput(median(bare), median(served), median(ratios), rounds, out_of_order)
