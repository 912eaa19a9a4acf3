"""What a phone's camera sees that is held before an artwork, and what of it a station changed. Knows no server."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from exhibit.track.pose import UNIT_CORNERS, Corners, project
from server.visitors.film import Draw, Film, Pixels

FRAMES = 8  # of the loop, in which the hand moves a little
FILLS = 0.72  # of the frame, in the direction in which the artwork fills more of it
_WALL = (186, 180, 170)
_QUALITY = 85
_LEAN, _TURN = 0.03, 0.06  # of the artwork's size: further away at the top; and turned
_SWAY = 0.006  # of the frame's width
_MOST_PX = 1280  # of the artwork's longer side


class SightError(Exception):
    """The artwork's picture cannot be opened."""


@dataclass(frozen=True)
class Sight:
    """The artwork on a plain wall."""

    artwork: Pixels

    def film(self) -> Film:
        """The camera's pictures, in a loop."""
        draw: Draw = self._drawn
        return Film(draw, FRAMES, _QUALITY)

    def corners(self, index: int, width_px: int, height_px: int) -> Corners:
        """Where the artwork's corners are in a picture of that size: 4 x 2, of the unit frame, clockwise."""
        height, width = self.artwork.shape[:2]
        scale = FILLS * min(width_px / width, height_px / height)
        half = np.array([width, height]) * scale / 2
        square = np.array([[-1 + _LEAN, -1], [1 - _LEAN, -1 + _TURN], [1, 1], [-1, 1 - _TURN]]) * half
        sway = _SWAY * width_px * np.sin(2 * np.pi * (index % FRAMES) / FRAMES)
        middle = np.array([width_px / 2 + sway, height_px / 2])
        return np.asarray((square + middle) / (width_px, height_px), np.float64)

    def _drawn(self, index: int, width_px: int, height_px: int) -> Pixels:
        import cv2

        height, width = self.artwork.shape[:2]
        outer = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
        onto = (self.corners(index, width_px, height_px) * (width_px, height_px) - 0.5).astype(np.float32)
        mapping = cv2.getPerspectiveTransform(outer, onto)
        seen: NDArray[np.uint8] = np.full((height_px, width_px, 3), _WALL, np.uint8)
        soft = cv2.GaussianBlur(self.artwork, (0, 0), max(0.3, 0.4 * width / (FILLS * width_px)))
        size = (width_px, height_px)
        cv2.warpPerspective(soft, mapping, size, seen, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        return seen

    def mask(self, index: int, width_px: int, height_px: int) -> NDArray[np.bool_]:
        """Which pixels of such a picture are the artwork's: H x W."""
        import cv2

        there: NDArray[np.uint8] = np.zeros((height_px, width_px), np.uint8)
        corners = self.corners(index, width_px, height_px) * (width_px, height_px)
        cv2.fillConvexPoly(there, np.round(corners).astype(np.int32), 1)
        return there.astype(bool)


def open_sight(picture: bytes) -> Sight:
    """The sight of an artwork whose picture's file (JPEG or PNG) that is. Raises SightError."""
    import cv2

    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR_RGB) if picture else None
    if pixels is None:
        raise SightError("The artwork's picture cannot be opened.")
    return Sight(_at_most(np.asarray(pixels, np.uint8)))


def _at_most(pixels: Pixels) -> Pixels:
    """The picture, made smaller where a camera would not see the difference."""
    import cv2

    scale = _MOST_PX / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def open_picture(jpeg: bytes) -> Pixels:
    """An answer's picture, H x W x 3. Raises SightError."""
    try:
        return np.asarray(simplejpeg.decode_jpeg(jpeg), np.uint8)
    except ValueError:
        raise SightError("What came back is no picture.") from None


def difference(sent: Pixels, answer: Pixels) -> NDArray[np.float64]:
    """How far each pixel of the answer is from what was sent, 0 to 255: H x W."""
    import cv2

    if answer.shape != sent.shape:
        answer = np.asarray(cv2.resize(answer, (sent.shape[1], sent.shape[0]), interpolation=cv2.INTER_AREA), np.uint8)
    apart: NDArray[np.float64] = np.abs(sent.astype(np.float64) - answer).mean(axis=2)
    return apart


def furthest(homography: NDArray[np.float64], corners: Corners) -> float:
    """How far the worst corner of a pose is from where it should be, as a share of the frame."""
    return float(np.abs(project(homography, UNIT_CORNERS) - corners).max())
