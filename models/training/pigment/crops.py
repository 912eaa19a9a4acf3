"""Pieces of paintings at many scales, recoloured, lit and focused differently: the manner stays, the rest varies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from models.training.pictures import Picture, list_pictures, load_picture
from models.training.pigment.palettes import Palette, recoloured

SIDE_PX = 256
PAINTERS: Mapping[str, str] = {
    "degas": "degas", "gauguin": "gauguin", "hokusai": "hokusai", "kandinsky": "kandinsky", "leger": "leger",
    "mondrian": "mondrian", "monet": "monet", "munch": "munch", "picabia": "picabia", "turner": "turner",
    "van_gogh": "van gogh",
}  # fmt: skip
"""How a file of a painting begins, and the word for its painter."""


def load_paintings(folder: Path) -> list[tuple[str, Picture]]:
    """Each painting with the word for its painter. Raises ValueError for a file that no painter's name begins."""
    found = []
    for path in list_pictures(folder):
        painter = next((word for name, word in PAINTERS.items() if path.stem.startswith(name)), None)
        if painter is None:
            raise ValueError(f"{path}: expected a name that begins with one of {', '.join(PAINTERS)}")
        found.append((painter, load_picture(path)))
    return found


def cut(painting: Picture, random: Generator) -> Picture:
    """A square piece, a third to the whole of the shorter side, mirrored half of the time: SIDE_PX a side."""
    shortest = min(painting.shape[:2])
    side = int(shortest * random.uniform(0.34, 1.0))
    top = int(random.integers(0, painting.shape[0] - side + 1))
    left = int(random.integers(0, painting.shape[1] - side + 1))
    how = cv2.INTER_AREA if side > SIDE_PX else cv2.INTER_CUBIC
    piece = cv2.resize(painting[top : top + side, left : left + side], (SIDE_PX, SIDE_PX), interpolation=how)
    return np.ascontiguousarray(piece[:, ::-1] if random.random() < 0.5 else piece, np.uint8)


def varied(picture: Picture, random: Generator) -> Picture:
    """Other light, contrast and edges. Mild most of the time, strong now and then."""
    work = picture.astype(np.float32)
    if random.random() < 0.3:
        work = np.asarray(cv2.GaussianBlur(work, (0, 0), random.uniform(0.8, 5.0)), np.float32)
    elif random.random() < 0.3:
        work += random.uniform(0.3, 1.0) * (work - cv2.GaussianBlur(work, (0, 0), 1.5))
    if random.random() < 0.5:
        contrast = random.choice([random.uniform(0.45, 0.8), random.uniform(1.1, 1.5)])
        middle = work.mean()
        work = middle + contrast * (work - middle)
    if random.random() < 0.4:
        grey = work.mean(-1, keepdims=True)
        work = grey + random.uniform(0.25, 1.4) * (work - grey)
    if random.random() < 0.4:
        work = 255 * np.power(
            np.clip(work, 0, 255) / 255, random.choice([random.uniform(0.5, 0.8), random.uniform(1.3, 2.3)])
        )
    return np.clip(work, 0, 255).round().astype(np.uint8)


def piece_of(painting: Picture, random: Generator) -> Picture:
    """A piece, in a random palette two times of three; its light and edges varied half of the time."""
    picture = cut(painting, random)
    if random.random() < 0.67:
        picture = recoloured(picture, Palette.draw(random), random, random.uniform(0.7, 1.0))
    return varied(picture, random) if random.random() < 0.5 else picture
