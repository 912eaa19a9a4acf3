"""A hand-held camera that wanders over a scene: the frames a phone would send. Knows no network and no file format."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.scenes import draw_scene

_MARGIN = 1.5  # the scene is drawn this many times as wide as the frame, so that zooming in stays sharp


def moving_scene(
    seconds: float, fps: float, width: int, height: int, *, scene: str = "street", seed: int = 7
) -> Iterator[NDArray[np.uint8]]:
    """Yield frames, RGB H x W x 3, of a camera that pans, zooms and shakes a little over a scene.

    The walk is periodic in `seconds`, so that a clip may be played in a loop. Raises KeyError for an unknown scene.
    """
    picture = draw_scene(scene, round(width * _MARGIN), round(height * _MARGIN), seed)
    random = np.random.default_rng(seed)
    phases = random.uniform(0, 2 * np.pi, (3, 4))
    for index in range(round(seconds * fps)):
        yield _seen_from(picture, width, height, 2 * np.pi * index / round(seconds * fps), phases)


def _seen_from(
    picture: NDArray[np.uint8], width: int, height: int, turn: float, phases: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """The frame at one moment of the walk, `turn` going from 0 to 2 pi."""
    rows, columns = picture.shape[:2]
    shake = [sum(np.sin(turn * k + p) for k, p in zip((5, 9, 17, 31), row, strict=True)) / 4 for row in phases]
    zoom = (1.18 + 0.14 * np.cos(turn)) / _MARGIN * max(width / (columns / _MARGIN), height / (rows / _MARGIN))
    tilt = np.radians(1.5 * np.sin(turn) + 0.6 * shake[2])
    free_x, free_y = columns / 2 - width / zoom / 2, rows / 2 - height / zoom / 2
    x = columns / 2 + 0.6 * free_x * np.sin(turn) + 0.05 * free_x * shake[0]
    y = rows / 2 + 0.6 * free_y * np.sin(2 * turn) + 0.05 * free_y * shake[1]
    cos, sin = zoom * np.cos(tilt), zoom * np.sin(tilt)
    view = np.array([[cos, -sin, width / 2 - cos * x + sin * y], [sin, cos, height / 2 - sin * x - cos * y]])
    frame = cv2.warpAffine(picture, view, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(frame, np.uint8)
