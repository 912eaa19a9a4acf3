"""A worker killed under load: how long every visitor is without a new overlay, and whether a session is lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from server.bench.form import BenchError
from server.bench.running import RunningServer
from server.visitors.crowd import Crowd, Plan
from server.visitors.diary import Diary

VISITORS = 4
FPS = 5.0
_PATIENCE_S = 30.0
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
    plan = Plan(count=VISITORS, fps=FPS, seconds=(kills + 1) * _PATIENCE_S)
    crowd = Crowd(server.door(), plan)
    crowd.prepare()
    visits = asyncio.create_task(crowd.visit())
    try:
        slowest_s = 0.0
        await _all_painted_since(crowd.diaries, asyncio.get_running_loop().time())
        for _ in range(kills):
            slowest_s = max(slowest_s, await _kill_once(server, crowd.diaries))
    finally:
        visits.cancel()
        await asyncio.gather(visits, return_exceptions=True)
    lost = sum(len(diary.sessions) - 1 for diary in crowd.diaries)
    return Recovery(slowest_s, lost, kills, sum(diary.out_of_order for diary in crowd.diaries))


async def _kill_once(server: RunningServer, diaries: list[Diary]) -> float:
    killed_s = asyncio.get_running_loop().time()
    pid = server.kill_worker()
    await _all_painted_since(diaries, killed_s)
    took_s = asyncio.get_running_loop().time() - killed_s
    if server.worker_pid() == pid:
        raise BenchError(f"the worker {pid} was killed and is still there")
    return took_s


async def _all_painted_since(diaries: list[Diary], since_s: float) -> None:
    """Wait until every visitor has an overlay of a frame captured after that moment."""
    loop = asyncio.get_running_loop()
    while any(diary.last_capture_s is None or diary.last_capture_s < since_s for diary in diaries):
        if loop.time() > since_s + _PATIENCE_S:
            raise BenchError(f"no overlays again within {_PATIENCE_S:.0f} s")
        await asyncio.sleep(_POLL_S)
