"""Pictures that the project draws by itself, seeded: scenes to paint, and a camera that wanders over them. No torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.scenes import garden, harbour, portrait, still_life, street, valley
from models.training.scenes.canvas import ASPECT, Canvas

SCENES: Mapping[str, Callable[[Canvas], None]] = {
    "harbour": harbour.draw,
    "valley": valley.draw,
    "still_life": still_life.draw,
    "portrait": portrait.draw,
    "street": street.draw,
    "garden": garden.draw,
}

THUMBNAIL_PX = (160, 120)


def draw_scene(name: str, width: int = 960, height: int = 720, seed: int = 7) -> NDArray[np.uint8]:
    """A scene as RGB H x W x 3; other shapes than 4:3 are cut from its middle. Raises KeyError for an unknown name."""
    canvas = Canvas(max(width, round(height * ASPECT)), seed)
    SCENES[name](canvas)
    picture = canvas.pixels()
    top, left = max(0, (canvas.height_px - height) // 2), (canvas.width_px - width) // 2
    cut = picture[top : top + height, left : left + width]
    fitted = cut if cut.shape[:2] == (height, width) else cv2.resize(cut, (width, height))
    return np.ascontiguousarray(fitted, np.uint8)


def thumbnail_scene() -> tuple[tuple[int, int], NDArray[np.uint8]]:
    """What the picture of a style shows: how large that is (width, height), and the frame to paint, twice as large."""
    width, height = THUMBNAIL_PX
    scene = draw_scene("harbour", 4 * width, 4 * height)
    return THUMBNAIL_PX, np.asarray(cv2.resize(scene, (2 * width, 2 * height), interpolation=cv2.INTER_AREA), np.uint8)
