"""Fits a homography so that a Target's patches match a Frame: inverse compositional Gauss-Newton. Keeps no state.

Baker and Matthews 2004, "Lucas-Kanade 20 Years On". Each window is compared after its own mean and contrast are taken
away, so that light may fall unevenly, and counts by how well it agrees, so that glare and passers-by do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.track.features import Grey
from exhibit.track.patches import Floats, Patches
from exhibit.track.pose import Homography, project

AGREES = 0.6  # correlation from which a window counts as seen
LEAST_WINDOWS = 6
_DAMPING = 1e-4


@dataclass(frozen=True, slots=True)
class Stage:
    """One step from coarse to fine."""

    level: int  # halvings of the frame
    iterations: int  # at most
    tolerance: float  # how far below 1 a window's correlation halves its weight: wide while far from the goal
    done_px: float = 0.03  # a step that moves the corners less is the last


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well the target fits the frame under a homography."""

    homography: Homography  # centred target coordinates -> pixels of the frame's finest size
    correlations: Floats  # of each window, -1 to 1; meaningless where not visible
    visible: NDArray[np.bool_]  # windows wholly inside the frame
    error_px: float  # root mean square of what the windows that agree would still move

    @property
    def agreeing(self) -> int:
        """Windows in view that look as they should."""
        return int(np.count_nonzero(self.correlations[self.visible] > AGREES))

    @property
    def share(self) -> float:
        """Agreeing windows among those in view."""
        return self.agreeing / max(1, int(np.count_nonzero(self.visible)))


def pyramid(grey: Grey, levels: int) -> list[Grey]:
    """The frame at full, half, quarter size ...; pixel i of one is pixel 2 i of the one before."""
    sizes = [grey]
    while len(sizes) < levels:
        sizes.append(np.asarray(cv2.pyrDown(sizes[-1]), np.uint8))
    return sizes


def align(frame: Grey, patches: Patches, homography: Homography, stage: Stage) -> Alignment | None:
    """Improve a homography on the frame at the stage's size. None where too little is in view."""
    shrink = np.diag([0.5**stage.level, 0.5**stage.level, 1.0])
    current = shrink @ homography
    visible = _visible(frame, patches, current)
    if np.count_nonzero(visible) < LEAST_WINDOWS:
        return None
    chosen = _Windows.of(patches, visible)
    correlations, residuals = chosen.compare(frame, current)
    corners = _extent(chosen.points)
    for _ in range(stage.iterations):
        step = chosen.step(correlations, residuals, stage.tolerance)
        moved = current @ np.linalg.inv(step)
        moved /= moved[2, 2]
        if not np.isfinite(moved).all():
            return None
        shift_px = np.abs(project(moved, corners) - project(current, corners)).max() * 2**stage.level
        current = moved
        correlations, residuals = chosen.compare(frame, current)
        if shift_px < stage.done_px:
            break
    everywhere = np.full(len(patches), -1.0, np.float32)
    everywhere[visible] = correlations
    error_px = chosen.error(correlations, residuals) * _enlargement(current, corners) * 2**stage.level
    return Alignment(np.linalg.inv(shrink) @ current, everywhere, visible, error_px)


@dataclass(frozen=True, slots=True)
class _Windows:
    """The windows in view, K x n."""

    points: Floats
    greys: Floats
    deviations: Floats
    slopes: Floats
    hessians: NDArray[np.float64]
    shifts: Floats

    @classmethod
    def of(cls, patches: Patches, visible: NDArray[np.bool_]) -> _Windows:
        kept: NDArray[np.bool_] | slice = slice(None) if visible.all() else visible
        return cls(
            points=patches.points[kept],
            greys=patches.greys[kept],
            deviations=patches.deviations[kept],
            slopes=patches.slopes[kept],
            hessians=patches.hessians[kept],
            shifts=patches.shifts[kept],
        )

    def compare(self, frame: Grey, homography: Homography) -> tuple[Floats, Floats]:
        """Correlation of each window with the frame, and the difference once contrast is matched."""
        places = np.asarray(cv2.perspectiveTransform(self.points, homography), np.float32)
        seen = _sampled(frame, places)
        share = np.full(seen.shape[1], 1 / seen.shape[1], np.float32)
        seen -= (seen @ share)[:, None]
        deviations = np.sqrt(np.square(seen) @ share) + 0.5
        products = (seen * self.greys) @ share
        correlations = np.asarray(products / (deviations * self.deviations), np.float32)
        seen *= (self.deviations / deviations)[:, None]
        seen -= self.greys
        return correlations, seen

    def step(self, correlations: Floats, residuals: Floats, tolerance: float) -> NDArray[np.float64]:
        """The homography by which the template would have to move: I plus the eight parameters."""
        weights = 1.0 / (1.0 + np.square((1.0 - correlations) / tolerance))
        weights = np.where(correlations > 0, weights, 0.0).astype(np.float64)
        hessian = (weights @ self.hessians.reshape(-1, 64)).reshape(8, 8)
        weighted = residuals * weights[:, None].astype(np.float32)
        pull = weighted.reshape(-1) @ self.slopes.reshape(-1, 8)
        hessian[np.diag_indices(8)] *= 1 + _DAMPING
        hessian[np.diag_indices(8)] += 1e3
        parameters = np.linalg.solve(hessian, pull.astype(np.float64))
        return np.append(parameters, 0.0).reshape(3, 3) + np.eye(3)

    def error(self, correlations: Floats, residuals: Floats) -> float:
        """Root mean square, in centred units, of the shift that each agreeing window alone would still like."""
        agreeing = correlations > AGREES
        if not agreeing.any():
            return float("inf")
        shifts = (residuals[agreeing, None, :] @ self.shifts[agreeing])[:, 0]
        return math.sqrt(float(np.square(shifts).sum()) / len(shifts))


def _sampled(frame: Grey, places: Floats) -> Floats:
    """Grey values at K x n places between pixels."""
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(frame, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _visible(frame: Grey, patches: Patches, homography: Homography) -> NDArray[np.bool_]:
    """Windows whose first and last pixel are in front of the camera and inside the frame."""
    height, width = frame.shape
    visible = np.ones(len(patches), np.bool_)
    for corner in (0, -1):
        x, y = patches.points[:, corner, 0], patches.points[:, corner, 1]
        mapped = homography @ np.stack([x, y, np.ones_like(x)]).astype(np.float64)
        depth = np.maximum(mapped[2], 1e-9)
        column, row = mapped[0] / depth, mapped[1] / depth
        visible &= (mapped[2] > 1e-9) & (column >= 0) & (column <= width - 1) & (row >= 0) & (row <= height - 1)
    return visible


def _extent(points: Floats) -> NDArray[np.float64]:
    """Corners of the box round all windows."""
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    return np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]], np.float64)


def _enlargement(homography: Homography, corners: NDArray[np.float64]) -> float:
    """Pixels per centred unit, on average over the box."""
    before, after = corners[2] - corners[0], np.diff(project(homography, corners[[0, 2]]), axis=0)[0]
    return float(np.hypot(*after) / max(np.hypot(*before), 1e-9))
