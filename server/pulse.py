"""How the server itself does: event-loop lag, memory, CPU. Knows nothing of visitors."""

from __future__ import annotations

import asyncio
import time
from collections import deque

import psutil

BEAT_S = 0.02
WINDOW = 500  # beats: the last ten seconds, and a little more where the loop lags


class Pulse:
    """Measures how late the event loop runs what is due, by a task that only sleeps."""

    def __init__(self) -> None:
        self._lags_ms: deque[float] = deque(maxlen=WINDOW)
        self._process = psutil.Process()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            due = time.perf_counter() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self._lags_ms.append((time.perf_counter() - due) * 1000)

    def lag_p99_ms(self) -> float:
        """99th percentile of the lag over the last ten seconds; 0.0 before the first beat."""
        ordered = sorted(self._lags_ms)
        return ordered[int(0.99 * (len(ordered) - 1))] if ordered else 0.0

    def snapshot(self) -> dict[str, float]:
        """Lag, resident memory and CPU seconds of the server process."""
        spent = self._process.cpu_times()
        return {
            "loop_lag_p99_ms": round(self.lag_p99_ms(), 3),
            "rss_bytes": self._process.memory_info().rss,
            "cpu_s": spent.user + spent.system,
        }


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
