"""A picture on a plain wall, seen through a known homography: what the tests of tracking show a tracker."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.exhibition import demo_file
from exhibit.track.pose import UNIT_CORNERS, Homography, Pose, project
from exhibit.track.target import Target, compile_target

WIDTH, HEIGHT = 640, 480
FOCAL = 500.0  # pixels

Picture = NDArray[np.uint8]
Grey = NDArray[np.uint8]


@cache
def picture(name: str) -> Picture:
    """One of the demo exhibition's artworks, RGB."""
    path: Path = demo_file().parent / f"{name}.jpg"
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)


@cache
def target(name: str) -> Target:
    return compile_target(picture(name))


def view(
    name: str, *, yaw: float = 0, pitch: float = 0, roll: float = 0, distance: float = 1.7, x: float = 0, y: float = 0
) -> Homography:
    """Unit target to unit frame; angles in degrees, lengths in heights of the artwork."""
    turn = cv2.Rodrigues(np.radians([0, 0, roll], dtype=float))[0]
    turn = (
        turn
        @ cv2.Rodrigues(np.radians([pitch, 0, 0], dtype=float))[0]
        @ cv2.Rodrigues(np.radians([0, yaw, 0], dtype=float))[0]
    )
    aspect = target(name).aspect
    plane = np.array([[aspect, 0, -aspect / 2], [0, 1, -0.5], [0, 0, 0]])
    seen = turn @ plane + np.array([[0, 0, x], [0, 0, y], [0, 0, distance]])
    lens = np.array([[FOCAL / WIDTH, 0, 0.5], [0, FOCAL / HEIGHT, 0.5], [0, 0, 1]])
    homography = lens @ seen
    return np.asarray(homography / homography[2, 2], np.float64)


def frame(shown: Picture | None, homography: Homography | None, *, seed: int = 0, noise: float = 3.0) -> Grey:
    """A grey frame of the picture on a wall, drawn at twice the size; None: the wall alone."""
    random = np.random.default_rng(seed)
    wall = cv2.GaussianBlur(random.normal(180, 30, (HEIGHT, WIDTH)), (0, 0), 2)
    if shown is not None and homography is not None:
        artwork, cover = _hung(shown, homography)
        wall = wall * (1 - cover) + artwork * cover
    return np.clip(wall + random.normal(0, noise, wall.shape), 0, 255).astype(np.uint8)


def _hung(shown: Picture, homography: Homography) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, columns = shown.shape[:2]
    grey = cv2.GaussianBlur(cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY), (0, 0), 0.7)
    size = (2 * WIDTH, 2 * HEIGHT)
    to_pixels = np.array([[size[0], 0, -0.5], [0, size[1], -0.5], [0, 0, 1.0]])
    from_pixels = np.array([[1 / columns, 0, 0.5 / columns], [0, 1 / rows, 0.5 / rows], [0, 0, 1.0]])
    through = to_pixels @ homography @ from_pixels
    artwork, cover = (
        cv2.resize(cv2.warpPerspective(layer, through, size), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        for layer in (grey, np.full((rows, columns), 255, np.uint8))
    )
    return artwork.astype(float), cover.astype(float) / 255


def error_px(pose: Pose, truth: Homography) -> float:
    """Mean distance of the four corners from where they are."""
    there = project(truth, UNIT_CORNERS) * (WIDTH, HEIGHT)
    return float(np.linalg.norm(pose.corners(WIDTH, HEIGHT) - there, axis=1).mean())
