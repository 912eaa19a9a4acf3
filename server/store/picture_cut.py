"""Cuts a painting out of a photo of it: the four corners that a curator marked become those of a picture.

Knows no file. Computes for a good part of a second: call it in a thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image

from server.store.errors import RefusedPictureError
from server.store.picture_check import check_shape, fitting

Point = tuple[float, float]

OUTSIDE = 0.05  # so far outside of the photo a corner may be, as a share of its width and height
SMALLEST_SHARE = 0.01  # of the photo's area


def check_corners(corners: Sequence[Point]) -> None:
    """Raises RefusedPictureError for what cannot be a painting's corners."""
    if len(corners) != 4 or any(len(corner) != 2 for corner in corners):
        raise RefusedPictureError(f"expected four corners, each with x and y, got {len(corners)}")
    if not all(-OUTSIDE <= value <= 1 + OUTSIDE for corner in corners for value in corner):  # nor if it is no number
        raise RefusedPictureError("expected corners inside the photo, or just outside of it")
    turns = [_turn(*(corners[(first + step) % 4] for step in range(3))) for first in range(4)]
    if all(turn < 0 for turn in turns):
        raise RefusedPictureError("expected the corners clockwise from the upper left, got them the other way round")
    if not all(turn > 0 for turn in turns):
        raise RefusedPictureError("expected the corners of a painting in their order, clockwise from the upper left")
    if _area(corners) < SMALLEST_SHARE:
        raise RefusedPictureError("expected a painting that covers at least 1 % of the photo")


def cut_out(photo: Image.Image, corners: Sequence[Point]) -> Image.Image:
    """The painting, upright and flat, RGB, as large as its sides are in the photo on average.

    `corners` are (x, y) as shares of the photo's width and height, clockwise from the painting's upper left.
    Raises RefusedPictureError.
    """
    check_corners(corners)
    width, height = _size([(x * photo.width, y * photo.height) for x, y in corners])
    check_shape(width, height)
    return _straightened(photo, corners, *fitting(width, height))


def _straightened(photo: Image.Image, corners: Sequence[Point], width: int, height: int) -> Image.Image:
    import cv2
    import numpy as np

    # Corners are corners of pixels, and OpenCV counts from their middles.
    there = np.array([(x * photo.width - 0.5, y * photo.height - 0.5) for x, y in corners], np.float32)
    here = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    transform = cv2.getPerspectiveTransform(there, here)
    pixels, size, border = np.asarray(photo.convert("RGB")), (width, height), cv2.BORDER_REPLICATE
    return Image.fromarray(cv2.warpPerspective(pixels, transform, size, flags=cv2.INTER_CUBIC, borderMode=border))


def _size(corners: Sequence[Point]) -> tuple[int, int]:
    top, right, bottom, left = (math.dist(corners[at], corners[(at + 1) % 4]) for at in range(4))
    return round((top + bottom) / 2), round((left + right) / 2)


def _turn(a: Point, b: Point, c: Point) -> float:
    """Twice the area of the triangle; positive if it turns right, y pointing down."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _area(corners: Sequence[Point]) -> float:
    return sum(corners[at - 1][0] * corners[at][1] - corners[at][0] * corners[at - 1][1] for at in range(4)) / 2
