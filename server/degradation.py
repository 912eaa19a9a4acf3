"""How much each phone is asked to send, from what the engines can do and how many are live. Pure.

The order is the design's: frame rate first, down to half; then resolution; then a lighter network, where there is one;
then frame rate again, down to the least that is worth looking at. Beyond that nobody more is let in (`visitors_held`),
and the waiting room fills.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from server.config import CanvasConfig, LensConfig
from server.costs import Size

ASPECT = 3 / 4  # what phones are asked for: shorter over longer side
ASPECTS = (3 / 4, 9 / 16, 1.0)  # shorter over longer side: what frames are painted at
HEADROOM = 1.2  # ask for a little more than fits, so that a lane never idles; newest wins drops the rest
RETURN = 1.2  # the full network comes back when it can do so much more than it must, so that pictures do not waver
NOTICEABLE = 0.7  # a rate under this share of the full one is said to be reduced


class Brush(StrEnum):
    """Which network paints, as an operator decides."""

    AUTO = "auto"  # the full one, and the lighter one while the room is crowded
    FULL = "full"  # always
    LIGHT = "light"  # the lighter one always, where there is one


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
    longer = max(sent.width, sent.height)
    return _shaped(min((w for w in widths(lens) if w >= longer), default=lens.width), sent)


def track_size(canvas: CanvasConfig, sent: Size) -> Size:
    """What a frame that is tracked counts as, for what it costs: one of six sizes. Larger ones are made that small."""
    return _shaped(canvas.width if max(sent.width, sent.height) > canvas.width / 2 else canvas.width // 2, sent)


def texture_size(canvas: CanvasConfig, artwork: Size) -> Size:
    """The size that an artwork is repainted at: one of five, of the aspect nearest to its own."""
    return _shaped(canvas.texture_width, artwork)


def _shaped(longer: int, like: Size) -> Size:
    """The size with this longer side whose aspect comes nearest, of the few there are."""
    aspect = min(like.width, like.height) / max(like.width, like.height)
    nearest = min(ASPECTS, key=lambda known: abs(math.log(known / aspect)))
    size = Size(longer, round(longer * nearest))
    return size if like.width >= like.height else Size(size.height, size.width)


def nothing(_: Size) -> float:
    """The rate of a network that is not there."""
    return 0.0


def advise(
    lens: LensConfig,
    rate: Rate,
    live: int,
    lighter: Rate = nothing,
    *,
    is_lighter: bool = False,
    brush: Brush = Brush.AUTO,
) -> Advice:
    """The advice for `live` visitors who all use what they may. `lighter` is what the lighter network does, and whether
    it is at work already; `brush` is which of the two an operator wants."""
    least = size_of(lens.min_width)
    pinned = brush is Brush.LIGHT and lighter(least) > 0
    best = lighter if pinned else rate
    wanted = lens.fps / 2 * (RETURN if is_lighter and brush is Brush.AUTO else 1)
    chosen = next((w for w in widths(lens) if best(size_of(w)) / max(1, live) >= wanted), None)
    crowded = brush is Brush.AUTO and chosen is None and lighter(least) > rate(least)
    lightened = pinned or crowded
    size = least if chosen is None else size_of(chosen)
    share = (lighter if lightened else rate)(size) / max(1, live)
    fps = min(float(lens.fps), max(float(lens.min_fps), share * HEADROOM))
    reduced = {
        "frame_rate": share < lens.fps * NOTICEABLE,
        "resolution": size.width < lens.width,
        "model": lightened,
    }
    return Advice(round(fps, 1), size.width, size.height, tuple(name for name, so in reduced.items() if so))


def advise_canvas(canvas: CanvasConfig, rate: Rate, live: int) -> Advice:
    """The advice for `live` visitors at canvases, `rate` being what all workers together track: a pose costs little, so
    that only the frame rate gives way."""
    size = size_of(canvas.width)
    share = rate(size) / max(1, live)
    fps = min(canvas.fps, max(canvas.min_fps, share * HEADROOM))
    return Advice(round(fps, 1), size.width, size.height, ("frame_rate",) * (share < canvas.fps * NOTICEABLE))


def visitors_held(lens: LensConfig, rate: Rate, lighter: Rate = nothing, brush: Brush = Brush.AUTO) -> int:
    """How many visitors can be live at the least frame rate and resolution, by the network that does more, or the one
    that an operator wants: at least one, but none before an engine was measured."""
    size = size_of(lens.min_width)
    full, light = rate(size), lighter(size)
    frames_per_s = {Brush.AUTO: max(full, light), Brush.FULL: full, Brush.LIGHT: light or full}[brush]
    return max(1, int(frames_per_s / lens.min_fps)) if frames_per_s else 0
