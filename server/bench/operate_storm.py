"""An access point comes back: hundreds of phones connect within a second, while visitors are painted for.

The newcomers are a process of their own, so that what they cost is not measured as the server's.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from server.bench.form import BenchError
from server.bench.idle_lag import idle_lag
from server.bench.recovery import painted_crowd
from server.bench.running import RunningServer, Settings
from server.visitors.crowd import Plan
from server.visitors.door import Door

LIVE = 20
OVER_S = 1.0
STAY_S = 4.0  # after the last has come; the server's lag is of the last ten seconds
FPS = 5.0
SETTINGS: Settings = {
    "style": {"runtime": "stub", "stub_base_ms": 4.0, "stub_frame_ms": 1.0, "batch_sizes": [1, 2, 4, 8]},
    "lens": {"min_width": 64},
    "room": {"max_live": LIVE, "max_waiting": 5000},
    "limits": {"connections_per_address": 5000, "connections": 5000},
}


@dataclass(frozen=True, slots=True)
class Storm:
    """What a storm of newcomers did to the server, to those who were in, and how the newcomers fared."""

    clients: int
    lag_p99_ms: float  # of the server's event loop
    held_p99_ms: float  # CPU time of that loop in a beat of 20 ms: what of the lag can be its own doing
    idle_lag_p99_ms: float  # of a process that only sleeps, at the same time
    dropped_live: int  # of those who were live before: lost their connection, or were refused
    slowest_told_s: float  # from the knock of a newcomer to its place, or its going live
    untold: int  # newcomers who heard nothing, or were refused


def measure_storm(clients: int, say: Callable[[str], None], *, secure: bool = True) -> Storm:
    """Let so many come within a second, over TLS as phones do. Raises BenchError."""
    return asyncio.run(_measured(clients, say, secure))


async def _measured(clients: int, say: Callable[[str], None], secure: bool) -> Storm:
    with RunningServer({**SETTINGS, "server": {"http": not secure}}) as server:
        plan = Plan(count=LIVE, fps=FPS, seconds=600.0, width_px=64, height_px=48)
        async with painted_crowd(server, plan) as diaries:
            say(f"{clients} phones come within {OVER_S:.0f} s, while {LIVE} are painted for")
            before = [diary.connected for diary in diaries]
            async with idle_lag() as idle:
                arriving = asyncio.create_task(_arrive(server.door(), clients))
                await asyncio.sleep(OVER_S + STAY_S)
                numbers = (await asyncio.to_thread(server.stats))["server"]
                waits_s = await arriving
            dropped = sum(
                diary.connected > was or bool(diary.refused) for diary, was in zip(diaries, before, strict=True)
            )
    told_s = [wait_s for wait_s in waits_s if wait_s is not None]
    return Storm(
        clients=clients,
        lag_p99_ms=numbers["loop_lag_p99_ms"],
        held_p99_ms=numbers["loop_held_p99_ms"],
        idle_lag_p99_ms=idle.p99_ms,
        dropped_live=dropped,
        slowest_told_s=max(told_s, default=0.0),
        untold=clients - len(told_s),
    )


async def _arrive(door: Door, clients: int) -> list[float | None]:
    words = (door.url, door.ticket, str(clients), str(OVER_S), str(STAY_S))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.visitors.newcomer", *words), stdout=asyncio.subprocess.PIPE
    )
    try:
        told, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        raise BenchError(f"the newcomers failed: exit status {process.returncode}")
    waits_s: list[float | None] = json.loads(told)
    return waits_s
