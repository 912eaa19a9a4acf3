"""What batches cost, measured: recent times by picture size and batch size. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW = 64


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels of the frames of a batch; frames of one size can share one."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """Pixels of one frame."""
        return self.width * self.height


@dataclass
class Costs:
    """Milliseconds that batches took, the last 64 of each size and count."""

    _measured: dict[tuple[Size, int], deque[float]] = field(default_factory=dict)

    def add(self, size: Size, count: int, work_ms: float) -> None:
        """Remember that a batch of `count` frames took work_ms."""
        self._measured.setdefault((size, count), deque(maxlen=WINDOW)).append(work_ms)

    def knows(self, count: int) -> bool:
        """Whether batches of this count have been measured, at any size."""
        return any(n == count for _, n in self._measured)

    def p95_ms(self, size: Size, count: int) -> float:
        """95th percentile of a batch's time; 0.0 while nothing is known at all."""
        return self._quantile(size, count, 0.95)

    def median_ms(self, size: Size, count: int) -> float:
        """Median of a batch's time; 0.0 while nothing is known at all."""
        return self._quantile(size, count, 0.5)

    def rate(self, size: Size, counts: tuple[int, ...]) -> float:
        """Frames a second at this size with the best of the batch counts; 0.0 while nothing is known."""
        known = [n for n in counts if self.knows(n)]
        return max((1000 * n / self.median_ms(size, n) for n in known), default=0.0)

    def _quantile(self, size: Size, count: int, q: float) -> float:
        times = self._measured.get((size, count))
        if times:
            ordered = sorted(times)
            return ordered[min(len(ordered) - 1, int(q * len(ordered)))]
        return self._estimated(size, count, q)

    def _estimated(self, size: Size, count: int, q: float) -> float:
        """From the nearest measured size, scaled by pixels; then from another count, scaled by frames."""
        same_count = [s for s, n in self._measured if n == count]
        if same_count:
            nearest = min(same_count, key=lambda s: abs(s.pixels - size.pixels))
            return self._quantile(nearest, count, q) * size.pixels / nearest.pixels
        counts = [n for _, n in self._measured]
        if not counts:
            return 0.0
        nearest_count = min(counts, key=lambda n: abs(n - count))
        return self._quantile(size, nearest_count, q) * count / nearest_count
