"""Times a painter before it serves: what each size costs alone, and in batches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.style.painter import Painter

MEASURE_S = 1.0  # how long the batches of more than one frame may be measured, in all
WARM_S = 20.0  # how long whatever they need may take to be made ready
TRIAL_MS = 50.0  # how long one size and count may be measured again


def measure(painter: Painter, sizes: Sequence[tuple[int, int]], counts: Sequence[int]) -> list[dict[str, Any]]:
    """Warm a painter and time it: every size (width, height) with one frame, then larger batches while time lasts."""
    found: list[dict[str, Any]] = []
    warmed_s = measured_s = 0.0
    for (width, height), count in [(size, count) for count in counts for size in sizes]:
        if count > 1 and (measured_s > MEASURE_S or warmed_s > WARM_S):
            break
        started_s = time.perf_counter()
        painter.warm(width, height, count)
        _trial_ms(painter, width, height, count)
        began_s = time.perf_counter()
        times = _times_ms(painter, width, height, count)
        found.append({"width": width, "height": height, "count": count, "ms": times})
        warmed_s += began_s - started_s if count > 1 else 0.0
        measured_s += time.perf_counter() - began_s
    return found


def _times_ms(painter: Painter, width: int, height: int, count: int) -> list[float]:
    """One to three times: slow engines are measured on while they serve, fast ones now."""
    times = [_trial_ms(painter, width, height, count)]
    while len(times) < 3 and sum(times) < TRIAL_MS:
        times.append(_trial_ms(painter, width, height, count))
    return times


def _trial_ms(painter: Painter, width: int, height: int, count: int) -> float:
    frames = np.full((count, height, width, 3), 128, np.uint8)
    weights = np.zeros((count, len(painter.styles)), np.float32)
    weights[:, 0] = 1.0
    started_s = time.perf_counter()
    painter.paint(frames, weights, np.ones(count, np.float32))
    return 1000 * (time.perf_counter() - started_s)
