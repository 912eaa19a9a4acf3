"""Counts of what happened, by name and reason, since the start. Knows nobody: no count belongs to a visitor."""

from __future__ import annotations

from collections import defaultdict


class Tally:
    """Counters such as refused/not_a_jpeg or dropped/late."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))

    def add(self, name: str, reason: str = "all", amount: float = 1) -> None:
        """Count one event, or an amount of something."""
        self._counts[name][reason] += amount

    def snapshot(self) -> dict[str, dict[str, float]]:
        """Everything counted so far, by name and reason."""
        return {name: dict(counts) for name, counts in self._counts.items()}
