"""Small windows of a Target's picture, prepared once for aligning them with a Frame. Knows no frame.

What the inverse compositional algorithm (Baker and Matthews 2004, "Lucas-Kanade 20 Years On") computes once: for each
window its grey values and how they change with the eight parameters of a homography. Coordinates are the target's
centred ones: x from -a/2 to a/2 and y from -1/2 to 1/2, a being the width over the height.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.track.features import Grey

SIDE = 9  # pixels of a window
COLUMNS, ROWS = 12, 9  # cells of the grid of which each gives at most one window
LEAST_DEVIATION = 1.5  # grey values: a flatter window says nothing

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Patches:
    """K windows of n = SIDE * SIDE pixels of the target at one size."""

    scale: float  # pixels of this size per centred unit
    points: Floats  # K x n x 2, centred coordinates
    greys: Floats  # K x n, each window's mean taken away
    deviations: Floats  # K, standard deviation of each window
    slopes: Floats  # K x n x 8, change of the greys by the parameters, each window's mean taken away
    hessians: NDArray[np.float64]  # K x 8 x 8
    shifts: Floats  # K x n x 2: what a difference of greys says of the shift that the window alone would like

    def __len__(self) -> int:
        return len(self.points)


def cut_patches(grey: Grey, allowed: NDArray[np.bool_], aspect: float) -> Patches:
    """The best window of each cell of a picture H x W whose centre is allowed (H x W).

    `aspect` is the target's own, from which H and W are off by their rounding.
    """
    height, width = grey.shape
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.7).astype(np.float32)
    centres = _centres(grey, allowed)
    offsets = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).reshape(-1, 2) - SIDE // 2
    pixels = centres[:, None, :] + offsets  # K x n x 2
    x, y = pixels[..., 0], pixels[..., 1]
    greys = smooth[y, x]
    slope_x = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32)[y, x]
    slope_y = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32)[y, x]
    across, down = width / aspect, float(height)  # pixels of a centred unit
    points = ((pixels + 0.5) / (across, down) - (aspect / 2, 0.5)).astype(np.float32)
    greys = greys - greys.mean(axis=1, keepdims=True)
    deviations = greys.std(axis=1)
    kept = deviations > LEAST_DEVIATION
    slopes = _slopes(points, slope_x * np.float32(across), slope_y * np.float32(down))
    slopes = slopes[kept]
    return Patches(
        scale=down,
        points=points[kept],
        greys=greys[kept],
        deviations=deviations[kept],
        slopes=slopes,
        hessians=np.einsum("kni,knj->kij", slopes.astype(np.float64), slopes.astype(np.float64)),
        shifts=_shifts(slopes[..., [2, 5]]),
    )


def _slopes(points: Floats, slope_x: Floats, slope_y: Floats) -> Floats:
    """Steepest descent images for H = I + [[p0 p1 p2] [p3 p4 p5] [p6 p7 0]] at the identity, K x n x 8."""
    x, y = points[..., 0], points[..., 1]
    along = -(slope_x * x + slope_y * y)
    slopes = np.stack(
        [slope_x * x, slope_x * y, slope_x, slope_y * x, slope_y * y, slope_y, along * x, along * y], axis=-1
    )
    return np.asarray(slopes - slopes.mean(axis=1, keepdims=True), np.float32)


def _shifts(across: Floats) -> Floats:
    """Slopes to x and y, K x n x 2, times the inverse of their own Hessian: least squares for a shift."""
    grip = np.einsum("kni,knj->kij", across, across) + np.eye(2, dtype=np.float32)
    return np.asarray(across @ np.linalg.inv(grip), np.float32)


def _centres(grey: Grey, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of each cell the pixel round which the weaker direction of change is strongest (Shi and Tomasi 1994)."""
    height, width = grey.shape
    corner = cv2.cornerMinEigenVal(grey, SIDE, ksize=3)
    margin = SIDE // 2 + 1
    usable = np.zeros_like(allowed)
    usable[margin : height - margin, margin : width - margin] = True
    corner = np.where(allowed & usable, corner, 0.0)
    columns, rows = _cells(width, height)
    found = []
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            cell = corner[top:bottom, left:right]
            place = np.unravel_index(int(cell.argmax()), cell.shape)
            if cell[place] > 0:
                found.append((left + int(place[1]), top + int(place[0])))
    return np.array(found, np.int64).reshape(-1, 2)


def _cells(width: int, height: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Edges of the grid's columns and rows: about as many along the long side as fit."""
    long, short = (COLUMNS, ROWS) if width >= height else (ROWS, COLUMNS)
    least = SIDE - 2  # small pictures have fewer cells
    columns = max(2, min(long, width // least))
    rows = max(2, min(short, height // least))
    return np.linspace(0, width, columns + 1).astype(np.int64), np.linspace(0, height, rows + 1).astype(np.int64)
