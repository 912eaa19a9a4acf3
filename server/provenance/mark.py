"""The visible mark: a small plate with "AI" and a picture frame in a corner. Knows no file, no model and no network.

Its shapes are drawn, so that it needs no font and looks the same everywhere.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from exhibit.dream import Mark

SHARE = 0.06  # of the picture's width that the plate is high
LEAST_PX = 18  # high: smaller, nobody reads it
_WIDE, _HIGH = 34, 18  # the plate, in units; everything below is in them
_MARGIN = 0.4  # of its height, between it and the picture's edges
_RADIUS = 4.5
_OPACITY = 0.82
_DARK, _LIGHT = 22, 246
_FINER = 8  # it is drawn so many times larger, and made smaller

Picture = NDArray[np.uint8]


def mark(picture: Picture, where: Mark) -> Picture:
    """A copy of an H x W x 3 RGB picture with the mark in that corner; of Mark.NONE, the picture itself.

    Raises ValueError for a picture that has no room for it.
    """
    if where is Mark.NONE:
        return picture
    height, width = picture.shape[:2]
    high = max(LEAST_PX, round(SHARE * width))
    wide, margin = round(high * _WIDE / _HIGH), round(high * _MARGIN)
    if wide + 2 * margin > width or high + 2 * margin > height:
        raise ValueError(f"expected a picture with room for a mark of {wide} x {high} pixels, got {width} x {height}")
    left = margin if where in {Mark.BOTTOM_LEFT, Mark.TOP_LEFT} else width - margin - wide
    top = margin if where in {Mark.TOP_LEFT, Mark.TOP_RIGHT} else height - margin - high
    marked = picture.copy()
    _lay(marked[top : top + high, left : left + wide])
    return marked


def _lay(beneath: Picture) -> None:
    """Lay the plate over a part of a picture: dark on what is light, light on what is dark."""
    plate, signs = _shapes(*beneath.shape[1::-1])
    on_light = float(beneath.mean()) > 127.5
    ground, ink = (_DARK, _LIGHT) if on_light else (_LIGHT, _DARK)
    mixed = beneath + _OPACITY * plate[..., None] * (ground - beneath.astype(np.float32))
    mixed += signs[..., None] * (ink - mixed)
    beneath[:] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


@lru_cache(maxsize=16)
def _shapes(wide: int, high: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How much of each pixel is plate, and how much is sign: high x wide, 0 to 1."""
    import cv2  # loads when the first picture is marked

    scale = high * _FINER / _HIGH
    plate = np.zeros((high * _FINER, wide * _FINER), np.uint8)
    signs = np.zeros_like(plate)
    _rounded(plate, scale)
    for points in _STROKES:
        line = np.rint(np.array(points) * scale).astype(np.int32)
        cv2.polylines(signs, [line], False, 255, round(1.9 * scale), cv2.LINE_AA)
    return _smaller(plate, wide, high), _smaller(signs, wide, high)


def _smaller(shape: Picture, wide: int, high: int) -> NDArray[np.float32]:
    import cv2

    smaller = cv2.resize(shape, (wide, high), interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.float32) / np.float32(255)


# The frame with a hill in it, then A and I: each a line from point to point, in units from the plate's upper left.
_STROKES = (
    ((5.0, 5.0), (13.0, 5.0), (13.0, 13.0), (5.0, 13.0), (5.0, 5.0)),
    ((6.2, 11.6), (8.4, 8.9), (9.8, 10.4), (11.0, 9.2), (12.0, 10.6)),
    ((17.2, 13.6), (20.8, 4.6), (24.4, 13.6)),
    ((18.6, 10.6), (23.0, 10.6)),
    ((28.2, 4.6), (28.2, 13.6)),
)


def _rounded(plate: Picture, scale: float) -> None:
    """Fill a rectangle with round corners."""
    import cv2

    height, width = plate.shape
    radius = round(_RADIUS * scale)
    plate[radius : height - radius, :] = 255
    plate[:, radius : width - radius] = 255
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(plate, (x, y), radius, 255, -1, cv2.LINE_AA)
