"""The worker killed and halted again and again under visitors: how soon that is noticed, how soon all is well again.

Detection is from the signal to the moment that the server notes as the fault's; recovery from then until the last
visitor has an overlay of a frame captured after the signal.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from server.bench.form import BenchError
from server.bench.recovery import PATIENCE_S, all_painted_since, painted_crowd, sessions_lost
from server.bench.running import RunningServer, Settings
from server.visitors.crowd import MAX_SECONDS, Plan
from server.visitors.diary import Diary
from server.worker.supervisor import STEADY_S

FPS = 5.0
WIDTH_PX, HEIGHT_PX = 320, 240
SETTINGS: Settings = {
    "style": {"runtime": "stub", "stub_base_ms": 4.0, "stub_frame_ms": 1.0},
    "room": {"max_live": 1000},
}
_POLL_S = 0.02
_REST_S = STEADY_S + 0.5  # between two faults: this is about many, not about a crash loop and its back-off


@dataclass(frozen=True, slots=True)
class Faults:
    """The worst of all faults and visitors."""

    recovery_s: float
    detection_s: float
    sessions_lost: int
    kills: int
    hangs: int
    visitors: int
    out_of_order: int


def measure_faults(kills: int, hangs: int, visitors: int, say: Callable[[str], None]) -> Faults:
    """Kill (SIGKILL) and halt (SIGSTOP) the stub's worker so many times on a server of its own, some 4 s each; `say` is
    told how far it is. Raises BenchError if a fault is not noticed, or overlays do not come back."""
    with RunningServer(SETTINGS) as server:
        return asyncio.run(_measure(server, kills, hangs, visitors, say))


async def _measure(server: RunningServer, kills: int, hangs: int, visitors: int, say: Callable[[str], None]) -> Faults:
    seconds = min(MAX_SECONDS, (kills + hangs + 1) * PATIENCE_S)
    plan = Plan(count=visitors, fps=FPS, seconds=seconds, width_px=WIDTH_PX, height_px=HEIGHT_PX)
    found: list[tuple[float, float]] = []
    async with painted_crowd(server, plan) as diaries:
        for number, sent in enumerate(_in_turns(kills, hangs), 1):
            say(f"fault {number} of {kills + hangs}: {sent.name}")
            found.append(await _strike(server, diaries, sent))
            await asyncio.sleep(_REST_S)
    detections, recoveries = zip(*found, strict=True) if found else ((0.0,), (0.0,))
    return Faults(
        recovery_s=max(recoveries),
        detection_s=max(detections),
        sessions_lost=sessions_lost(diaries),
        kills=kills,
        hangs=hangs,
        visitors=visitors,
        out_of_order=sum(diary.out_of_order for diary in diaries),
    )


def _in_turns(kills: int, hangs: int) -> Iterator[signal.Signals]:
    """Both kinds side by side, as far as they go."""
    both = itertools.zip_longest([signal.SIGKILL] * kills, [signal.SIGSTOP] * hangs)
    return (sent for pair in both for sent in pair if sent is not None)


async def _strike(server: RunningServer, diaries: list[Diary], sent: signal.Signals) -> tuple[float, float]:
    """Send the worker a signal; returns in how many seconds that was noticed, and after how many more all went on."""
    before = await _worker(server)
    loop = asyncio.get_running_loop()
    sent_s, sent_at = loop.time(), time.time()
    os.kill(before["pid"], sent)
    detection_s = await _noticed_at(server, before["last_fault_at"], sent_s) - sent_at
    await all_painted_since(diaries, sent_s)
    return detection_s, loop.time() - (sent_s + detection_s)


async def _noticed_at(server: RunningServer, before: float | None, sent_s: float) -> float:
    """When the server noticed the next fault, in seconds since 1970."""
    loop = asyncio.get_running_loop()
    while loop.time() < sent_s + PATIENCE_S:
        noticed_at: float | None = (await _worker(server))["last_fault_at"]
        if noticed_at is not None and noticed_at != before:
            return noticed_at
        await asyncio.sleep(_POLL_S)
    raise BenchError(f"a fault was not noticed within {PATIENCE_S:.0f} s")


async def _worker(server: RunningServer) -> dict[str, Any]:
    """What the server says of its worker."""
    worker: dict[str, Any] = (await asyncio.to_thread(server.stats))["workers"][0]
    return worker
