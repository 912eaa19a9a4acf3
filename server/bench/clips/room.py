"""Draws a room without pictures: what a camera sees on its way between two artworks. Knows no camera."""

from __future__ import annotations

import cv2
from numpy.random import Generator

from server.bench.clips.wall import Wall, bare_wall


def build_room(random: Generator) -> Wall:
    """A wall with things on it that are no artworks."""
    wall = bare_wall(random)
    x, y = (round(side) for side in wall.artwork.middle)
    for _ in range(6):
        left, top = x + int(random.integers(-700, 500)), y + int(random.integers(-500, 300))
        width, height = (int(side) for side in random.integers(60, 420, 2))
        colour = tuple(int(c) for c in random.integers(30, 240, 3))
        cv2.rectangle(wall.picture, (left, top), (left + width, top + height), colour, cv2.FILLED)
    return wall
