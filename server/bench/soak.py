"""Resident memory of server and workers while visitors come, go, vanish and lose their connections."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from server.bench.load import growth
from server.bench.running import RunningServer
from server.visitors.crowd import Crowd, Plan

VISITORS = 16
FPS = 8.0
_SAMPLE_S = 0.5


@dataclass(frozen=True, slots=True)
class Soak:
    """Growth of the second half over the first, and what it was measured on."""

    growth: float
    fd_growth: float  # of the files and sockets that the server holds open
    rss_mb: float  # at the end
    sessions: int  # that visitors had
    out_of_order: int


async def measure_soak(server: RunningServer, seconds: float, warm_s: float, stay_s: tuple[float, float]) -> Soak:
    """Let visitors come and go; memory counts once everything has been used for `warm_s`."""
    plan = Plan(count=VISITORS, fps=FPS, seconds=seconds + warm_s, churn=True, stay_s=stay_s)
    crowd = Crowd(server.door(), plan)
    crowd.prepare()
    visits = asyncio.create_task(crowd.visit())
    samples: list[float] = []
    descriptors: list[float] = []
    try:
        await asyncio.wait([visits], timeout=warm_s)
        while not visits.done():
            samples.append(server.rss_bytes())
            descriptors.append(server.descriptors())
            await asyncio.wait([visits], timeout=_SAMPLE_S)
        await visits
    finally:
        visits.cancel()
    sessions = sum(len(diary.sessions) for diary in crowd.diaries)
    out_of_order = sum(diary.out_of_order for diary in crowd.diaries)
    return Soak(growth(samples), growth(descriptors), samples[-1] / 1e6, sessions, out_of_order)
