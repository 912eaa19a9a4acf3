"""Steadiness and speed of `bench style`: flicker in every style, and how much faster the small network is."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.runtime.openvino import OpenVinoEngine
from models.style.engine import StyleEngine
from models.style.model import SIZES
from models.style.painter import Frames
from models.style.steadiness import noise_flicker, shift_flicker
from models.style.table import StyleTable

WIDTH, HEIGHT = 480, 360


@dataclass(frozen=True, slots=True)
class Flicker:
    """What a still picture becomes: by noise, in every style; by a shift of one pixel."""

    noise: Mapping[str, float]  # by style, means over photos
    shift_levels: float  # mean over styles and photos


def measure_flicker(size: str, photos: Sequence[Frames], every: int = 1) -> Flicker:
    """Paint photos of 482x362, the margin for shifts, in every style, or every so manieth."""
    painter = open_size(size)
    noise: dict[str, float] = {}
    shifts = []
    try:
        for number, id_ in enumerate(painter.styles):
            if number % every:
                continue
            weights = np.eye(len(painter.styles), dtype=np.float32)[number]
            noise[id_] = float(np.mean([noise_flicker(painter, photo[1:-1, 1:-1], weights) for photo in photos]))
            shifts += [shift_flicker(painter, photo, weights) for photo in photos]
    finally:
        painter.close()
    return Flicker(noise, float(np.mean(shifts)))


def open_size(size: str) -> StyleEngine:
    """A size that ships, by OpenVINO on every core."""
    engine = OpenVinoEngine(SIZES[size], threads=0)
    return StyleEngine(engine, StyleTable.load(SIZES[size].with_suffix(".safetensors")))


def measure_speed(photo: Frames, rounds: int) -> Mapping[str, float]:
    """Frames a second of 480x360 by size: the fastest of some, taken in turns, so that other work slows both."""
    painters = {size: open_size(size) for size in SIZES}
    taken: dict[str, list[float]] = {size: [] for size in SIZES}
    try:
        for turn in range(rounds + 1):
            for size, painter in painters.items():
                weights = np.eye(1, len(painter.styles), dtype=np.float32)
                started_s = time.perf_counter()
                painter.paint(photo[None], weights, np.ones(1, np.float32))
                if turn:  # the first one compiles
                    taken[size].append(time.perf_counter() - started_s)
    finally:
        for painter in painters.values():
            painter.close()
    return {size: 1 / min(times) for size, times in taken.items()}
