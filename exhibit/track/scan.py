"""Finds a Target that hangs upright by comparing small pictures: for frames too blurred to have features.

Normalised cross-correlation over places and sizes (Lewis 1995, "Fast Normalized Cross-Correlation"). What it finds is
rough, and good only as a first guess.
"""

from __future__ import annotations

import cv2
import numpy as np

from exhibit.track.features import Grey
from exhibit.track.pose import Homography
from exhibit.track.target import Target

LEAST_CORRELATION = 0.5
LEAST_PX = 12  # of the shorter side of the small target
LARGEST, STEP, STEPS = 0.95, 0.82, 7  # of the frame, downwards


def scan(small: Grey, shrunk: int, target: Target) -> Homography | None:
    """Where the target may be in a frame given `shrunk` times smaller: centred coordinates -> full-size pixels."""
    height, width = small.shape
    largest = LARGEST * min(height, width / target.aspect)
    best, found = LEAST_CORRELATION, None
    for step in range(STEPS):
        tall = largest * STEP**step
        size = (round(tall * target.aspect), round(tall))
        if min(size) < LEAST_PX:
            break
        likeness = cv2.matchTemplate(small, _thumbnail(target, size), cv2.TM_CCOEFF_NORMED)
        _, peak, _, (left, top) = cv2.minMaxLoc(likeness)
        if peak > best:
            best, found = peak, (left, top, *size)
    return None if found is None else _pose(found, shrunk, target.aspect)


def _thumbnail(target: Target, size: tuple[int, int]) -> Grey:
    return np.asarray(cv2.resize(target.grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _pose(place: tuple[int, int, int, int], shrunk: int, aspect: float) -> Homography:
    """Upright at left, top, width, height of the small frame, whose pixel i is pixel `shrunk` * i of the full one."""
    left, top, width, height = place
    across, down = shrunk * width / aspect, shrunk * height
    x = shrunk * (left + (width - 1) / 2)
    y = shrunk * (top + (height - 1) / 2)
    return np.array([[across, 0, x], [0, down, y], [0, 0, 1]], np.float64)
