"""A harbour at dusk: a low sun, rippled water, boats at rest."""

from __future__ import annotations

import numpy as np

from models.training.scenes.canvas import Canvas, Field, Point, Rgb, blend, smooth, tint

HORIZON = 0.37
SUN = (0.63, 0.325)
SAIL = (1.0, 0.90, 0.72)
HULLS = ((0.40, 0.12, 0.10), (0.12, 0.20, 0.30), (0.35, 0.24, 0.12), (0.16, 0.28, 0.24))


def draw(canvas: Canvas) -> None:
    """Paint the scene, from the sky to the nearest boat."""
    _sky(canvas)
    _shore(canvas)
    _water(canvas)
    for x, y, size, hull in (
        (0.83, 0.405, 0.055, 1),
        (0.45, 0.42, 0.07, 2),
        (0.20, 0.47, 0.13, 0),
        (0.70, 0.54, 0.19, 3),
    ):
        _boat(canvas, (x, y), size, HULLS[hull])
    _jetty(canvas)


def _sky(canvas: Canvas) -> None:
    stops = [
        (0.0, (0.10, 0.17, 0.36)),
        (0.14, (0.30, 0.36, 0.56)),
        (0.25, (0.78, 0.52, 0.48)),
        (0.33, (0.98, 0.70, 0.36)),
        (HORIZON, (1.0, 0.83, 0.50)),
    ]
    canvas.lay(blend(stops, canvas.y + 0.05 * (canvas.noise(3) - 0.5)))
    clouds = smooth(0.50, 0.78, canvas.noise(4, 6, stretch=3.5))
    lit = blend([(0.0, (0.34, 0.30, 0.47)), (0.2, (0.80, 0.42, 0.40)), (0.35, (1.0, 0.72, 0.42))], canvas.y)
    canvas.lay(lit, clouds * 0.85)
    canvas.shine((0.9, 0.55, 0.2), canvas.glow(SUN, 0.17) * 0.45)
    canvas.lay((1.0, 0.96, 0.78), canvas.ellipse(SUN, (0.033, 0.033), 0.06))


def _shore(canvas: Canvas) -> None:
    ridge = 0.305 + 0.03 * np.sin(canvas.x * 9 + 1) + 0.05 * canvas.x + 0.014 * (canvas.noise(30) - 0.5)
    canvas.lay((0.42, 0.36, 0.50), smooth(0, 0.003, canvas.y - ridge) * smooth(0.62, 0.5, canvas.x))
    near = 0.345 - 0.05 * smooth(0.85, 1.05, canvas.x) + 0.012 * (canvas.noise(40) - 0.5)
    canvas.lay((0.22, 0.22, 0.34), smooth(0, 0.002, canvas.y - near) * smooth(0.70, 0.84, canvas.x))
    for i in range(16):
        _house(canvas, 0.015 + i * 0.021, i)


def _house(canvas: Canvas, x: float, index: int) -> None:
    top = float(canvas.random.uniform(0.318, 0.345))
    wall = ((0.62, 0.42, 0.36), (0.55, 0.50, 0.50), (0.44, 0.34, 0.42), (0.70, 0.55, 0.42))[index % 4]
    canvas.lay(wall, canvas.polygon([(x, top), (x + 0.019, top), (x + 0.019, HORIZON), (x, HORIZON)]))
    roof = [(x - 0.002, top), (x + 0.0095, top - 0.013), (x + 0.021, top)]
    canvas.lay((0.45, 0.18, 0.16), canvas.polygon(roof))
    window = canvas.ellipse((x + 0.009, top + 0.011), (0.003, 0.004), 0.2)
    canvas.lay((1.0, 0.86, 0.45), window * (index % 3 != 1))


def _water(canvas: Canvas) -> None:
    depth = np.maximum(canvas.y - HORIZON, 0)
    mirrored = canvas.shifted(canvas.picture, 0, -2 * depth)
    ripple = (canvas.noise(20, 4, stretch=7) - 0.5) * (0.02 + 0.45 * depth)
    mirrored = canvas.shifted(mirrored, ripple, ripple * 0.8)
    surface = smooth(0, 0.002, canvas.y - HORIZON)
    deep = blend([(HORIZON, (0.75, 0.55, 0.45)), (0.5, (0.16, 0.30, 0.42)), (0.75, (0.05, 0.15, 0.25))], canvas.y)
    canvas.lay(mirrored * 0.62 + deep * 0.38, surface)
    _waves(canvas, depth, surface)


def _waves(canvas: Canvas, depth: Field, surface: Field) -> None:
    near, far = canvas.noise(16, 4, stretch=6), canvas.noise(44, 4, stretch=9)
    waves = np.where(depth > 0.13, near, far)
    canvas.lay((0.07, 0.17, 0.30), smooth(0.50, 0.72, waves) * surface * 0.55)
    canvas.lay((0.85, 0.62, 0.50), smooth(0.47, 0.28, waves) * surface * 0.35)
    path = np.exp(-(((canvas.x - SUN[0]) / (0.025 + 0.28 * depth)) ** 2))
    glitter = smooth(0.52, 0.60, 1 - waves) * path + 0.3 * path
    canvas.shine((0.95, 0.66, 0.28), glitter * surface * 0.75)


def _boat(canvas: Canvas, place: Point, size: float, hull: Rgb) -> None:
    before = canvas.picture.copy()
    covered = _above_water(canvas, place, size, hull)
    drawn, canvas.picture = canvas.picture, before
    below = np.maximum(canvas.y - place[1], 0)
    ripple = (canvas.noise(30, 3, stretch=6) - 0.5) * (0.01 + 0.25 * below)
    mirrored = canvas.shifted(drawn, ripple, -2 * below)
    mask = canvas.shifted(covered, ripple, -2 * below) * smooth(0, 0.002, canvas.y - place[1])
    canvas.lay(mirrored * 0.7 + 0.05, mask * smooth(size * 1.5, 0.0, below) * 0.8)
    canvas.lay(drawn, covered)


def _above_water(canvas: Canvas, place: Point, size: float, hull: Rgb) -> Field:
    x, y = place
    mast = canvas.line([(x, y - 0.1 * size), (x + 0.02 * size, y - 1.45 * size)], 0.022 * size)
    main = _curve((x + 0.04 * size, y - 1.36 * size), (x + 0.60 * size, y - 0.26 * size), 0.16 * size)
    mainsail = canvas.polygon([*main, (x + 0.03 * size, y - 0.22 * size)])
    jib = canvas.polygon(
        [
            (x, y - 1.22 * size),
            *_curve((x - 0.1 * size, y - 0.8 * size), (x - 0.5 * size, y - 0.2 * size), 0.04),
            (x - 0.03 * size, y - 0.24 * size),
        ]
    )
    body = [
        (x - 0.62 * size, y - 0.2 * size),
        *_curve((x - 0.5 * size, y), (x + 0.5 * size, y), -0.04 * size),
        (x + 0.66 * size, y - 0.17 * size),
    ]
    shell = canvas.polygon([*body, (x, y - 0.12 * size)])
    shade = 0.62 + 0.38 * smooth(x - 0.5 * size, x + 0.6 * size, canvas.x)
    canvas.lay(tint(SAIL, shade), mainsail)
    canvas.lay(tint((0.80, 0.44, 0.28), shade), jib)
    canvas.lay((0.20, 0.13, 0.10), mast)
    canvas.lay(tint(hull, 0.9 + 0.5 * shade), shell)
    canvas.lay((0.92, 0.80, 0.62), canvas.line([body[0], (x, y - 0.12 * size), body[-1]], 0.03 * size))
    return np.clip(mast + mainsail + jib + shell, 0, 1)


def _curve(start: Point, end: Point, bulge: float) -> list[Point]:
    """A line from start to end, bent to its right by `bulge` in the middle."""
    (x0, y0), (x1, y1) = start, end
    length = float(np.hypot(x1 - x0, y1 - y0))
    nx, ny = -(y1 - y0) / length, (x1 - x0) / length
    bend = [(t, -bulge * float(np.sin(np.pi * t))) for t in np.linspace(0, 1, 16)]
    return [(x0 + (x1 - x0) * t + nx * b, y0 + (y1 - y0) * t + ny * b) for t, b in bend]


def _jetty(canvas: Canvas) -> None:
    boards = canvas.polygon([(0, 0.64), (0.30, 0.70), (0.36, 0.75), (0, 0.75)])
    grain = 0.7 + 0.6 * canvas.noise(18, 4, stretch=5)
    canvas.lay(tint((0.26, 0.17, 0.13), grain), boards)
    for i in range(5):
        start = (0.06 * i, 0.652 + 0.012 * i)
        canvas.lay((0.10, 0.06, 0.06), canvas.line([start, (start[0] + 0.05, 0.76)], 0.003))
    for x, top in ((0.05, 0.57), (0.17, 0.59), (0.29, 0.62)):
        post = canvas.polygon([(x, top), (x + 0.018, top), (x + 0.019, top + 0.12), (x, top + 0.12)])
        canvas.lay(blend([(x, (0.14, 0.09, 0.10)), (x + 0.018, (0.62, 0.40, 0.26))], canvas.x), post)
        canvas.lay((0.75, 0.55, 0.38), canvas.ellipse((x + 0.009, top), (0.009, 0.003), 0.1))
    rope = [(0.06 + 0.11 * t, 0.60 + 0.02 * t + 0.10 * t * (1 - t)) for t in np.linspace(0, 1, 20)]
    canvas.lay((0.55, 0.45, 0.32), canvas.line(rope, 0.004))
