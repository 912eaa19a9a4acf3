"""A histogram by label, as Prometheus wants it: how many values were at most each bound, and their sum."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

Labels = tuple[str, ...]


class Histogram:
    """Counts values into ascending bounds. Labels come from the house, never from visitors."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts: dict[Labels, list[int]] = {}  # by labels: values in each bucket, the last beyond every bound
        self._sums: dict[Labels, float] = {}

    def observe(self, labels: Labels, value: float) -> None:
        """Count a value."""
        counts = self._counts.setdefault(labels, [0] * (len(self._bounds) + 1))
        counts[bisect_left(self._bounds, value)] += 1
        self._sums[labels] = self._sums.get(labels, 0.0) + value

    def rows(self) -> Iterator[tuple[Labels, list[tuple[str, int]], float]]:
        """Labels; (bound, values up to it), cumulative, the last bound being +Inf; and the sum of the values."""
        names = [*map(str, self._bounds), "+Inf"]
        for labels, counts in self._counts.items():
            yield labels, list(zip(names, accumulate(counts), strict=True)), self._sums[labels]
