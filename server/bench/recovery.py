"""A worker killed under load: how long every visitor is without a new overlay, and whether a session is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from server.bench.form import BenchError
from server.bench.running import RunningServer
from server.visitors.crowd import Crowd, Plan
from server.visitors.diary import Diary

VISITORS = 4
FPS = 5.0
PATIENCE_S = 30.0
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Recovery:
    """The slowest recovery of all kills and visitors."""

    seconds: float  # from the kill to an overlay of a frame captured after it
    sessions_lost: int
    kills: int
    out_of_order: int


async def measure_recovery(server: RunningServer, kills: int) -> Recovery:
    """Kill the worker with SIGKILL so many times. Raises BenchError if overlays do not come back."""
    slowest_s = 0.0
    async with painted_crowd(server, Plan(count=VISITORS, fps=FPS, seconds=(kills + 1) * PATIENCE_S)) as diaries:
        for _ in range(kills):
            slowest_s = max(slowest_s, await _kill_once(server, diaries))
    return Recovery(slowest_s, sessions_lost(diaries), kills, sum(diary.out_of_order for diary in diaries))


@asynccontextmanager
async def painted_crowd(server: RunningServer, plan: Plan) -> AsyncIterator[list[Diary]]:
    """Visitors who all have an overlay, and stay until the block ends. Raises BenchError if one gets none."""
    crowd = Crowd(server.door(), plan)
    crowd.prepare()
    visits = asyncio.create_task(crowd.visit())
    try:
        await all_painted_since(crowd.diaries, asyncio.get_running_loop().time())
        yield crowd.diaries
    finally:
        visits.cancel()
        await asyncio.gather(visits, return_exceptions=True)


def sessions_lost(diaries: Iterable[Diary]) -> int:
    """How many sessions visitors had to begin anew."""
    return sum(len(diary.sessions) - 1 for diary in diaries)


async def _kill_once(server: RunningServer, diaries: list[Diary]) -> float:
    killed_s = asyncio.get_running_loop().time()
    pid = server.kill_worker()
    await all_painted_since(diaries, killed_s)
    took_s = asyncio.get_running_loop().time() - killed_s
    if server.worker_pid() == pid:
        raise BenchError(f"the worker {pid} was killed and is still there")
    return took_s


async def all_painted_since(diaries: list[Diary], since_s: float) -> None:
    """Wait until every visitor has an overlay of a frame captured after that moment. Raises BenchError if that takes
    longer than PATIENCE_S."""
    loop = asyncio.get_running_loop()
    while any(diary.last_capture_s is None or diary.last_capture_s < since_s for diary in diaries):
        if loop.time() > since_s + PATIENCE_S:
            raise BenchError(f"no overlays again within {PATIENCE_S:.0f} s")
        await asyncio.sleep(_POLL_S)
