"""Two ways to smooth a stream of poses, side by side: that of the visitor's page, and MindAR's default. Pure.

One-Euro filter: Casiez, Roussel and Vogel 2012. The page filters the four corners, with one cutoff for all
(mobile_client/core/warp/one_euro.js). MindAR, by its documentation, filters the sixteen entries of the model-view
matrix, each by itself, with filterMinCF 0.001 and filterBeta 1000, and time in milliseconds; the camera that it assumes
has a vertical field of view of 45 degrees, and its targets are measured in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import pi, radians, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.track.pose import UNIT_CORNERS, project

Values = NDArray[np.float64]

PAGE_LEAST_HZ, PAGE_BETA, PAGE_SPEED_HZ = 0.8, 350.0, 5.0  # late_warp.js: SMOOTHING
MINDAR_LEAST, MINDAR_BETA, MINDAR_SPEED = 0.001, 1000.0, 0.001  # cutoffs per millisecond
MINDAR_FIELD_DEG = 45.0
MINDAR_SIDE_PX = 256.0  # of a target's shorter side, at which MindAR compiles it


@dataclass
class OneEuro:
    """The filter; `reach` makes one speed, or one for each value, of the speeds of all values."""

    least: float
    beta: float
    speed_cutoff: float
    reach: Callable[[Values], Values]
    _values: Values | None = None
    _speeds: Values | None = None
    _at: float = 0.0

    def filter(self, values: Values, at: float) -> Values:
        """The smoothed values at a time that is later than the one before."""
        if self._values is None or self._speeds is None or at <= self._at:
            self._values, self._speeds = values.copy(), np.zeros_like(values)
        else:
            elapsed = at - self._at
            speeds = (values - self._values) / elapsed
            self._speeds = self._speeds + _share(np.array(self.speed_cutoff), elapsed) * (speeds - self._speeds)
            cutoff = self.least + self.beta * self.reach(self._speeds)
            self._values = self._values + _share(cutoff, elapsed) * (values - self._values)
        self._at = at
        return self._values


def _share(cutoff: Values, elapsed: float) -> Values:
    ratio = 2 * pi * cutoff * elapsed
    return np.asarray(ratio / (1 + ratio), np.float64)


def as_on_the_page(corners: Sequence[Values], times_ms: Sequence[float]) -> list[Values]:
    """Corners 4 x 2 in units of the frame, smoothed as the visitor's page does."""
    one_speed = OneEuro(PAGE_LEAST_HZ, PAGE_BETA, PAGE_SPEED_HZ, lambda s: np.sqrt(2 * np.square(s).mean()))
    return [one_speed.filter(c.ravel(), t / 1000).reshape(4, 2) for c, t in zip(corners, times_ms, strict=True)]


def as_mindar(corners: Sequence[Values], times_ms: Sequence[float], aspect: float, frame_aspect: float) -> list[Values]:
    """Corners 4 x 2 in units of the frame, of the model-view matrices smoothed as MindAR does."""
    each = OneEuro(MINDAR_LEAST, MINDAR_BETA, MINDAR_SPEED, np.abs)
    lens = _lens(frame_aspect)
    side = MINDAR_SIDE_PX / min(aspect, 1.0)
    target = UNIT_CORNERS * (side * aspect, side)
    views = (each.filter(_model_view(c, lens, target), t) for c, t in zip(corners, times_ms, strict=True))
    return [project(lens @ view.reshape(4, 4)[:3, [0, 1, 3]], target) for view in views]


def _lens(frame_aspect: float) -> Values:
    """From directions to the frame's unit square."""
    focal = 0.5 / tan(radians(MINDAR_FIELD_DEG) / 2)
    return np.array([[focal / frame_aspect, 0, 0.5], [0, focal, 0.5], [0, 0, 1]])


def _model_view(corners: Values, lens: Values, target: Values) -> Values:
    """The sixteen entries of the rotation and translation that bring the target's corners where they are."""
    columns = np.linalg.inv(lens) @ cv2.getPerspectiveTransform(target.astype(np.float32), corners.astype(np.float32))
    columns = columns / np.sqrt(np.linalg.norm(columns[:, 0]) * np.linalg.norm(columns[:, 1]))
    view = np.eye(4)
    view[:3, 0], view[:3, 1], view[:3, 3] = columns.T
    view[:3, 2] = np.cross(columns[:, 0], columns[:, 1])
    return view.ravel()
