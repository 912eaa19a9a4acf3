"""Draws a wall without artworks: what a camera sees on its way between two of them. Knows no camera."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.random import Generator

from server.bench.clips.ripmap import Picture
from server.bench.clips.wall import Area, Wall, bare_wall, lit, place_of

_THINGS_PX = 560  # from the middle of one thing to that of the next


def build_room(random: Generator) -> Wall:
    """A wall with four of: a doorway, a window, books, a plant, a poster, a vase on a plinth, a fuse box."""
    wall, floor = bare_wall(random)
    place = place_of(None)
    for slot, number in enumerate(random.permutation(len(_THINGS))[:4]):
        x = place.middle[0] + (slot - 1.4) * _THINGS_PX + random.uniform(-60, 60)
        _THINGS[number](wall, round(x), floor, random)
    return lit(wall, place, random)


def _doorway(wall: Picture, x: int, floor: int, random: Generator) -> None:
    opening = Area(x - 190, floor - 1020, 380, 1090)
    opening.grown(22).of(wall)[:] = (226, 222, 214)
    beyond = opening.of(wall)
    shade = np.linspace(150, 60, beyond.shape[1])[None, :, None] * (1.0, 0.97, 0.92)
    beyond[:] = shade
    cv2.rectangle(wall, (x - 20, floor - 610), (x + 110, floor - 480), _colour(random, 30, 120), cv2.FILLED)
    cv2.rectangle(wall, (x - 20, floor - 610), (x + 110, floor - 480), (190, 160, 90), 8)


def _window(wall: Picture, x: int, floor: int, random: Generator) -> None:
    frame = Area(x - 200, floor - 1010, 400, 700)
    frame.grown(18).of(wall)[:] = (240, 238, 232)
    view = frame.of(wall)
    rows = np.linspace(0, 1, view.shape[0])[:, None]
    sky, trees = np.array((205, 222, 240)), np.array((120, 140, 110))
    view[:] = (sky * (1 - rows) + trees * rows)[:, None, :]
    _foliage(view, random, (110, 130, 96), 120, 0.6)
    for share in (1, 2):
        cv2.line(
            wall, (frame.left + share * 133, frame.top), (frame.left + share * 133, frame.top + 700), (244,) * 3, 9
        )
        cv2.line(
            wall, (frame.left, frame.top + share * 233), (frame.left + 400, frame.top + share * 233), (244,) * 3, 9
        )


def _books(wall: Picture, x: int, floor: int, random: Generator) -> None:
    for shelf in range(5):
        bottom, left = floor - 120 - shelf * 190, x - 230
        cv2.rectangle(wall, (x - 240, bottom), (x + 240, bottom + 18), (104, 78, 56), cv2.FILLED)
        while left < x + 200:
            width, height = int(random.integers(14, 44)), int(random.integers(110, 168))
            colour = _muted(random)
            cv2.rectangle(wall, (left, bottom - height), (left + width, bottom), colour, cv2.FILLED)
            cv2.line(wall, (left, bottom - height), (left, bottom), (24, 22, 20), 2)
            cv2.line(wall, (left + 5, bottom - height + 24), (left + width - 4, bottom - height + 24), (230,) * 3, 3)
            left += width + 1


def _plant(wall: Picture, x: int, floor: int, random: Generator) -> None:
    _foliage(Area(x - 200, floor - 700, 400, 560).of(wall), random, (62, 104, 58), 200, 0.0)
    pot = np.array([(x - 90, floor - 190), (x + 90, floor - 190), (x + 66, floor + 60), (x - 66, floor + 60)])
    cv2.fillConvexPoly(wall, pot, (158, 96, 70))


def _foliage(part: Picture, random: Generator, colour: tuple[int, int, int], leaves: int, top: float) -> None:
    height, width = part.shape[:2]
    for _ in range(leaves):
        x = float(np.clip(random.normal(0.5, 0.22), 0.06, 0.94))
        middle, light = (round(x * width), round(random.uniform(top, 0.98) * height)), random.uniform(0.5, 1.4)
        shade = tuple(int(c * light * random.uniform(0.9, 1.1)) for c in colour)
        axes = (int(random.integers(14, 46)), int(random.integers(5, 14)))
        cv2.ellipse(part, middle, axes, float(random.uniform(0, 180)), 0, 360, shade, cv2.FILLED)


def _poster(wall: Picture, x: int, floor: int, random: Generator) -> None:
    sheet = Area(x - 150, floor - 960, 300, 430)
    sheet.of(wall)[:] = random.integers(150, 250, 3)
    ink = _colour(random, 10, 90)
    cv2.putText(wall, "OPEN LATE", (x - 130, floor - 880), cv2.FONT_HERSHEY_DUPLEX, 1.5, ink, 4, cv2.LINE_AA)
    cv2.circle(wall, (x, floor - 750), 80, _colour(random, 60, 230), cv2.FILLED, cv2.LINE_AA)
    for line in range(5):
        right = x + int(random.integers(20, 130))
        cv2.line(wall, (x - 130, floor - 630 + 20 * line), (right, floor - 630 + 20 * line), ink, 5)


def _vase(wall: Picture, x: int, floor: int, random: Generator) -> None:
    plinth = Area(x - 90, floor - 420, 180, 490)
    plinth.of(wall)[:] = np.linspace(246, 206, 180)[None, :, None]
    glaze = random.integers(60, 200, 3)
    for row in range(230):
        half = 34 + 34 * np.sin(np.pi * (row / 230) ** 0.7) + 4 * np.sin(row / 9)
        colour = tuple(int(c) for c in glaze * (0.75 + 0.25 * (row // 24 % 2)))
        cv2.line(wall, (round(x - half), floor - 420 - row), (round(x + half), floor - 420 - row), colour, 1)


def _fuse_box(wall: Picture, x: int, floor: int, random: Generator) -> None:
    box = Area(x - 110, floor - 860, 220, 300)
    box.of(wall)[:] = (198, 200, 196)
    cv2.rectangle(wall, (box.left, box.top), (box.left + 220, box.top + 300), (120, 122, 120), 4)
    for row, column in ((row, column) for row in range(3) for column in range(6)):
        left, top = box.left + 18 + 32 * column, box.top + 40 + 84 * row
        cv2.rectangle(wall, (left, top), (left + 24, top + 58), (70, 72, 76), cv2.FILLED)
        cv2.rectangle(
            wall, (left + 7, top + int(random.choice((8, 30)))), (left + 17, top + 40), (226,) * 3, cv2.FILLED
        )


def _colour(random: Generator, lowest: int, highest: int) -> tuple[int, ...]:
    return tuple(int(value) for value in random.integers(lowest, highest, 3))


def _muted(random: Generator) -> tuple[int, ...]:
    return tuple(int(value) for value in random.integers(40, 200) + random.integers(-28, 28, 3))


_THINGS: Sequence[Callable[[Picture, int, int, Generator], None]] = (
    _doorway,
    _window,
    _books,
    _plant,
    _poster,
    _vase,
    _fuse_box,
)
