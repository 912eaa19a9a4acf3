"""Finds a Target anywhere in a Frame, without knowing where it was: features, matches, robust homography.

Ratio test after Lowe 2004; MAGSAC++ after Barath 2020.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.track.features import Features, Grey, find_features
from exhibit.track.pose import Homography
from exhibit.track.target import Target

FEATURES = 400
RATIO = 0.87
LEAST_INLIERS = 7
THRESHOLD_PX = 3.0


def search(half: Grey, target: Target) -> Homography | None:
    """Where the target may be in a frame given at half size: centred target coordinates -> full-size pixels."""
    found = locate(find_features(half, FEATURES), target)
    return None if found is None else np.diag([2.0, 2.0, 1.0]) @ found


def locate(features: Features, target: Target) -> Homography | None:
    """Where the target may be among features: centred target coordinates -> pixels as the features have them."""
    here, there = matches(features, target)
    if len(here) < LEAST_INLIERS:
        return None
    found, inliers = cv2.findHomography(
        there.astype(np.float64),
        here.astype(np.float64),
        cv2.USAC_MAGSAC,
        THRESHOLD_PX,
        maxIters=2000,
        confidence=0.995,
    )
    if found is None or int(inliers.sum()) < LEAST_INLIERS:
        return None
    return np.asarray(found, np.float64)


def matches(features: Features, target: Target) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pairs of places, in the frame and in the target, that look alike and like no other place of the target."""
    if len(features) == 0 or len(target.points) < 2:
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    alike = features.descriptors @ target.descriptors.T
    best = alike.argmax(axis=1)
    row = np.arange(len(best))
    first = alike[row, best].copy()
    second = np.where(target.near[best], -1.0, alike).max(axis=1)
    distances = np.sqrt(np.maximum(2 - 2 * np.stack([first, second]), 0))
    kept = distances[0] < RATIO * distances[1]
    return features.points[kept], target.points[best[kept]]
