"""A canvas of floats to draw procedural scenes on: masks, noise, light. Coordinates are in widths, so x is 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]  # H x W
Rgb = tuple[float, float, float]  # in 0..1
Colour = Rgb | Field  # one colour, or a picture of them (H x W x 3)
Point = tuple[float, float]

ASPECT = 4 / 3
_SHIFT = 4  # bits of a pixel's fraction in OpenCV's drawing


class Canvas:
    """A 4:3 picture under construction. Masks are H x W in 0..1; colours are laid over what is there."""

    def __init__(self, width_px: int, seed: int) -> None:
        self.width_px, self.height_px = width_px, round(width_px / ASPECT)
        self.random = np.random.default_rng(seed)
        rows, columns = np.mgrid[0 : self.height_px, 0 : self.width_px].astype(np.float32)
        self.x: Field = (columns + 0.5) / width_px
        self.y: Field = (rows + 0.5) / width_px
        self.picture: Field = np.zeros((self.height_px, width_px, 3), np.float32)

    def lay(self, colour: Colour, mask: Field | float = 1.0) -> None:
        """Cover the picture with a colour where the mask is."""
        alpha = np.clip(mask, 0, 1)
        alpha = alpha[..., None] if isinstance(alpha, np.ndarray) else alpha
        self.picture += (np.asarray(colour, np.float32) - self.picture) * alpha

    def shine(self, colour: Colour, mask: Field) -> None:
        """Add light where the mask is."""
        self.picture += np.asarray(colour, np.float32) * mask[..., None]

    def fill(self, colour: Rgb, points: Sequence[Point]) -> None:
        """Cover the inside of a closed line with one colour; quicker than a mask where shapes are many."""
        cv2.fillPoly(self.picture, [self._fixed(points)], colour, cv2.LINE_AA, _SHIFT)

    def polygon(self, points: Sequence[Point], soft: float = 0.0) -> Field:
        """The inside of a closed line of points; `soft` widens its edge."""
        mask = np.zeros((self.height_px, self.width_px), np.uint8)
        cv2.fillPoly(mask, [self._fixed(points)], 255, cv2.LINE_AA, _SHIFT)
        return self.blur(np.float32(1 / 255) * mask.astype(np.float32), soft)

    def line(self, points: Sequence[Point], thickness: float, soft: float = 0.0) -> Field:
        """A line through points."""
        mask = np.zeros((self.height_px, self.width_px), np.uint8)
        thickness_px = max(1, round(thickness * self.width_px))
        cv2.polylines(mask, [self._fixed(points)], False, 255, thickness_px, cv2.LINE_AA, _SHIFT)
        return self.blur(np.float32(1 / 255) * mask.astype(np.float32), soft)

    def ellipse(self, centre: Point, radii: Point, soft: float = 0.02, tilt: float = 0.0) -> Field:
        """An ellipse; `soft` is the share of its radius over which it fades, `tilt` turns it by radians."""
        return smooth(1 + soft, 1 - soft, self.distance(centre, radii, tilt))

    def distance(self, centre: Point, radii: Point, tilt: float = 0.0) -> Field:
        """Distance from a centre in units of the radii: 1 on the ellipse."""
        dx, dy = self.x - centre[0], self.y - centre[1]
        cos, sin = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
        return np.hypot((dx * cos + dy * sin) / radii[0], (dy * cos - dx * sin) / radii[1])

    def glow(self, centre: Point, radius: float) -> Field:
        """Light that falls off with distance from a centre."""
        return np.exp(-(self.distance(centre, (radius, radius)) ** 2))

    def noise(self, cells: float, octaves: int = 5, stretch: float = 1.0) -> Field:
        """Clouds of noise in 0..1, a half on average: `cells` across the width, `stretch` times as long as high."""
        total = np.zeros((self.height_px, self.width_px), np.float32)
        weight, weights = 1.0, 0.0
        for _ in range(octaves):
            total += weight * self._layer(cells, stretch)
            weights += weight
            cells, weight = cells * 2, weight * 0.5
        return np.clip(0.5 + (total / weights - 0.5) * 1.6, 0, 1)

    def blur(self, mask: Field, radius: float) -> Field:
        """A mask with its edges softened over a radius."""
        sigma_px = radius * self.width_px
        return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma_px), np.float32) if sigma_px > 0.3 else mask

    def shifted(self, layer: Field, dx: Field | float, dy: Field | float) -> Field:
        """A layer as seen through a displacement: out(x, y) = layer(x + dx, y + dy)."""
        columns = ((self.x + dx) * self.width_px - 0.5).astype(np.float32)
        rows = ((self.y + dy) * self.width_px - 0.5).astype(np.float32)
        seen = cv2.remap(layer, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(seen, np.float32)

    def pixels(self, grain: float = 0.03) -> NDArray[np.uint8]:
        """The finished picture, RGB bytes, with some grain of canvas in it."""
        weave = self.random.normal(0, grain, self.picture.shape[:2]).astype(np.float32)
        woven = self.picture + self.blur(weave, 0.7 / self.width_px)[..., None]
        return (np.clip(woven, 0, 1) * 255).round().astype(np.uint8)

    def _layer(self, cells: float, stretch: float) -> Field:
        columns = max(2, round(cells)) + 3
        rows = max(2, round(cells * stretch / ASPECT)) + 3
        grid = self.random.random((rows, columns), np.float32)
        big = cv2.resize(grid, (self.width_px, self.height_px), interpolation=cv2.INTER_CUBIC)
        return np.asarray(big, np.float32)

    def _fixed(self, points: Sequence[Point]) -> NDArray[np.int32]:
        scaled = np.asarray(points, np.float64) * self.width_px * (1 << _SHIFT)
        return scaled.round().astype(np.int32)[:, None]


def smooth(start: float, end: float, x: Field) -> Field:
    """0 at `start`, 1 at `end`, a smooth step between; `start` may be the greater."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def tint(colour: Colour, light: Field) -> Field:
    """A colour under more or less light: H x W x 3."""
    return np.asarray(colour, np.float32) * light[..., None]


def blend(stops: Sequence[tuple[float, Rgb]], x: Field) -> Field:
    """Colours by a field: each stop is a value of x, rising, and the colour there. Returns H x W x 3."""
    places = [place for place, _ in stops]
    channels = [np.interp(x, places, [colour[i] for _, colour in stops]) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)
