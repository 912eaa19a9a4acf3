"""Points of a picture that can be found again, with their descriptors: RootSIFT. Knows neither targets nor poses.

Lowe 2004, "Distinctive Image Features from Scale-Invariant Keypoints"; Arandjelovic and Zisserman 2012 (RootSIFT).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
CONTRAST = 0.008  # low: late Monet has little of it
EDGE = 14.0


@dataclass(frozen=True, slots=True)
class Features:
    """N points in pixels (N x 2, float32) and their descriptors (N x 128, float32, of length 1)."""

    points: NDArray[np.float32]
    descriptors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.points)


@lru_cache(maxsize=8)
def _detector(count: int) -> cv2.SIFT:
    return cv2.SIFT.create(nfeatures=count, nOctaveLayers=3, contrastThreshold=CONTRAST, edgeThreshold=EDGE)


def find_features(grey: Grey, count: int) -> Features:
    """The `count` strongest points of a grey picture H x W."""
    keypoints, raw = _detector(count).detectAndCompute(grey, None)
    if raw is None or not keypoints:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    points = np.array([keypoint.pt for keypoint in keypoints], np.float32)
    return Features(points, _root(np.asarray(raw, np.float32)))


def _root(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    total = descriptors.sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt(descriptors / np.maximum(total, 1e-6)), np.float32)
