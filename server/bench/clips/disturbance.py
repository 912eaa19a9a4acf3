"""What a camera and a gallery do to a picture: exposure, focus, glare, noise, people. Knows no target's picture."""

from __future__ import annotations

from enum import StrEnum
from math import pi, sin

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from exhibit.track.pose import Homography, project
from server.bench.clips.ripmap import Picture
from server.bench.clips.view import Lens, View

Cover = NDArray[np.uint8]  # H x W, 255 where something stands in front

GAMMA = 2.2
BLUR_EXPOSURE_S = (1 / 60, 1 / 30)
CALM_NOISE = 1.6  # sensor noise of a lit room, standard deviation in grey levels
NOISE = (5.0, 8.0)
DARK_NOISE = (6.0, 8.0)


class Disturbance(StrEnum):
    """One thing that makes tracking harder."""

    EXPOSURE = "exposure"
    DEFOCUS = "defocus"
    BLUR = "blur"  # of motion
    NOISE = "noise"
    GLARE = "glare"
    VISITOR = "visitor"  # walks through the picture
    DARK = "dark"


class Trouble:
    """The disturbances of one clip."""

    def __init__(self, kinds: frozenset[Disturbance], random: Generator, seconds: float, lens: Lens) -> None:
        self._kinds, self._random, self._seconds, self._lens = kinds, random, seconds, lens
        self.exposure_s = float(random.uniform(*BLUR_EXPOSURE_S)) if Disturbance.BLUR in kinds else None
        self._phase = float(random.uniform(0, 2 * pi))
        self._tint = random.uniform(0.94, 1.06, 3)
        self._noise_level = self._level(random)
        self._tile = _noise_tile(random, lens)
        self._step_s = float(random.uniform(0.3, 0.7)) * seconds
        self._walk = random.choice((-1, 1))
        self._spots = random.uniform(0.15, 0.85, (int(random.integers(1, 4)), 4))

    def _level(self, random: Generator) -> float:
        if Disturbance.DARK in self._kinds:
            return float(random.uniform(*DARK_NOISE))
        return float(random.uniform(*NOISE)) if Disturbance.NOISE in self._kinds else CALM_NOISE

    def cover(self, time_s: float, truth: Homography) -> Cover | None:
        """Where a visitor stands in front of the wall."""
        if Disturbance.VISITOR not in self._kinds:
            return None
        places = project(truth, np.array([[0.0, 0.0], [1.0, 1.0]])) * (self._lens.width, self._lens.height)
        width = 0.24 * abs(places[1, 0] - places[0, 0])
        share = time_s / self._seconds * 1.5 - 0.25
        x = self._lens.width * (share if self._walk > 0 else 1 - share)
        top = places[0, 1] + 12 * abs(sin(5.5 * time_s))
        cover = np.zeros((self._lens.height, self._lens.width), np.uint8)
        head = (round(x), round(top + 0.55 * width))
        cv2.ellipse(cover, head, (round(0.28 * width), round(0.38 * width)), 0, 0, 360, 255, cv2.FILLED)
        cv2.ellipse(
            cover, (round(x), round(top + 3.2 * width)), (round(0.5 * width), round(2.2 * width)), 0, 0, 360, 255, -1
        )
        cv2.rectangle(
            cover, (round(x - 0.5 * width), round(top + 3.2 * width)), (round(x + 0.5 * width), 2000), 255, -1
        )
        return np.asarray(cv2.blur(cover, (9, 9)), np.uint8)

    def spoil(self, picture: Picture, time_s: float, truth: Homography, cover: Cover | None, view: View) -> Picture:
        """The picture as it leaves the camera."""
        if Disturbance.GLARE in self._kinds:
            picture = self._glared(picture, truth, view)
        if cover is not None:
            picture = cv2.multiply(picture, cv2.merge([255 - cover + cover // 9] * 3), scale=1 / 255)
        if Disturbance.DEFOCUS in self._kinds:
            sigma = 2.5 * max(0.0, sin(2 * pi * 0.9 * time_s + self._phase))
            if sigma > 0.25:
                picture = cv2.GaussianBlur(picture, (0, 0), sigma)
        picture = self._developed(picture, time_s)
        return self._noisy(picture)

    def _glared(self, picture: Picture, truth: Homography, view: View) -> Picture:
        """Reflections of lamps, which wander over the artwork as the camera moves."""
        layer = np.zeros(picture.shape[:2], np.uint8)
        for x, y, size, slant in self._spots:
            across = x + 0.5 * view.yaw_deg / 30 - 0.4 * view.x_px / 320
            down = y - 0.5 * view.pitch_deg / 30 - 0.4 * view.y_px / 240
            spot = np.array([[across, down]])
            if not (0 < across < 1 and 0 < down < 1):
                continue
            middle = (project(truth, spot) * (self._lens.width, self._lens.height))[0]
            axes = (round(18 + 40 * size), round(10 + 16 * slant))
            cv2.ellipse(layer, (round(middle[0]), round(middle[1])), axes, 60 * slant, 0, 360, 255, cv2.FILLED)
        soft = cv2.blur(cv2.blur(layer, (25, 25)), (25, 25))
        return np.asarray(cv2.add(picture, cv2.merge([soft] * 3)), np.uint8)

    def _developed(self, picture: Picture, time_s: float) -> Picture:
        """Gain and tint, applied to light rather than to numbers."""
        gain = 2.0 ** self._stops(time_s) * self._tint
        light = (np.arange(256) / 255) ** GAMMA
        tables = np.clip(np.outer(light, gain), 0, 1) ** (1 / GAMMA) * 255
        return np.asarray(cv2.LUT(picture, np.rint(tables).astype(np.uint8).reshape(1, 256, 3)), np.uint8)

    def _stops(self, time_s: float) -> float:
        stops = 0.0
        if Disturbance.EXPOSURE in self._kinds:
            stops += 1.0 * sin(2 * pi * 0.7 * time_s + self._phase) + (0.4 if time_s > self._step_s else -0.3)
        if Disturbance.DARK in self._kinds:
            stops -= 3.0
        return float(np.clip(stops, -3.2, 1.3))

    def _noisy(self, picture: Picture) -> Picture:
        top, left = self._random.integers(0, 64, 2)
        tile = self._tile[top : top + picture.shape[0], left : left + picture.shape[1]]
        if self._random.random() < 0.5:
            tile = tile[:, ::-1]
        return np.asarray(cv2.addWeighted(picture, 1.0, tile, self._noise_level / 64, 0, dtype=cv2.CV_8U), np.uint8)


def _noise_tile(random: Generator, lens: Lens) -> NDArray[np.int16]:
    """Noise with a standard deviation of 64: mostly of brightness, some of colour and coarser."""
    shape = (lens.height + 64, lens.width + 64)
    fine = random.standard_normal((*shape, 1), np.float32)
    coarse = cv2.GaussianBlur(random.standard_normal((*shape, 3), np.float32), (0, 0), 1.0) * 3.0
    return np.asarray(64 * (0.9 * fine + 0.35 * coarse), np.int16)
