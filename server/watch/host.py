"""How the machine does, and the server process on it: CPU, memory, disk, open files. Asked for in a thread."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psutil

from server.watch.reading import HostReading


class Host:
    """Looks at the machine; `look` may touch the disk, so that it belongs in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._process, self._began_s = folder, psutil.Process(), time.monotonic()
        self._shares: dict[int, tuple[float, float]] = {}  # by process: CPU seconds, when they were read
        self._cpu = psutil.cpu_times()  # cpu_percent would keep this for each thread that asks

    def look(self, loop_lag_p99_ms: float) -> HostReading:
        """The numbers now; CPU since the last look."""
        memory, disk = psutil.virtual_memory(), psutil.disk_usage(str(self._folder))
        return HostReading(
            cpu_share=self._cpu_share(),
            memory_bytes=memory.total - memory.available,
            memory_total_bytes=memory.total,
            disk_bytes=disk.total - disk.free,
            disk_total_bytes=disk.total,
            loop_lag_p99_ms=loop_lag_p99_ms,
            rss_bytes=self._process.memory_info().rss,
            descriptors=self._process.num_fds(),
            uptime_s=round(time.monotonic() - self._began_s, 1),
        )

    def _cpu_share(self) -> float:
        """Of all cores, since the last look."""
        before, self._cpu = self._cpu, psutil.cpu_times()
        passed_s = _counted_s(self._cpu) - _counted_s(before)
        idle_s = _idle_s(self._cpu) - _idle_s(before)
        return min(1.0, max(0.0, 1 - idle_s / passed_s)) if passed_s > 0 else 0.0

    def process(self, pid: int | None) -> tuple[int, float]:
        """Resident bytes of a process, and its share of one core since it was last asked for; 0, 0 if it is gone."""
        if pid is None:
            return 0, 0.0
        try:
            process = psutil.Process(pid)
            times, now_s = process.cpu_times(), time.monotonic()
            rss_bytes = process.memory_info().rss
        except psutil.Error:
            self._shares.pop(pid, None)
            return 0, 0.0
        spent_s = times.user + times.system
        before_s, read_s = self._shares.get(pid, (spent_s, now_s))
        self._shares[pid] = spent_s, now_s
        return rss_bytes, max(0.0, spent_s - before_s) / (now_s - read_s) if now_s > read_s else 0.0


def _counted_s(times: Any) -> float:
    """All of them; what guests had is in the user's already."""
    return float(sum(times)) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)


def _idle_s(times: Any) -> float:
    return float(times.idle) + getattr(times, "iowait", 0.0)
