"""What was counted in the last minute, second by second. Pure: who counts says when."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

SECONDS = 60


@dataclass
class _Second:
    at: int
    counts: Counter[str] = field(default_factory=Counter)
    p50s_ms: list[float] = field(default_factory=list)
    p95s_ms: list[float] = field(default_factory=list)


class Window:
    """Counts by name, and what phones measured, of the last sixty seconds. Bounded: a second holds a name once."""

    def __init__(self) -> None:
        self._seconds: deque[_Second] = deque(maxlen=SECONDS + 1)

    def count(self, now_s: float, name: str) -> None:
        """One more of something."""
        self._second(now_s).counts[name] += 1

    def measured(self, now_s: float, p50_ms: float, p95_ms: float) -> None:
        """What one phone measured in the last second, glass to glass."""
        second = self._second(now_s)
        second.p50s_ms.append(p50_ms)
        second.p95s_ms.append(p95_ms)

    def total(self, now_s: float, last_s: int = SECONDS) -> Counter[str]:
        """What was counted in the last so many seconds."""
        total: Counter[str] = Counter()
        for second in self._last(now_s, last_s):
            total += second.counts
        return total

    def glass_ms(self, now_s: float, last_s: int = SECONDS) -> tuple[float, float] | None:
        """The median of what phones reported as their median, and the 95th percentile of their 95th percentiles."""
        seconds = list(self._last(now_s, last_s))
        p50s = sorted(value for second in seconds for value in second.p50s_ms)
        p95s = sorted(value for second in seconds for value in second.p95s_ms)
        if not p50s:
            return None
        return p50s[len(p50s) // 2], p95s[min(len(p95s) - 1, int(0.95 * len(p95s)))]

    def _second(self, now_s: float) -> _Second:
        at = int(now_s)
        if not self._seconds or self._seconds[-1].at < at:
            self._seconds.append(_Second(at))
        return self._seconds[-1]

    def _last(self, now_s: float, last_s: int) -> Iterator[_Second]:
        return (second for second in self._seconds if second.at > int(now_s) - last_s)  # the present one among them
