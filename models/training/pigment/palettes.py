"""Palettes of named colours, and pictures recoloured towards them: so that palette and manner are independent."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from models.generate.colours import COLOURS, NEUTRAL, Lab, lab_of, lab_of_colour, rgb_of
from models.training.pictures import Picture

HUES = tuple(name for name in COLOURS if name not in NEUTRAL)
_SMALL_PX = 48  # a picture is clustered at this size
_ROUNDS = 6


@dataclass(frozen=True)
class Palette:
    """names: of the colours; lab: one row for each, a little off the named one."""

    names: tuple[str, ...]
    lab: Lab

    @staticmethod
    def draw(random: Generator) -> Palette:
        """One to three colours, often with a neutral, often with a paler or a darker one of the same hue."""
        count = int(random.choice([1, 2, 3], p=[0.25, 0.45, 0.3]))
        names = [str(name) for name in random.choice(HUES, count, replace=False)]
        if random.random() < 0.5:
            names.append(str(random.choice(sorted(NEUTRAL))))
        rows = [lab_of_colour(name) + random.normal(0, (5, 5, 5)) for name in names]
        if random.random() < 0.5:
            rows.append(rows[0] + np.array([random.choice([-22, 18]), 0, 0]))
        if random.random() < 0.5:  # thrown towards light or dark as a whole
            shift = np.array([random.uniform(-18, 14), 0, 0])
            rows = [row + shift for row in rows]
        return Palette(tuple(names), np.array(rows, np.float32).clip((4, -100, -100), (97, 100, 100)))

    @staticmethod
    def pure(random: Generator) -> Palette:
        """One to three hues just as they are named, each as likely as any other, sometimes with a neutral."""
        names = [str(name) for name in random.choice(HUES, int(random.choice([1, 2, 3])), replace=False)]
        if random.random() < 0.35:
            names.append(str(random.choice(sorted(NEUTRAL))))
        rows = np.stack([lab_of_colour(name) for name in names]) + random.normal(0, 3, (len(names), 3))
        return Palette(tuple(names), rows.astype(np.float32).clip((4, -100, -100), (97, 100, 100)))

    def rgb(self, index: int) -> tuple[float, float, float]:
        """The colour at an index, going round: RGB in 0..1."""
        red, green, blue = rgb_of(self.lab[None, index % len(self.lab)][None])[0, 0] / 255
        return float(red), float(green), float(blue)


def recoloured(
    picture: Picture, palette: Palette, random: Generator, amount: float = 1.0, kept_hue: float = 0.35
) -> Picture:
    """The picture in the colours of a palette: its own few colours are replaced, what lies between them is kept.

    amount: 0 is the picture as it was, 1 wholly in the palette. kept_hue: how much of what lies between, of its hue.
    """
    lab = lab_of(picture)
    small = np.asarray(cv2.resize(lab, (_SMALL_PX, _SMALL_PX), interpolation=cv2.INTER_AREA), np.float32)
    centres = _centres(small, len(palette.lab), random)
    if random.random() < 0.75:  # light stays light
        targets = palette.lab[np.argsort(palette.lab[:, 0])][np.argsort(np.argsort(centres[:, 0]))]
    else:
        targets = palette.lab[random.permutation(len(palette.lab))]
    distance = np.stack([np.square(lab - centre).sum(-1) for centre in centres], -1)
    nearness = np.exp(-(distance - distance.min(-1, keepdims=True)) / (2 * 14.0**2))
    nearness /= nearness.sum(-1, keepdims=True)
    kept = (lab - nearness @ centres) * np.array([0.8, kept_hue, kept_hue], np.float32)
    moved = nearness @ targets + kept
    return rgb_of(lab + amount * (moved - lab))


def _centres(lab: Lab, count: int, random: Generator) -> Lab:
    points = lab.reshape(-1, 3)
    centres = points[random.choice(len(points), count, replace=False)] + random.normal(0, 1, (count, 3))
    for _ in range(_ROUNDS):
        nearest = np.square(points[:, None] - centres[None]).sum(-1).argmin(1)
        centres = np.stack(
            [
                points[nearest == i].mean(0) if (nearest == i).any() else points[random.integers(len(points))]
                for i in range(count)
            ]
        )
    return centres.astype(np.float32)
