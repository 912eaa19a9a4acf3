"""A picture in copies shrunk along each side, so that it can be seen small or aslant without aliasing."""

from __future__ import annotations

from math import floor, log2

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.track.pose import Homography

Picture = NDArray[np.uint8]  # H x W x 3, RGB

_STEPS = 2  # copies for each halving
_SMALLEST_PX = 16


class Ripmap:
    """Shrunk copies of one picture, made when first needed (Larson and Shah 1990 name them so)."""

    def __init__(self, picture: Picture, beyond: tuple[int, int, int] = (0, 0, 0)) -> None:
        """`beyond` is the colour of what is seen past the picture's edges."""
        self._copies: dict[tuple[int, int], Picture] = {(0, 0): picture}
        self._beyond = beyond

    def seen(self, homography: Homography, focus: tuple[float, float], width: int, height: int) -> Picture:
        """The picture through a homography from its pixels to those of a frame; both count from the outer corner.

        `focus` is the point of the picture where sharpness matters.
        """
        steps = tuple(_steps(scale) for scale in _scales(homography, focus))
        copy = self._copy(steps[0], steps[1])
        whole = self._copies[0, 0]
        grow = np.diag([whole.shape[1] / copy.shape[1], whole.shape[0] / copy.shape[0], 1.0])
        centres = _moved(-0.5) @ homography @ grow @ _moved(0.5)
        warped = cv2.warpPerspective(copy, centres, (width, height), flags=cv2.INTER_LINEAR, borderValue=self._beyond)
        frame = np.asarray(warped, np.uint8)
        self._hide_behind(frame, centres)
        return frame

    def _hide_behind(self, frame: Picture, centres: Homography) -> None:
        """Paint over what lies behind the camera, which a homography shows upside down past the horizon."""
        height, width = frame.shape[:2]
        depth = np.linalg.inv(centres)[2] * np.sign(np.linalg.det(centres))
        edge = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        ahead = edge @ depth[:2] + depth[2]
        if (ahead > 0).all():
            return
        hidden = []
        for (start, end), (before, after) in zip(_pairs(edge), _pairs(ahead), strict=True):
            if before <= 0:
                hidden.append(start)
            if (before <= 0) != (after <= 0):
                hidden.append(start + (end - start) * before / (before - after))
        cv2.fillConvexPoly(frame, np.rint(hidden).astype(np.int32), self._beyond, cv2.LINE_AA)

    def _copy(self, across: int, down: int) -> Picture:
        if (across, down) not in self._copies:
            whole = self._copies[0, 0]
            size = tuple(
                max(_SMALLEST_PX, round(side * 2 ** (-step / _STEPS)))
                for side, step in ((whole.shape[1], across), (whole.shape[0], down))
            )
            self._copies[across, down] = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
        return self._copies[across, down]


def _scales(homography: Homography, focus: tuple[float, float]) -> tuple[float, float]:
    """How many pixels of the frame one pixel of the picture spans, along each side of the picture, at a point."""
    x, y, w = homography @ (*focus, 1.0)
    jacobian = (homography[:2, :2] * w - np.outer((x, y), homography[2, :2])) / w**2
    across, down = np.linalg.norm(jacobian, axis=0)
    return float(across), float(down)


def _steps(scale: float) -> int:
    """How many steps to shrink: so far that a pixel of the copy spans about one of the frame."""
    return max(0, floor(-log2(max(scale, 1e-3)) * _STEPS + 0.5))


def _pairs(ring: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    return list(zip(ring, np.roll(ring, -1, axis=0), strict=True))


def _moved(offset: float) -> NDArray[np.float64]:
    return np.array([[1, 0, offset], [0, 1, offset], [0, 0, 1]], np.float64)
