"""Loads of known size for a painter of known cost: how many visitors are half of its capacity, how many twice. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StubCost:
    """What a batch costs the stub painter."""

    base_ms: float = 20.0
    frame_ms: float = 5.0
    batch_sizes: Sequence[int] = (1, 2, 4, 8)

    @property
    def capacity_fps(self) -> float:
        """Frames a second with the best batch size and nothing around it."""
        return max(1000 * count / (self.base_ms + self.frame_ms * count) for count in self.batch_sizes)

    def visitors(self, load: float, fps: float) -> int:
        """How many visitors at this frame rate ask for `load` times the capacity: rounded up, at least one."""
        return max(1, -int(-load * self.capacity_fps // fps))


def growth(samples: Sequence[float]) -> float:
    """Median of the second half over the median of the first, less one: 0.02 means two per cent more."""
    if len(samples) < 2:
        raise ValueError(f"expected at least 2 samples, got {len(samples)}")
    middle = len(samples) // 2
    return median(samples[middle:]) / median(samples[:middle]) - 1


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
