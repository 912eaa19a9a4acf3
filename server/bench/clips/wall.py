"""Draws a gallery wall with an artwork in its frame, a label and neighbours: one flat picture. Knows no camera."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from server.bench.clips.ripmap import Picture

Colour = tuple[int, int, int]

WIDTH_PX, HEIGHT_PX = 3200, 2240  # of the wall's picture
ARTWORK_PX = (640, 480)  # the box that an artwork is fitted into
_PAINTS: Sequence[Colour] = (
    (228, 225, 218),
    (214, 208, 196),
    (176, 184, 178),
    (92, 104, 124),
    (122, 66, 62),
    (196, 202, 206),
    (84, 96, 84),
)
_FRAMES: Sequence[Colour] = ((34, 30, 28), (142, 106, 56), (96, 62, 40), (205, 198, 186), (166, 134, 78), (60, 60, 64))
_LIGHT_ONE = 200  # the value of the light that leaves a colour as it is


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the wall, in texels from its upper left corner."""

    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle, from the wall's outer corner."""
        return self.left + self.width / 2, self.top + self.height / 2

    def grown(self, texels: int) -> Area:
        """The same with a border around it."""
        return Area(self.left - texels, self.top - texels, self.width + 2 * texels, self.height + 2 * texels)

    def of(self, picture: Picture) -> Picture:
        """The part of a picture that it covers, as a view."""
        left, top = max(0, self.left), max(0, self.top)
        return picture[top : max(0, self.top + self.height), left : max(0, self.left + self.width)]


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall's picture, and the colour of what is beyond its edges."""

    picture: Picture
    beyond: Colour


def place_of(hung: Picture | None) -> Area:
    """Where on its wall an artwork hangs, or would hang: in the middle."""
    width, height = ARTWORK_PX if hung is None else _fitted(hung)
    return Area((WIDTH_PX - width) // 2, (HEIGHT_PX - height) // 2, width, height)


def build_wall(hung: Picture, neighbours: Sequence[Picture], random: Generator) -> Wall:
    """A wall with an artwork in its middle and others at its sides."""
    wall, _ = bare_wall(random)
    artwork = place_of(hung)
    colour = _FRAMES[random.choice(len(_FRAMES))]
    for side, picture in zip((-1, 1), neighbours, strict=False):
        _hang(wall, picture, _beside(artwork, picture, side, random), colour, random)
    _hang(wall, _as_painted(hung, random), artwork, colour, random)
    _label(wall, artwork, random)
    return lit(wall, artwork, random)


def bare_wall(random: Generator) -> tuple[Picture, int]:
    """A wall where nothing hangs, and the height where its skirting begins."""
    wall = _plaster(random)
    return wall, _skirting(wall, random)


def neighbours_of(hung: str, pictures: Mapping[str, Picture], random: Generator, without: str = "") -> list[Picture]:
    """Two other pictures, if there are that many."""
    others = [name for name in sorted(pictures) if name not in (hung, without)]
    random.shuffle(others)
    return [pictures[name] for name in others[:2]]


def _fitted(picture: Picture) -> tuple[int, int]:
    height, width = picture.shape[:2]
    scale = min(ARTWORK_PX[0] / width, ARTWORK_PX[1] / height)
    return max(8, round(width * scale)), max(8, round(height * scale))


def _beside(artwork: Area, picture: Picture, side: int, random: Generator) -> Area:
    width, height = _fitted(picture)
    scale = random.uniform(0.6, 1.0)
    width, height = round(width * scale), round(height * scale)
    gap = artwork.width // 2 + width // 2 + int(random.integers(180, 320))
    across, down = artwork.middle
    return Area(round(across + side * gap - width / 2), round(down - height / 2), width, height)


def _as_painted(photograph: Picture, random: Generator) -> Picture:
    """The artwork itself: its photograph, which the tracker has, never has quite its tones and colours."""
    tones = (np.arange(256) / 255)[:, None] ** random.uniform(0.8, 1.25) * random.uniform(0.86, 1.0, 3) * 255
    painted = cv2.LUT(photograph, np.rint(tones).astype(np.uint8).reshape(1, 256, 3))
    grey = cv2.cvtColor(cv2.cvtColor(painted, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    colourful = random.uniform(0.75, 1.1)
    return np.asarray(cv2.addWeighted(painted, colourful, grey, 1 - colourful, 0), np.uint8)


def _plaster(random: Generator) -> Picture:
    """Painted plaster: the paint's colour with the grain of a roller and larger stains."""
    grain = np.zeros((HEIGHT_PX // 2, WIDTH_PX // 2), np.float32)
    for shrink, amount in ((1, 5.0), (4, 3.5), (48, 3.0)):
        noise = random.standard_normal((HEIGHT_PX // 2 // shrink + 1, WIDTH_PX // 2 // shrink + 1), np.float32)
        grain += amount * cv2.resize(noise, grain.shape[::-1], interpolation=cv2.INTER_LINEAR)
    paint = np.array(_PAINTS[random.choice(len(_PAINTS))], np.float32)
    half = np.clip(paint + grain[:, :, None], 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(half, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_LINEAR), np.uint8)


def _skirting(wall: Picture, random: Generator) -> int:
    """A skirting board and the floor under it, a cornice above; the height where the skirting begins."""
    top = HEIGHT_PX // 2 + int(random.integers(520, 700))
    shade = int(random.integers(150, 235))
    cv2.rectangle(wall, (0, top), (WIDTH_PX, top + 70), (shade, shade, shade - 6), cv2.FILLED)
    cv2.line(wall, (0, top), (WIDTH_PX, top), (shade // 2,) * 3, 3)
    wood = np.array(random.choice(((118, 92, 66), (96, 96, 98), (150, 124, 94)), axis=0))
    wall[top + 70 :] = wood
    for row in range(top + 70, HEIGHT_PX, 56):
        cv2.line(wall, (0, row), (WIDTH_PX, row), tuple(int(c) * 3 // 4 for c in wood), 2)
    wall[:90] = 225
    for row, line_shade in ((30, 190), (60, 170), (90, 120)):
        cv2.line(wall, (0, row), (WIDTH_PX, row), (line_shade,) * 3, 4)
    return top


def _hang(wall: Picture, picture: Picture, place: Area, colour: Colour, random: Generator) -> None:
    """The shadow, the frame, perhaps a mat, and the picture."""
    mat, moulding = int(random.choice((0, 0, 26, 44))), int(random.integers(14, 34))
    outer = place.grown(mat + moulding)
    _shadow(wall, outer)
    outer.of(wall)[:] = colour
    for step in range(3):  # a bevel that catches the light from above
        bevel = outer.grown(-step * moulding // 3)
        lighter = tuple(min(255, int(c * (1.35 - 0.25 * step))) for c in colour)
        darker = tuple(int(c * (0.6 + 0.15 * step)) for c in colour)
        right, bottom = bevel.left + bevel.width, bevel.top + bevel.height
        cv2.line(wall, (bevel.left, bevel.top), (right, bevel.top), lighter, 3)
        cv2.line(wall, (bevel.left, bottom), (right, bottom), darker, 3)
        cv2.line(wall, (bevel.left, bevel.top), (bevel.left, bottom), lighter, 2)
        cv2.line(wall, (right, bevel.top), (right, bottom), darker, 2)
    if mat:
        place.grown(mat).of(wall)[:] = (236, 232, 222)
        _sunk(wall, place.grown(mat))
    shown = cv2.resize(picture, (place.width, place.height), interpolation=cv2.INTER_AREA)
    part = place.of(wall)
    part[:] = shown[-part.shape[0] :, -part.shape[1] :] if place.left < 0 else shown[: part.shape[0], : part.shape[1]]


def _shadow(wall: Picture, frame: Area) -> None:
    """A soft shadow that falls downwards."""
    around = frame.grown(60)
    part = around.of(wall)
    shade = np.full(part.shape[:2], 255, np.uint8)
    shade[80:-30, 66:-50] = 120
    soft = cv2.blur(cv2.blur(shade, (41, 41)), (41, 41))
    part[:] = cv2.multiply(part, cv2.merge([soft] * 3), scale=1 / 255)


def _sunk(wall: Picture, mat: Area) -> None:
    """The shadow that the moulding throws on the mat."""
    part = mat.of(wall)
    part[:10] = part[:10] * np.linspace(0.55, 1, 10)[:, None, None]
    part[:, :5] = part[:, :5] * np.linspace(0.75, 1, 5)[None, :, None]


def _label(wall: Picture, artwork: Area, random: Generator) -> None:
    """A white label with lines of print, to the right of the frame."""
    left = artwork.left + artwork.width + int(random.integers(105, 130))
    top = artwork.top + artwork.height - int(random.integers(60, 130))
    cv2.rectangle(wall, (left + 2, top + 3), (left + 74, top + 61), (120, 118, 112), cv2.FILLED)
    cv2.rectangle(wall, (left, top), (left + 72, top + 58), (246, 245, 240), cv2.FILLED)
    for line in range(5):
        right = left + int(random.integers(34, 66))
        cv2.line(
            wall, (left + 6, top + 10 + 9 * line), (right, top + 10 + 9 * line), (70, 70, 74), 4 if line == 0 else 2
        )


def lit(wall: Picture, artwork: Area, random: Generator) -> Wall:
    """The wall in the light of a spot on the artwork and of the room."""
    rows, columns = np.mgrid[0:70, 0:100].astype(np.float32)
    x, y = (columns / 100 * WIDTH_PX - artwork.middle[0]) / 900, (rows / 70 * HEIGHT_PX - artwork.middle[1]) / 800
    aside, above = random.uniform(-0.25, 0.25), random.uniform(-0.5, -0.1)
    spot = np.exp(-((x - aside) ** 2) - (y - above) ** 2)
    slope = random.uniform(-0.1, 0.1) * x + random.uniform(-0.08, 0.02) * y
    light = np.clip(_LIGHT_ONE * (0.72 + 0.33 * spot + slope), 60, 250).astype(np.uint8)
    broad = cv2.resize(light, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_LINEAR)
    picture = np.asarray(cv2.multiply(wall, cv2.merge([broad] * 3), scale=1 / _LIGHT_ONE), np.uint8)
    red, green, blue = (int(value) for value in np.median(picture[100:500, ::16], axis=(0, 1)) * 0.8)
    return Wall(picture, (red, green, blue))
