"""How a lens keeps its paint inside or outside the artwork: a soft mask, faded over time. Knows no tracker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.experience import Region
from exhibit.track.pose import Homography, Pose
from server.worker.codec import Pixels

FADE_MS = 300.0
_MASK_PX = 256  # side of the artwork's mask before it is laid into a frame
_RIM = 0.03  # of the artwork's side: how broad its soft edge is

Share = NDArray[np.float32]  # H x W, 0 to 1


@dataclass
class Presence:
    """Where the artwork was last seen, and how much it counts: 0 as if it were not there, 1 fully."""

    share: float = 0.0
    homography: Homography | None = None
    at_ms: float | None = None  # capture time of the frame before

    def follow(self, pose: Pose, captured_ms: float) -> None:
        """Fade towards what the tracker says of the newest frame."""
        passed_ms = FADE_MS if self.at_ms is None else min(FADE_MS, max(0.0, captured_ms - self.at_ms))
        step = passed_ms / FADE_MS
        self.at_ms = captured_ms
        if pose.homography is not None:
            self.homography = pose.homography
            self.share = min(1.0, self.share + step)
        else:
            self.share = max(0.0, self.share - step)

    def mask(self, width: int, height: int) -> Share:
        """How far each pixel of a frame of this size belongs to the artwork."""
        if self.homography is None or not self.share:
            return np.zeros((height, width), np.float32)
        to_pixels = _frame_pixels(width, height) @ self.homography @ _mask_units()
        laid = cv2.warpPerspective(_soft_square(), to_pixels, (width, height), flags=cv2.INTER_LINEAR)
        return np.asarray(laid * self.share, np.float32)


def compose(frame: Pixels, painted: Pixels, presence: Presence, region: Region) -> Pixels:
    """The frame with paint only where the region says. Without an artwork `inside` paints nothing, `outside` all."""
    if region is Region.ALL:
        return painted
    mask = presence.mask(frame.shape[1], frame.shape[0])
    paint = mask if region is Region.INSIDE else 1 - mask
    return np.asarray(cv2.blendLinear(painted, frame, paint, 1 - paint), np.uint8)


def _frame_pixels(width: int, height: int) -> Homography:
    """Unit square to pixels whose centres are whole numbers, as OpenCV counts them."""
    return np.array([[width, 0, -0.5], [0, height, -0.5], [0, 0, 1]], np.float64)


def _mask_units() -> Homography:
    return np.asarray(np.linalg.inv(_frame_pixels(_MASK_PX, _MASK_PX)), np.float64)


@lru_cache(maxsize=1)
def _soft_square() -> Share:
    """1 in the middle, falling to 0 at the very edge."""
    inwards = (np.arange(_MASK_PX) + 0.5) / _MASK_PX
    side = np.clip(np.minimum(inwards, 1 - inwards) / _RIM, 0, 1)
    return np.asarray(np.outer(side, side), np.float32)
