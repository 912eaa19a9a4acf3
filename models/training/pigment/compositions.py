"""Compositions that need no thing to be of: stripes, circles, grids, rays. Each draws on an Easel in its palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from models.training.pigment.easel import Easel, curve
from models.training.scenes.canvas import Field, smooth

Draw = Callable[[Easel], None]


def _bands(easel: Easel, along: Field) -> None:
    edges = np.cumsum(easel.random.uniform(0.05, 0.32, 24)) - 0.6
    wobble = easel.between(0, 0.05) * (easel.canvas.noise(4, 3) - 0.5)
    soft = float(easel.random.choice([0.004, 0.004, 0.03, 0.08]))
    for index, edge in enumerate(edges):
        easel.lay(
            easel.colour(index, easel.between(-0.15, 0.15)), smooth(-soft, soft, along + wobble - np.float32(edge))
        )


def horizontal(easel: Easel) -> None:
    """Bands that lie."""
    easel.lay(easel.colour(0))
    _bands(easel, easel.v)


def vertical(easel: Easel) -> None:
    """Bands that stand."""
    easel.lay(easel.colour(0))
    _bands(easel, easel.u)


def diagonal(easel: Easel) -> None:
    """Bands that lean to one side or the other."""
    easel.lay(easel.colour(0))
    _bands(easel, (easel.u + easel.v) / 1.41 if easel.random.random() < 0.5 else (easel.u - easel.v) / 1.41 + 0.5)


def circles(easel: Easel) -> None:
    """Several discs and rings, large and small."""
    easel.ground()
    for index in range(int(easel.random.integers(4, 12))):
        centre, radius = (easel.between(0, 1), easel.between(0, 1)), easel.between(0.05, 0.24)
        easel.lay(easel.colour(index + 1, easel.between(-0.2, 0.2)), easel.disc(centre, radius))
        if easel.random.random() < 0.6:
            easel.lay(easel.any_colour(), easel.disc(centre, radius * easel.between(0.3, 0.8)))


def rings(easel: Easel) -> None:
    """Rings around one centre."""
    centre = (easel.between(0.3, 0.7), easel.between(0.3, 0.7))
    easel.lay(easel.colour(0))
    step = easel.between(0.06, 0.14)
    for index in range(int(1.1 / step), 0, -1):
        easel.lay(easel.colour(index, easel.between(-0.2, 0.2)), easel.disc(centre, index * step, 0.02))


def grid(easel: Easel) -> None:
    """Dark lines that cross, some of the cells filled: upright."""
    easel.lay(easel.colour(0, 0.3))
    us = np.sort(easel.random.uniform(0, 1, int(easel.random.integers(2, 6))))
    vs = np.sort(easel.random.uniform(0, 1, int(easel.random.integers(2, 6))))
    for left, right in zip([0, *us], [*us, 1], strict=True):
        for top, bottom in zip([0, *vs], [*vs, 1], strict=True):
            if easel.random.random() < 0.7:
                corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
                easel.lay(easel.any_colour(), easel.polygon(corners))
    dark, thick = easel.colour(int(np.argmin(easel.palette.lab[easel.order, 0])), -0.6), easel.between(0.012, 0.035)
    for u in us:
        easel.lay(dark, easel.stroke([(u, 0), (u, 1)], thick))
    for v in vs:
        easel.lay(dark, easel.stroke([(0, v), (1, v)], thick))


def spiral(easel: Easel) -> None:
    """A spiral of two colours."""
    centre = (easel.between(0.35, 0.65), easel.between(0.35, 0.65))
    radius = np.hypot(easel.u - centre[0], easel.v - centre[1])
    angle = np.arctan2(easel.v - centre[1], easel.u - centre[0])
    arms, turns = int(easel.random.integers(1, 3)), easel.between(14, 30)
    phase = np.sin(arms * angle + easel.random.choice([-1, 1]) * turns * radius)
    easel.lay(easel.colour(0))
    easel.lay(easel.colour(1), smooth(-0.25, 0.25, phase))
    easel.lay(easel.colour(2), smooth(0.12, 0.08, radius))


def mosaic(easel: Easel) -> None:
    """Small cells with dark joints."""
    count = int(easel.random.integers(40, 160))
    nodes = easel.random.uniform(0, 1, (count, 2)).astype(np.float32)
    distance = np.stack([(easel.u - u) ** 2 + (easel.v - v) ** 2 for u, v in nodes], -1)
    first = distance.argmin(-1)
    two = np.sqrt(np.partition(distance, 1, -1)[..., :2])
    colours = np.array([easel.any_colour() for _ in range(count)], np.float32)
    easel.canvas.picture[:] = colours[first]
    easel.lay(easel.colour(0, -0.75), smooth(0.012, 0.004, two[..., 1] - two[..., 0]))


def fields(easel: Easel) -> None:
    """Two or three large soft rectangles over one another, as if floating."""
    easel.ground()
    count = int(easel.random.integers(2, 4))
    edges = np.linspace(0.06, 0.96, count + 1) + easel.random.uniform(-0.05, 0.05, count + 1)
    for index in range(count):
        side, gap = easel.between(0.05, 0.14), 0.02
        top, bottom = edges[index] + gap, edges[index + 1] - gap
        corners = [(side, top), (1 - side, top), (1 - side, bottom), (side, bottom)]
        ragged = easel.polygon(corners, soft=easel.between(0.008, 0.03))
        easel.lay(easel.colour(index + 1), ragged * (0.75 + 0.25 * easel.canvas.noise(5, 4)))


def rays(easel: Easel) -> None:
    """Beams from one point."""
    centre = (easel.between(0.1, 0.9), easel.between(0.1, 1.1))
    angle = np.arctan2(easel.v - centre[1], easel.u - centre[0])
    easel.lay(easel.colour(0))
    beams = int(easel.random.integers(6, 15))
    easel.lay(easel.colour(1, 0.1), smooth(-0.2, 0.2, np.sin(beams * angle + easel.between(0, 6))))
    easel.lay(easel.colour(2), 0.9 * easel.glow(centre, easel.between(0.12, 0.35)))


def cross(easel: Easel) -> None:
    """One upright cross."""
    easel.ground()
    u, v, thick = easel.between(0.35, 0.65), easel.between(0.3, 0.6), easel.between(0.08, 0.2)
    easel.lay(easel.colour(1), easel.stroke([(u, 0.03), (u, 0.97)], thick))
    easel.lay(easel.colour(1 + int(easel.random.integers(2))), easel.stroke([(0.03, v), (0.97, v)], thick))


def triangles(easel: Easel) -> None:
    """Large wedges, one over another."""
    easel.ground()
    for index in range(int(easel.random.integers(3, 9))):
        middle, size = easel.random.uniform(0.1, 0.9, 2), easel.between(0.18, 0.5)
        turns = easel.between(0, 6.28) + np.array([0, 2.1, 4.2]) + easel.random.uniform(-0.4, 0.4, 3)
        points = [(middle[0] + size * np.cos(a), middle[1] + size * np.sin(a)) for a in turns]
        easel.lay(easel.colour(index + 1, easel.between(-0.25, 0.25)), easel.polygon(points))


def checker(easel: Easel) -> None:
    """A board of squares, upright or turned."""
    turn, cells = easel.random.choice([0.0, 0.0, 0.785]), easel.between(2.5, 7)
    a = easel.u * np.cos(turn) + easel.v * np.sin(turn)
    b = easel.v * np.cos(turn) - easel.u * np.sin(turn)
    easel.lay(easel.colour(0))
    easel.lay(easel.colour(1), smooth(-0.15, 0.15, np.sin(a * cells * 3.14) * np.sin(b * cells * 3.14)))


def drips(easel: Easel) -> None:
    """Paint that runs down, and drops of it."""
    easel.ground()
    for index in range(int(easel.random.integers(7, 22))):
        u, top, length = easel.between(0, 1), easel.between(-0.2, 0.4), easel.between(0.2, 0.9)
        colour, thick = easel.colour(index + 1), easel.between(0.008, 0.03)
        easel.lay(colour, easel.stroke([(u, top), (u + easel.between(-0.02, 0.02), top + length)], thick))
        easel.dot(colour, (u, top + length), thick * 0.9)


def splashes(easel: Easel) -> None:
    """Thrown drops, many small and a few large."""
    easel.ground()
    for index in range(int(easel.random.integers(3, 7))):
        colour, centre = easel.colour(index + 1), easel.random.uniform(0.1, 0.9, 2)
        for _ in range(14):
            offset = easel.random.normal(0, 0.16, 2)
            radius = easel.between(0.004, 0.06) * float(np.exp(-np.hypot(*offset) * 3))
            place = (float(centre[0] + offset[0]), float(centre[1] + offset[1]))
            easel.dot(colour, place, max(radius, 0.006))


def strokes(easel: Easel) -> None:
    """Broad gestures of the brush."""
    easel.ground()
    for index in range(int(easel.random.integers(5, 14))):
        mask = easel.stroke(curve(easel.random, int(easel.random.integers(3, 5))), easel.between(0.03, 0.14))
        easel.lay(easel.colour(index + 1, easel.between(-0.2, 0.2)), mask * (0.7 + 0.3 * easel.canvas.noise(20, 3)))


def ribbons(easel: Easel) -> None:
    """Thin lines that wander."""
    easel.ground()
    for index in range(int(easel.random.integers(6, 16))):
        easel.lay(easel.colour(index + 1), easel.stroke(curve(easel.random, 5), easel.between(0.006, 0.025)))


def arches(easel: Easel) -> None:
    """Arches one within another."""
    easel.ground()
    u, step = easel.between(0.3, 0.7), easel.between(0.07, 0.13)
    for index in range(5, 0, -1):
        easel.lay(
            easel.colour(index, easel.between(-0.15, 0.15)), easel.disc((u, 0.95), index * step * 1.25, 0.02, 1.25)
        )


def column_row(easel: Easel) -> None:
    """Upright pillars, apart from each other."""
    easel.ground()
    count = int(easel.random.integers(3, 7))
    for index in range(count):
        u, thick = (index + 0.5) / count + easel.between(-0.03, 0.03), easel.between(0.3, 0.55) / count
        easel.lay(easel.colour(1, -0.15), easel.stroke([(u, easel.between(0.05, 0.25)), (u, 1)], thick))
        easel.lay(easel.colour(1, 0.3), easel.stroke([(u - thick * 0.2, 0.26), (u - thick * 0.2, 1)], thick * 0.25))


def veil(easel: Easel) -> None:
    """Nothing but colours that go over into each other."""
    easel.lay(easel.colour(0))
    for index in range(1, 4):
        stretch = float(easel.random.choice([0.5, 1, 2]))
        easel.lay(easel.colour(index), smooth(0.35, 0.7, easel.canvas.noise(easel.between(1.5, 4), 3, stretch)))


COMPOSITIONS: Mapping[str, Draw] = {
    "horizontal": horizontal, "vertical": vertical, "diagonal": diagonal, "circles": circles, "rings": rings,
    "grid": grid, "spiral": spiral, "mosaic": mosaic, "fields": fields, "rays": rays, "cross": cross,
    "triangles": triangles, "checker": checker, "drips": drips, "splashes": splashes, "strokes": strokes,
    "ribbons": ribbons, "arches": arches, "columns": column_row, "veil": veil,
}  # fmt: skip
"""By their words. stripes are horizontal, vertical or diagonal ones."""
