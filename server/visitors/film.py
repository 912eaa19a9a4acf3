"""What a simulated phone's camera sees: a clip from a file, or a moving picture in the visitor's own colour.

Every picture is encoded once for each size asked for, so that a crowd of visitors costs this machine little. Knows no
server and no clock.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import simplejpeg

Pixels: TypeAlias = npt.NDArray[np.uint8]  # H x W x 3, RGB
Draw: TypeAlias = Callable[[int, int, int], Pixels]  # (index, width, height) -> pixels

MAX_CLIP_FRAMES = 120
_MAX_CLIP_PX = 1280
_GOLDEN_RATIO = 0.618034


class ClipError(Exception):
    """The clip cannot be read as a video."""


class Film:
    """A loop of camera pictures as JPEG, drawn and encoded when first asked for."""

    def __init__(self, draw: Draw, frames: int, quality: int = 80) -> None:
        self.frames = frames
        self._draw = draw
        self._quality = quality
        self._encoded: dict[tuple[int, int, int], bytes] = {}

    def jpeg(self, index: int, width_px: int, height_px: int) -> bytes:
        """The picture at this place of the loop, as a JPEG of exactly this size."""
        key = (index % self.frames, width_px, height_px)
        if key not in self._encoded:
            pixels = np.ascontiguousarray(self._draw(*key))
            self._encoded[key] = simplejpeg.encode_jpeg(pixels, self._quality, "RGB", "420")
        return self._encoded[key]

    def develop(self, width_px: int, height_px: int) -> None:
        """Encode the whole loop now, so that nothing is encoded while the visit is measured."""
        for index in range(self.frames):
            self.jpeg(index, width_px, height_px)


def visitor_colour(number: int) -> tuple[int, int, int]:
    """A colour of its own for each visitor: hues a golden ratio apart never come close."""
    red, green, blue = colorsys.hsv_to_rgb(number * _GOLDEN_RATIO % 1.0, 0.75, 0.8)
    return round(red * 255), round(green * 255), round(blue * 255)


def moving_film(number: int, frames: int = 8) -> Film:
    """A grainy wall in the visitor's colour with a bright bar that walks across it."""
    colour = np.asarray(visitor_colour(number), np.float32)

    def draw(index: int, width_px: int, height_px: int) -> Pixels:
        light = _wall_light(width_px, height_px).copy()
        left = width_px * index // frames
        light[height_px // 4 : height_px * 3 // 4, left : left + width_px // 8] += 0.3
        return np.asarray(np.clip(light[:, :, None] * colour, 0, 255), np.uint8)

    return Film(draw, frames)


@lru_cache(maxsize=8)
def _wall_light(width_px: int, height_px: int) -> npt.NDArray[np.float32]:
    """Brightness of a wall lit from one side, with the camera's grain: it gives the JPEGs a realistic size."""
    grain = np.random.default_rng(1).standard_normal((height_px, width_px), np.float32) * 0.04
    across = np.linspace(0.7, 1.1, width_px, dtype=np.float32)
    return np.asarray(grain + across[None, :], np.float32)


def clip_film(path: Path) -> Film:
    """The first pictures of a video file (y4m, mjpeg, or whatever OpenCV opens), looped. Raises ClipError."""
    pictures = _read_clip(path)

    def draw(index: int, width_px: int, height_px: int) -> Pixels:
        return _fill(pictures[index], width_px, height_px)

    return Film(draw, len(pictures))


def _read_clip(path: Path) -> list[Pixels]:
    import cv2

    if not path.is_file():
        raise ClipError(f"expected a video file, got {path}")
    video = cv2.VideoCapture(str(path))
    pictures: list[Pixels] = []
    try:
        while len(pictures) < MAX_CLIP_FRAMES:
            there, bgr = video.read()
            if not there:
                break
            pictures.append(_at_most(np.asarray(bgr, np.uint8)[:, :, ::-1], _MAX_CLIP_PX))
    finally:
        video.release()
    if not pictures:
        raise ClipError(f"expected a video that OpenCV can read, got {path}")
    return pictures


def _at_most(pixels: Pixels, longest_px: int) -> Pixels:
    scale = min(1.0, longest_px / max(pixels.shape[:2]))
    return _resize(pixels, round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))


def _fill(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    """Cut the middle out in the proportions asked for, then resize: as a phone's camera does."""
    height, width = pixels.shape[:2]
    scale = min(width / width_px, height / height_px)
    cut_w, cut_h = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    top, left = (height - cut_h) // 2, (width - cut_w) // 2
    return _resize(pixels[top : top + cut_h, left : left + cut_w], width_px, height_px)


def _resize(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    import cv2

    resized = cv2.resize(np.ascontiguousarray(pixels), (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)
