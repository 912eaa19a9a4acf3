"""How fast a run learns at each share of it."""

from __future__ import annotations

import math

RISING = 0.02  # of the run
LEVEL = 0.4  # of the run: then down


def pace(share: float) -> float:
    """The learning rate at a share of the run, 0 to 1, of the highest: up quickly, level, down on a half cosine."""
    if share < RISING:
        return 0.02 + 0.98 * share / RISING
    fallen = max(0.0, (share - LEVEL) / (1 - LEVEL))
    return 0.01 + 0.99 * (1 + math.cos(math.pi * fallen)) / 2
