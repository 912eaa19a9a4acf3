"""Draws pictures that are poor in texture, in the manner of late Monet: a bridge and a harbour in the fog. Seeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from server.bench.clips.ripmap import Picture

WIDTH_PX, HEIGHT_PX = 900, 620

Layer = NDArray[np.float32]  # H x W x 3


def draw_bridge(seed: int = 3) -> Picture:
    """A bridge over a river that is hardly told from the sky."""
    random = np.random.default_rng(seed)
    canvas = _mist(random, (168, 166, 190), (150, 168, 178), (186, 170, 172))
    horizon = round(0.46 * HEIGHT_PX)
    shade = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    cv2.rectangle(shade, (0, horizon), (WIDTH_PX, horizon + 16), 0.55, cv2.FILLED)
    for pier in range(60, WIDTH_PX, 150):
        cv2.rectangle(shade, (pier, horizon), (pier + 26, horizon + 74), 0.6, cv2.FILLED)
    for left, height in ((520, 70), (560, 110), (600, 84), (690, 60)):
        cv2.rectangle(shade, (left, horizon - height), (left + 30, horizon), 0.3, cv2.FILLED)
    canvas = _laid(canvas, shade, (112, 124, 158), 4.0)
    return _finished(_glints(canvas, random, (0.58, 0.98), (206, 178, 168)), random, 9.5)


def draw_harbour(seed: int = 5) -> Picture:
    """Two boats and a low sun in a blue haze."""
    random = np.random.default_rng(seed)
    canvas = _mist(random, (122, 142, 158), (138, 150, 160), (116, 136, 146))
    shade = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    for x, y, size in ((380, 400, 1.0), (560, 455, 0.6)):
        cv2.ellipse(shade, (x, y), (round(62 * size), round(10 * size)), 0, 0, 180, 0.8, cv2.FILLED)
        cv2.line(shade, (x, y), (x + round(8 * size), y - round(70 * size)), 0.6, 4)
    for left in range(40, WIDTH_PX, 130):
        cv2.line(shade, (left, 250), (left + 6, 250 - int(random.integers(60, 130))), 0.3, 5)
    canvas = _laid(canvas, shade, (62, 84, 104), 3.5)
    sun = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    cv2.circle(sun, (640, 180), 26, 0.9, cv2.FILLED)
    canvas = _laid(canvas, sun, (214, 128, 84), 3.0)
    return _finished(_glints(canvas, random, (0.4, 0.98), (156, 150, 148)), random, 10.5)


FOGGY: Mapping[str, Callable[[], Picture]] = {"foggy_bridge": draw_bridge, "foggy_harbour": draw_harbour}


def _mist(random: Generator, *colours: tuple[int, int, int]) -> Layer:
    """Colours that run into each other from top to bottom, in large uneven clouds."""
    heights = np.linspace(0, len(colours) - 1, HEIGHT_PX)
    rows = np.stack([np.interp(heights, range(len(colours)), [c[band] for c in colours]) for band in range(3)], axis=-1)
    seeds = random.standard_normal((6, 9, 1)) + 0.4 * random.standard_normal((6, 9, 3))
    clouds = cv2.resize(seeds.astype(np.float32), (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray(rows[:, None, :] + 5.0 * clouds, np.float32)


def _laid(canvas: Layer, shade: NDArray[np.float32], colour: tuple[int, int, int], softness: float) -> Layer:
    """A shape laid over the canvas in one colour, its edges lost in the fog."""
    cover = cv2.GaussianBlur(shade, (0, 0), softness)[:, :, None]
    return np.asarray(canvas * (1 - cover) + np.array(colour, np.float32) * cover, np.float32)


def _glints(canvas: Layer, random: Generator, band: tuple[float, float], colour: tuple[int, int, int]) -> Layer:
    """Short level strokes of light on water."""
    shade = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    for _ in range(140):
        x, y = int(random.integers(0, WIDTH_PX)), round(random.uniform(*band) * HEIGHT_PX)
        length = int(random.integers(14, 60))
        cv2.ellipse(shade, (x, y), (length, 3), 0, 0, 360, float(random.uniform(0.1, 0.35)), cv2.FILLED)
    return _laid(canvas, shade, colour, 2.0)


def _finished(canvas: Layer, random: Generator, contrast: float) -> Picture:
    """Dabs of a brush that differ little from what is under them, and the weave of the canvas."""
    dabs = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.float32)
    for x, y, length, breadth, slant in random.uniform(
        (0, 0, 5, 1.5, -25), (WIDTH_PX, HEIGHT_PX, 17, 5, 25), (7000, 5)
    ):
        shade = contrast * (random.standard_normal() + 0.4 * random.standard_normal(3))
        cv2.ellipse(dabs, (round(x), round(y)), (round(length), round(breadth)), slant, 0, 360, shade.tolist(), -1)
    weave = cv2.GaussianBlur(random.standard_normal((HEIGHT_PX, WIDTH_PX)).astype(np.float32), (0, 0), 0.9)
    return np.clip(canvas + cv2.GaussianBlur(dabs, (0, 0), 0.8) + (contrast * weave)[:, :, None], 0, 255).astype(
        np.uint8
    )
