"""How the picture moved since the last frame: pyramidal Lucas-Kanade on points of the target. Keeps no state.

Bouguet 2000, "Pyramidal Implementation of the Lucas Kanade Feature Tracker"; MAGSAC++ after Barath 2020.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.track.features import Grey
from exhibit.track.pose import Homography

Points = NDArray[np.float32]
LEAST_POINTS = 8
WINDOW = (13, 13)
LEVELS = 3
BACK_PX = 0.7  # forward and backward must meet this closely, at half size


def follow(before: Grey, now: Grey, points: NDArray[np.float32], pose: Homography) -> Homography | None:
    """The pose in the new frame by the motion of the target's `points` (N x 2, centred) from their places in the old.

    Frames are given at half size; poses take centred target coordinates to full-size pixels. None where too few points
    can be followed.
    """
    half = np.diag([0.5, 0.5, 1.0])
    places = np.asarray(cv2.perspectiveTransform(points[None], half @ pose), np.float32)[0]
    height, width = before.shape
    places = places[((places >= 0) & (places < (width, height))).all(axis=1)]
    if len(places) < LEAST_POINTS:
        return None
    moved, steady = _flow(before, now, places)
    motion = _motion(places[steady], moved[steady])
    return None if motion is None else np.asarray(np.linalg.inv(half) @ motion @ half @ pose, np.float64)


def _flow(before: Grey, now: Grey, places: Points) -> tuple[Points, NDArray[np.bool_]]:
    """Where N x 2 places went, and which of them come back when followed backwards."""
    moved, found, _ = cv2.calcOpticalFlowPyrLK(before, now, places, places.copy(), winSize=WINDOW, maxLevel=LEVELS)
    back, back_found, _ = cv2.calcOpticalFlowPyrLK(
        now, before, moved, places.copy(), winSize=WINDOW, maxLevel=0, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )
    steady = np.linalg.norm(np.subtract(back, places), axis=1) < BACK_PX
    return np.asarray(moved, np.float32), (np.ravel(found) > 0) & (np.ravel(back_found) > 0) & steady


def _motion(before: Points, now: Points) -> Homography | None:
    """Frame to frame: a homography where many points agree on one, or else a similarity."""
    if len(before) < LEAST_POINTS:
        return None
    found, inliers = cv2.findHomography(
        before.astype(np.float64), now.astype(np.float64), cv2.USAC_MAGSAC, 1.5, maxIters=300, confidence=0.99
    )
    if found is not None and np.count_nonzero(inliers) >= 2 * LEAST_POINTS:
        return np.asarray(found, np.float64)
    similar, kept = cv2.estimateAffinePartial2D(before, now, ransacReprojThreshold=2.0, maxIters=200)
    if similar is None or np.count_nonzero(kept) < LEAST_POINTS // 2:
        return None
    return np.vstack([np.asarray(similar, np.float64), [0, 0, 1]])
