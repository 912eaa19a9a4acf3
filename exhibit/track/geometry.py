"""Homographies that a camera in front of a wall can see, and those it cannot. Knows no picture."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from exhibit.track.pose import UNIT_CORNERS, Corners, Homography, project

MIN_AREA = 0.004  # of the frame: a smaller artwork is out of reach
MAX_AREA = 60.0  # of the frame: nearer, and the camera sees a blotch
MIN_SINE = 0.12  # of the angle at a corner of the quadrilateral
GRID = 12  # points along a side, by which areas in view are counted
MAX_SIDES = 8.0  # longest to shortest side, over the target's own ratio

_NEXT = np.array([1, 2, 3, 0])  # the corner after each


def scaled(width: float, height: float) -> Homography:
    """Unit square to pixels as OpenCV counts them: the centre of the first one is (0, 0)."""
    return np.array([[width, 0, -0.5], [0, height, -0.5], [0, 0, 1]], np.float64)


def normalised(homography: Homography) -> Homography:
    """The same homography with 1 as its last entry. Raises ValueError for one that sends the origin to infinity."""
    if not np.isfinite(homography).all() or abs(homography[2, 2]) < 1e-12:
        raise ValueError("expected a homography that is finite at the origin")
    return np.asarray(homography / homography[2, 2], np.float64)


def plausible(homography: Homography, aspect: float) -> bool:
    """Whether a camera in front of the wall could see the artwork so: not mirrored, not folded, not edge-on.

    `homography` takes the Target's unit square to the Frame's in pixels or to its unit square scaled to one unit of
    height; `aspect` is the target's width over its height.
    """
    depth = UNIT_CORNERS @ homography[2, :2] + homography[2, 2]
    if not np.isfinite(homography).all() or depth.min() <= 1e-6 * np.abs(homography).max():
        return False  # a corner behind the camera
    corners = project(homography, UNIT_CORNERS)
    sides = corners[_NEXT] - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if lengths.min() <= 0 or lengths.max() / lengths.min() > MAX_SIDES * max(aspect, 1 / aspect):
        return False
    after = sides[_NEXT]
    turns = (sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]) / (lengths * lengths[_NEXT])
    return bool(turns.min() >= MIN_SINE)  # convex, and clockwise as the target itself


def area(corners: Corners) -> float:
    """Of a quadrilateral, by the shoelace formula; negative where it runs the other way round."""
    x, y = corners.T
    return float(np.dot(x, y[_NEXT]) - np.dot(y, x[_NEXT])) / 2


def share_in_view(homography: Homography) -> float:
    """How much of the target lies inside the frame's unit square, by a grid of points."""
    seen = project(homography, _grid())
    inside = ((seen >= 0) & (seen <= 1)).all(axis=1)
    return float(inside.mean())


@cache
def _grid() -> NDArray[np.float64]:
    steps = (np.arange(GRID) + 0.5) / GRID
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


def scale_at_centre(homography: Homography) -> float:
    """Square root of how much the homography enlarges areas, at the centre of the unit square."""
    x = homography @ (0.5, 0.5, 1.0)
    determinant = float(np.linalg.det(homography))
    return math.sqrt(abs(determinant) / max(abs(x[2]) ** 3, 1e-12))
