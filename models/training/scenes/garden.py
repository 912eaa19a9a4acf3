"""A garden by night: a moon with a ring, cypresses, lanterns, and a pond that has all of it once more."""

from __future__ import annotations

import numpy as np

from models.training.scenes.canvas import Canvas, Field, Point, Rgb, blend, smooth

SHORE = 0.47  # where the pond begins
MOON: Point = (0.69, 0.15)
LANTERNS: tuple[Point, ...] = ((0.08, 0.40), (0.21, 0.425), (0.345, 0.41), (0.47, 0.43), (0.62, 0.415), (0.93, 0.40))
CYPRESSES: tuple[tuple[float, float], ...] = (
    (0.045, 0.30), (0.13, 0.21), (0.29, 0.36), (0.40, 0.16), (0.54, 0.24), (0.80, 0.31), (0.88, 0.20), (0.97, 0.27),
)  # fmt: skip


def draw(canvas: Canvas) -> None:
    """Paint the scene, from the sky to the reeds."""
    _sky(canvas)
    _hedge(canvas)
    for x, height in CYPRESSES:
        _cypress(canvas, x, height)
    for lantern in LANTERNS:
        _lantern(canvas, lantern)
    _pond(canvas)
    _lilies(canvas)
    _reeds(canvas)


def _sky(canvas: Canvas) -> None:
    canvas.lay(blend([(0.0, (0.05, 0.08, 0.26)), (0.25, (0.14, 0.22, 0.50)), (0.45, (0.42, 0.42, 0.62))], canvas.y))
    drift = canvas.noise(4, 6, stretch=2.6)
    canvas.lay((0.46, 0.50, 0.72), smooth(0.52, 0.70, drift) * 0.6)
    for _ in range(140):
        star = float(canvas.random.uniform(0, 1)), float(canvas.random.uniform(0, 0.36))
        canvas.shine((0.95, 0.92, 0.80), canvas.glow(star, float(canvas.random.uniform(0.0012, 0.0035))))
    ring = canvas.distance(MOON, (0.105, 0.105))
    canvas.shine((0.50, 0.46, 0.34), np.exp(-(((ring - 1) / 0.10) ** 2)))
    canvas.shine((0.40, 0.38, 0.26), canvas.glow(MOON, 0.13))
    canvas.lay((0.99, 0.96, 0.82), canvas.ellipse(MOON, (0.045, 0.045)))
    canvas.lay((0.80, 0.77, 0.66), canvas.ellipse((MOON[0] + 0.012, MOON[1] - 0.008), (0.014, 0.011), soft=0.4))


def _hedge(canvas: Canvas) -> None:
    edge = 0.385 + 0.02 * np.sin(canvas.x * 17) + 0.03 * (canvas.noise(24, 4) - 0.5)
    leaves = canvas.noise(70, 4)
    colours = blend([(0.25, (0.04, 0.10, 0.12)), (0.55, (0.10, 0.24, 0.20)), (0.85, (0.30, 0.46, 0.28))], leaves)
    canvas.lay(colours, smooth(0, 0.006, canvas.y - edge))


def _cypress(canvas: Canvas, x: float, height: float) -> None:
    y = np.linspace(0, 1, 24)
    sway = 0.006 * np.sin(y * 9 + 40 * x)
    half = 0.028 * np.sin(np.pi * y**0.75) * (0.6 + height) + 0.002
    left = list(zip(x + sway - half, 0.455 - height * (1 - y), strict=True))
    right = list(zip(x + sway + half, 0.455 - height * (1 - y), strict=True))
    flames = canvas.noise(90, 3, stretch=0.4)
    lit = blend([(0.2, (0.02, 0.07, 0.10)), (0.6, (0.07, 0.19, 0.16)), (0.9, (0.24, 0.36, 0.22))], flames)
    canvas.lay(lit, canvas.polygon([*left, *right[::-1]], soft=0.0012))


def _lantern(canvas: Canvas, at: Point) -> None:
    x, y = at
    canvas.lay((0.10, 0.08, 0.10), canvas.line([(x, y), (x, SHORE)], 0.004))
    canvas.shine((0.62, 0.36, 0.12), canvas.glow(at, 0.045))
    canvas.lay((0.99, 0.80, 0.42), canvas.ellipse(at, (0.013, 0.018)))
    canvas.lay((0.86, 0.34, 0.16), canvas.ellipse((x, y + 0.006), (0.013, 0.008), soft=0.3))


def _pond(canvas: Canvas) -> None:
    depth = canvas.y - SHORE
    ripple = canvas.noise(30, 4, stretch=7) - 0.5
    mirrored: Field = np.stack(
        [canvas.shifted(canvas.picture[..., i], 0.035 * ripple, -2 * depth) for i in range(3)], axis=-1
    )
    water = np.asarray(0.72 * mirrored + np.array((0.03, 0.07, 0.14), np.float32), np.float32)
    below = smooth(0, 0.004, depth)
    canvas.lay(water, below)
    canvas.shine((0.30, 0.30, 0.34), below * smooth(0.12, 0.32, ripple) * 0.5)


def _lilies(canvas: Canvas) -> None:
    petals: tuple[Rgb, ...] = ((0.96, 0.78, 0.84), (0.98, 0.95, 0.88), (0.90, 0.52, 0.62))
    for _ in range(70):
        x, y = float(canvas.random.uniform(0, 1)), float(canvas.random.uniform(SHORE + 0.04, 0.74))
        size = 0.012 + 0.09 * (y - SHORE)
        shade = float(canvas.random.uniform(0.6, 1.1))
        canvas.fill((0.14 * shade, 0.34 * shade, 0.26 * shade), _round((x, y), size, 0.35 * size))
        if canvas.random.random() < 0.45:
            petal = petals[int(canvas.random.integers(len(petals)))]
            canvas.fill(petal, _round((x, y - 0.2 * size), 0.34 * size, 0.24 * size))


def _round(centre: Point, wide: float, high: float) -> list[Point]:
    return [(centre[0] + wide * np.cos(a), centre[1] + high * np.sin(a)) for a in np.linspace(0, 6.28, 14)]


def _reeds(canvas: Canvas) -> None:
    for _ in range(90):
        side = float(canvas.random.uniform(0, 0.16))
        x = side if canvas.random.random() < 0.5 else 1 - side
        tall, lean = float(canvas.random.uniform(0.06, 0.22)), float(canvas.random.uniform(-0.03, 0.03))
        shade = float(canvas.random.uniform(0.5, 1.1))
        points = [(x, 0.75), (x + 0.4 * lean, 0.75 - 0.6 * tall), (x + lean, 0.75 - tall)]
        canvas.lay((0.36 * shade, 0.46 * shade, 0.24 * shade), canvas.line(points, 0.003))
