"""What a camera and a gallery do to a picture: exposure, focus, glare, noise. Knows neither target nor path."""

from __future__ import annotations

from enum import StrEnum
from math import pi, sin

import cv2
import numpy as np
from numpy.random import Generator

from server.bench.clips.ripmap import Picture
from server.bench.clips.view import Lens

GAMMA = 2.2
BRIEF_EXPOSURE_S = 1 / 125
LONG_EXPOSURES_S = (1 / 60, 1 / 30)
MOST_STOPS = 1.3
DARK_STOPS = -3.0
MOST_DEFOCUS_PX = 2.5
FOCUS_HZ = 0.9
CALM_NOISE = 1.6  # sensor noise of a lit room, standard deviation in grey levels
NOISE = (5.0, 8.0)
_TILE_SPARE_PX = 64  # by which a tile of noise is larger than a frame


class Disturbance(StrEnum):
    """One thing that makes tracking harder."""

    EXPOSURE = "exposure"  # drifts and jumps
    DEFOCUS = "defocus"  # the camera hunts for its focus
    BLUR = "blur"  # of motion: long exposures
    NOISE = "noise"
    GLARE = "glare"  # lamps that a glossy surface reflects
    VISITOR = "visitor"  # somebody walks through the picture
    DARK = "dark"


class Sensor:
    """What becomes of the light of one clip's scene inside the phone."""

    def __init__(self, kinds: frozenset[Disturbance], lens: Lens, random: Generator) -> None:
        self._kinds, self._random = kinds, random
        self.exposure_s = float(random.uniform(*LONG_EXPOSURES_S))
        if Disturbance.BLUR not in kinds:
            self.exposure_s = BRIEF_EXPOSURE_S
        loud = kinds & {Disturbance.NOISE, Disturbance.DARK}
        noise = float(random.uniform(*NOISE)) if loud else CALM_NOISE
        self._tint = random.uniform(0.94, 1.06, 3)
        self._phases = random.uniform(0, 2 * pi, 2)
        self._jump_s = float(random.uniform(0.6, 1.6))
        self._tiles = _noise_tiles(random, lens, noise)

    def develop(self, light: Picture, time_s: float) -> Picture:
        """The picture that the phone makes of what it sees at a moment."""
        if Disturbance.DEFOCUS in self._kinds:
            light = self._unfocused(light, time_s)
        return self._noisy(self._toned(light, self._stops(time_s)))

    def _unfocused(self, picture: Picture, time_s: float) -> Picture:
        sigma = MOST_DEFOCUS_PX * sin(2 * pi * FOCUS_HZ * time_s + self._phases[0])
        if sigma < 0.25:
            return picture
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)

    def _stops(self, time_s: float) -> float:
        """By how many powers of two the exposure is off."""
        stops = 0.0
        if Disturbance.EXPOSURE in self._kinds:
            jump = 0.4 if time_s > self._jump_s else -0.3
            stops = float(np.clip(jump + sin(2 * pi * 0.7 * time_s + self._phases[1]), -MOST_STOPS, MOST_STOPS))
        return stops + (DARK_STOPS if Disturbance.DARK in self._kinds else 0.0)

    def _toned(self, picture: Picture, stops: float) -> Picture:
        """Gain and tint, applied to light rather than to its code."""
        light = (np.arange(256) / 255) ** GAMMA
        tables = np.clip(np.outer(light, 2.0**stops * self._tint), 0, 1) ** (1 / GAMMA) * 255
        return np.asarray(cv2.LUT(picture, np.rint(tables).astype(np.uint8).reshape(1, 256, 3)), np.uint8)

    def _noisy(self, picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        top, left = self._random.integers(0, _TILE_SPARE_PX, 2)
        more, less = (tile[top : top + height, left : left + width] for tile in self._tiles)
        if self._random.random() < 0.5:
            more, less = less, more
        return np.asarray(cv2.subtract(cv2.add(picture, more), less), np.uint8)


def _noise_tiles(random: Generator, lens: Lens, amount: float) -> tuple[Picture, Picture]:
    """What noise adds and what it takes away: mostly brightness, the rest colour and coarser."""
    shape = (lens.height + _TILE_SPARE_PX, lens.width + _TILE_SPARE_PX)
    fine = random.standard_normal((*shape, 1), np.float32)
    coarse = cv2.GaussianBlur(random.standard_normal((*shape, 3), np.float32), (0, 0), 1.0) * 3.0
    noise = np.rint(amount * (0.9 * fine + 0.35 * coarse))
    return np.clip(noise, 0, 255).astype(np.uint8), np.clip(-noise, 0, 255).astype(np.uint8)
