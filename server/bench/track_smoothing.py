"""What smoothing makes of a tracker's poses: none, the page's, and MindAR's default, on the same clips. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from server.bench.clips.clip import FPS
from server.bench.smoothing import Values, as_mindar, as_on_the_page
from server.bench.track_record import HEIGHT, WIDTH, ClipRecord, FrameRecord

LEAST_FRAMES = 10  # of a run with poses: filters need some to settle

Smooth = Callable[[Sequence[Values], Sequence[float], float], list[Values]]  # corners, times in ms, target's aspect
WAYS: Mapping[str, Smooth] = {
    "not smoothed": lambda corners, _times_ms, _aspect: list(corners),
    "smoothed as on the page": lambda corners, times_ms, _aspect: as_on_the_page(corners, times_ms),
    "by MindAR's default": lambda corners, times_ms, aspect: as_mindar(corners, times_ms, aspect, WIDTH / HEIGHT),
}


@dataclass(frozen=True, slots=True)
class Smoothed:
    """How calm and how late corners are."""

    jitter_px: float  # root mean square about their means, where the camera stands still
    p95_px: float  # 95th percentile of the mean corner error, all motions

    def __str__(self) -> str:
        return f"{self.jitter_px:.3g} / {self.p95_px:.3g} px"


def compare(clips: Sequence[ClipRecord]) -> dict[str, Smoothed]:
    """By name of the smoothing. Empty where there is no clip from a tripod, or none with poses."""
    runs = [(clip, run) for clip in clips if clip.shows_target for run in _runs(clip)]
    if not any(clip.motion == "static" for clip, _ in runs):
        return {}
    return {name: _measured(runs, way) for name, way in WAYS.items()}


def _runs(clip: ClipRecord) -> Iterator[list[FrameRecord]]:
    """Frames with a pose, one after the other."""
    for found, frames in groupby(clip.frames, lambda frame: frame.corners is not None and frame.truth is not None):
        run = list(frames)
        if found and len(run) >= LEAST_FRAMES:
            yield run


def _measured(runs: Sequence[tuple[ClipRecord, list[FrameRecord]]], way: Smooth) -> Smoothed:
    squares, errors = [], []
    for clip, run in runs:
        given = [_corners(frame.corners) / (WIDTH, HEIGHT) for frame in run]
        times_ms = [1000 * number / FPS for number in range(len(run))]
        shown = np.array(way(given, times_ms, clip.aspect)) * (WIDTH, HEIGHT)
        truth = np.array([_corners(frame.truth) for frame in run])
        errors += list(np.linalg.norm(shown - truth, axis=2).mean(axis=1)[[frame.counts for frame in run]])
        if clip.motion == "static":
            squares += list(np.square(shown - shown.mean(axis=0)).sum(axis=2).ravel())
    return Smoothed(float(np.sqrt(np.mean(squares))), float(np.percentile(errors, 95)) if errors else 0.0)


def _corners(corners: Sequence[float] | None) -> Values:
    return np.array(corners, np.float64).reshape(4, 2)
