"""The colours that have a name here, and pictures in CIELAB: what "red" means to captions, measure and training."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Lab = NDArray[np.float32]  # ... x 3: L* 0 to 100, a*, b*

COLOURS: Mapping[str, tuple[int, int, int]] = {
    "black": (22, 21, 24),
    "grey": (128, 128, 128),
    "white": (242, 242, 240),
    "cream": (238, 222, 184),
    "yellow": (246, 214, 52),
    "gold": (206, 156, 44),
    "ochre": (176, 122, 66),
    "orange": (236, 118, 28),
    "rust": (166, 70, 36),
    "brown": (94, 62, 40),
    "red": (204, 32, 36),
    "crimson": (130, 16, 44),
    "pink": (238, 160, 176),
    "magenta": (192, 42, 124),
    "lilac": (178, 150, 210),
    "violet": (104, 56, 158),
    "navy": (24, 34, 82),
    "blue": (38, 84, 184),
    "azure": (104, 172, 226),
    "turquoise": (48, 180, 172),
    "teal": (20, 96, 104),
    "green": (46, 140, 66),
    "lime": (158, 204, 60),
    "olive": (108, 112, 48),
}
"""sRGB of each named colour. black, grey, white and cream are neutral: they go with any other."""

NEUTRAL = frozenset({"black", "grey", "white", "cream"})


def lab_of(picture: NDArray[np.uint8]) -> Lab:
    """RGB uint8 H x W x 3 as CIELAB, D65."""
    import cv2

    return np.asarray(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def rgb_of(lab: Lab) -> NDArray[np.uint8]:
    """CIELAB H x W x 3 as RGB uint8; what no screen shows is clipped."""
    import cv2

    rgb = cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return (np.clip(rgb, 0, 1) * 255).round().astype(np.uint8)


def lab_of_colour(name: str) -> Lab:
    """A named colour in CIELAB, 3 numbers. Raises KeyError for a name that is none."""
    return np.asarray(lab_of(np.array([[COLOURS[name]]], np.uint8))[0, 0], np.float32)
