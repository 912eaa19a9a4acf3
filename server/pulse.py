"""How the server itself does: event-loop lag, memory, CPU. Knows nothing of visitors."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable

import psutil

BEAT_S = 0.02
WINDOW = 500  # beats: the last ten seconds, and a little more where the loop lags


class Pulse:
    """Measures how late the event loop runs what is due, by a task that only sleeps."""

    def __init__(self) -> None:
        self._lags_ms: deque[float] = deque(maxlen=WINDOW)
        self._held_ms: deque[float] = deque(maxlen=WINDOW)
        self._process = psutil.Process()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            due, spent = time.perf_counter() + BEAT_S, time.thread_time()
            await asyncio.sleep(BEAT_S)
            self._lags_ms.append((time.perf_counter() - due) * 1000)
            self._held_ms.append((time.thread_time() - spent) * 1000)

    def snapshot(self) -> dict[str, float]:
        """Lag over the last ten seconds, resident memory and CPU seconds of the server process.

        `loop_held_p99_ms` is the CPU time that the loop's thread spent in a beat: what it can have been late by its own
        doing. Lag beyond that is the machine's, which had other work.
        """
        spent = self._process.cpu_times()
        return {
            "loop_lag_p99_ms": _p99(self._lags_ms),
            "loop_held_p99_ms": _p99(self._held_ms),
            "rss_bytes": self._process.memory_info().rss,
            "cpu_s": spent.user + spent.system,
        }


def _p99(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return round(ordered[int(0.99 * (len(ordered) - 1))], 3) if ordered else 0.0


def process_numbers(pid: int | None) -> dict[str, float]:
    """Resident memory and CPU seconds of another process; nothing if it is gone."""
    if pid is None:
        return {}
    try:
        process = psutil.Process(pid)
        spent = process.cpu_times()
        return {"rss_bytes": process.memory_info().rss, "cpu_s": spent.user + spent.system}
    except psutil.NoSuchProcess:
        return {}
