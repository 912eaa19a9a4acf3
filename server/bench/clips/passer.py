"""What comes between the camera and the artwork: a visitor who walks by, and lamps that its gloss reflects."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sin

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from exhibit.track.pose import UNIT_CORNERS, Homography, project
from server.bench.clips.motion import TAKES_S
from server.bench.clips.ripmap import Picture
from server.bench.clips.view import Lens

Mask = NDArray[np.uint8]  # H x W, 255 where it is
Points = NDArray[np.float64]  # N x 2

_FIXED_BITS = 4  # of the fraction of a pixel in OpenCV's drawing calls

# A walking person from behind: half of the outline, in widths of the shoulders from the top of the head.
_HEAD = ((0, 0), (0.13, 0.03), (0.18, 0.14), (0.18, 0.3), (0.12, 0.42), (0.13, 0.5))
_BODY = ((0.36, 0.58), (0.48, 0.7), (0.52, 1.0), (0.53, 1.5), (0.47, 1.9), (0.4, 2.2), (0.39, 6.0))
_OUTLINE: Points = np.array((*_HEAD, *_BODY), np.float64)
_FEET = 1.7  # heights of the artwork below its top: further down the frame has ended


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who walks past, between the camera and the artwork."""

    shoulders: float  # width, in widths of the artwork
    top: float  # of the head, in heights of the artwork
    way: int  # 1 to the right, -1 to the left
    hair: tuple[int, int, int]
    coat: tuple[int, int, int]

    @classmethod
    def drawn(cls, random: Generator) -> Visitor:
        """A random visitor, who covers up to 30 % of the artwork."""
        hair, coat = (_dark(random) for _ in range(2))
        way = int(random.choice((-1, 1)))
        return cls(random.uniform(0.27, 0.31), random.uniform(-0.05, 0.15), way, hair, coat)

    def cover(self, truth: Homography, aspect: float, lens: Lens, time_s: float) -> Mask:
        """Where the visitor is in the frame, with the soft edge of what is out of focus."""
        outline = self._outline(_OUTLINE, aspect, time_s)
        return np.asarray(cv2.blur(_filled(project(truth, outline), lens), (9, 9)), np.uint8)

    def walk_through(self, picture: Picture, cover: Mask, truth: Homography, aspect: float, time_s: float) -> Picture:
        """The picture with the visitor in it."""
        lens = Lens(picture.shape[1], picture.shape[0])
        head = self._outline(np.array((*_HEAD[:4], (0, 0.36))), aspect, time_s)
        hair = np.asarray(cv2.blur(_filled(project(truth, head), lens), (9, 9)), np.uint8)
        folds = 1 + 0.25 * np.sin(np.arange(lens.width) / 17.0 + 2 * np.sin(np.arange(lens.width) / 41.0))
        coat = np.clip(folds[None, :, None] * np.array(self.coat), 0, 255).astype(np.uint8)
        person = _mixed(np.broadcast_to(coat, picture.shape), np.full(picture.shape, self.hair, np.uint8), hair)
        return _mixed(picture, person, cover)

    def _outline(self, half: Points, aspect: float, time_s: float) -> Points:
        """The whole outline in unit coordinates of the artwork."""
        share = 1.5 * time_s / TAKES_S - 0.25
        middle = share if self.way > 0 else 1 - share
        whole = np.vstack([half, half[::-1] * (-1, 1)])
        bob = 0.012 * abs(sin(2 * pi * 0.9 * time_s))
        placed = whole * (self.shoulders, self.shoulders * aspect) + (middle, self.top + bob)
        return np.asarray(np.minimum(placed, (np.inf, _FEET)), np.float64)


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp in front of the artwork; its reflection moves as the camera does."""

    mirrored: NDArray[np.float64]  # behind the wall, in texels from the artwork's middle
    radius: tuple[float, float]  # of the reflection, in texels

    @classmethod
    def reflected_at(cls, point: tuple[float, float], camera: NDArray[np.float64], random: Generator) -> Lamp:
        """A lamp whose reflection is at that point of the artwork when seen from there."""
        on_wall = np.array([*point, 0.0])
        mirrored = camera + (on_wall - camera) * (1 + random.uniform(0.5, 1.5))
        return cls(mirrored, (random.uniform(28, 72), random.uniform(20, 44)))

    def outline(self, camera: NDArray[np.float64]) -> Points:
        """The reflection's edge on the wall, in texels from the artwork's middle."""
        share = -camera[2] / (self.mirrored[2] - camera[2])
        middle = camera + (self.mirrored - camera) * share
        angles = np.linspace(0, 2 * pi, 32, endpoint=False)
        return np.asarray(middle[:2] + np.stack([np.cos(angles), np.sin(angles)], -1) * self.radius, np.float64)


def glare(picture: Picture, truth: Homography, spots: list[Points]) -> Picture:
    """The picture with reflections, each given by its edge in unit coordinates of the artwork, on the artwork only."""
    lens = Lens(picture.shape[1], picture.shape[0])
    light = np.max([_filled(project(truth, spot), lens) for spot in spots], axis=0)
    wide = cv2.blur(cv2.blur(light, (31, 31)), (31, 31))
    core = cv2.blur(light, (9, 9))
    soft = cv2.addWeighted(core, 0.8, wide, 0.7, 0)
    soft = cv2.min(soft, _filled(project(truth, UNIT_CORNERS), lens))
    return np.asarray(cv2.add(picture, cv2.merge([soft] * 3)), np.uint8)


def _filled(outline: Points, lens: Lens) -> Mask:
    """A mask of a polygon in unit coordinates of the frame."""
    mask = np.zeros((lens.height, lens.width), np.uint8)
    places = np.clip(outline * (lens.width, lens.height) - 0.5, -8000, 8000) * 2**_FIXED_BITS
    cv2.fillPoly(mask, [np.rint(places).astype(np.int32)], 255, cv2.LINE_8, _FIXED_BITS)
    return mask


def _mixed(under: NDArray[np.uint8], over: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Picture:
    wide = cv2.merge([mask] * 3)
    kept = cv2.multiply(np.ascontiguousarray(under), cv2.bitwise_not(wide), scale=1 / 255)
    return np.asarray(cv2.add(kept, cv2.multiply(over, wide, scale=1 / 255)), np.uint8)


def _dark(random: Generator) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in random.integers(18, 58) + random.integers(-9, 9, 3))
    return red, green, blue
