"""How much each phone is asked to send, from what the engines can do and how many are live. Pure.

The order is the design's: frame rate first, down to half; then resolution; then frame rate again, down to the least
that is worth looking at. Beyond that nobody more is let in (`visitors_held`), and the waiting room fills.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from server.config import LensConfig
from server.costs import Size

ASPECT = 3 / 4  # what phones are asked for: shorter over longer side
ASPECTS = (3 / 4, 9 / 16, 1.0)  # shorter over longer side: what frames are painted at
HEADROOM = 1.2  # ask for a little more than fits, so that a lane never idles; newest wins drops the rest
NOTICEABLE = 0.7  # a rate under this share of the full one is said to be reduced

Rate = Callable[[Size], float]  # frames a second that all workers together paint at a size


@dataclass(frozen=True, slots=True)
class Advice:
    """What phones are asked to send at most, and what was reduced to get there."""

    fps: float
    width: int
    height: int
    reduced: tuple[str, ...] = ()


def size_of(width: int) -> Size:
    """The frame of the usual aspect with this longer side."""
    return Size(width, round(width * ASPECT))


def widths(lens: LensConfig) -> tuple[int, ...]:
    """The resolutions to fall back through, longest first: the full one, one between, the least."""
    between = round((lens.width + lens.min_width) / 2 / 16) * 16
    return tuple(sorted({lens.width, between, lens.min_width}, reverse=True))


def paint_size(lens: LensConfig, sent: Size) -> Size:
    """The size that a frame is painted at: the nearest of a few, so that engines compiled for one shape stay warm.

    Without it a client that changes the size of every frame would have an engine compiled for each. Frames of the
    sizes that phones are asked for, at a camera's usual aspects, keep theirs exactly.
    """
    longer, shorter = max(sent.width, sent.height), min(sent.width, sent.height)
    width = min((w for w in widths(lens) if w >= longer), default=lens.width)
    aspect = min(ASPECTS, key=lambda aspect: abs(math.log(aspect * longer / shorter)))
    size = Size(width, round(width * aspect))
    return size if sent.width >= sent.height else Size(size.height, size.width)


def advise(lens: LensConfig, rate: Rate, live: int) -> Advice:
    """The advice for `live` visitors who all use what they may."""
    chosen = next((w for w in widths(lens) if rate(size_of(w)) / max(1, live) >= lens.fps / 2), lens.min_width)
    share = rate(size_of(chosen)) / max(1, live)
    fps = min(float(lens.fps), max(float(lens.min_fps), share * HEADROOM))
    reduced = ["frame_rate"] * (share < lens.fps * NOTICEABLE) + ["resolution"] * (chosen < lens.width)
    size = size_of(chosen)
    return Advice(round(fps, 1), size.width, size.height, tuple(reduced))


def visitors_held(lens: LensConfig, rate: Rate) -> int:
    """How many visitors can be live at the least frame rate and resolution: at least one, but none before an engine
    was measured."""
    frames_per_s = rate(size_of(lens.min_width))
    return max(1, int(frames_per_s / lens.min_fps)) if frames_per_s else 0
