"""A mountain valley: rows of hills, each paler than the one before it, a river, a meadow in front."""

from __future__ import annotations

import numpy as np

from models.training.scenes.canvas import Canvas, Field, Point, Rgb, blend, smooth, tint

PALE: Rgb = (0.66, 0.76, 0.88)
DEEP: Rgb = (0.16, 0.33, 0.20)
ROWS = 7


def draw(canvas: Canvas) -> None:
    """Paint the scene, from the sky to the meadow."""
    _sky(canvas)
    _peaks(canvas)
    for row in range(ROWS):
        _hills(canvas, row / (ROWS - 1))
    _meadow(canvas)
    _river(canvas)
    for x, y, size in ((0.87, 0.60, 0.16), (0.955, 0.615, 0.20), (0.10, 0.615, 0.13)):
        _tree(canvas, (x, y), size)
    _cottage(canvas, (0.29, 0.545), 0.055)


def _sky(canvas: Canvas) -> None:
    canvas.lay(blend([(0.0, (0.22, 0.46, 0.78)), (0.2, (0.55, 0.74, 0.92)), (0.36, (0.97, 0.92, 0.80))], canvas.y))
    billow = canvas.noise(5, 6, stretch=1.9)
    cloud = smooth(0.50, 0.66, billow) * smooth(0.34, 0.12, canvas.y)
    below = canvas.shifted(billow, 0.012, -0.018)
    light = smooth(-0.10, 0.10, billow - below)
    canvas.lay(blend([(0, (0.62, 0.68, 0.80)), (1, (1.0, 0.98, 0.92))], light), cloud * 0.95)


def _peaks(canvas: Canvas) -> None:
    x = canvas.x
    rough = canvas.noise(9, 6)
    ridge = 0.30 - 0.16 * np.exp(-(((x - 0.36) / 0.13) ** 2)) - 0.11 * np.exp(-(((x - 0.62) / 0.10) ** 2))
    ridge = ridge - 0.06 * np.exp(-(((x - 0.12) / 0.12) ** 2)) + 0.09 * (rough - 0.5)
    mask = smooth(0, 0.003, canvas.y - ridge)
    folds = canvas.noise(14, 5)
    lit = smooth(-0.06, 0.06, canvas.shifted(folds, -0.010, -0.004) - folds)
    rock = blend([(0, (0.42, 0.49, 0.66)), (1, (0.74, 0.76, 0.83))], lit)
    canvas.lay(rock, mask)
    snow = smooth(0.10, 0.03, canvas.y - ridge + 0.12 * (folds - 0.5)) * smooth(0.27, 0.20, canvas.y)
    canvas.lay(blend([(0, (0.72, 0.79, 0.92)), (1, (1.0, 0.99, 0.97))], lit), mask * snow)
    canvas.lay((0.80, 0.86, 0.92), mask * smooth(0.20, 0.36, canvas.y) * 0.75)


def _hills(canvas: Canvas, nearness: float) -> None:
    base = 0.285 + 0.27 * nearness**1.25
    phase = canvas.random.uniform(0, 6.28, 3)
    x = canvas.x * (1.6 - 0.7 * nearness)
    waves = np.sin(x * 7 + phase[0]) + 0.6 * np.sin(x * 13 + phase[1]) + 0.3 * np.sin(x * 29 + phase[2])
    open_valley = np.exp(-(((canvas.x - 0.52) / 0.16) ** 2))
    treeline = 0.010 * (0.3 + nearness) * (canvas.noise(60 - 25 * nearness, 3) - 0.5)
    ridge = base - 0.028 * waves * (0.5 + nearness * 0.6) + 0.035 * open_valley * nearness + treeline
    depth = canvas.y - ridge
    canvas.lay(_slope(canvas, nearness, depth), smooth(0, 0.0025, depth))


def _slope(canvas: Canvas, nearness: float, depth: Field) -> Field:
    dabs = canvas.noise(44 - 20 * nearness, 4, stretch=1.6)
    lit = smooth(-0.12, 0.12, canvas.shifted(dabs, -0.005, -0.005) - dabs)
    patches = smooth(0.45, 0.62, canvas.noise(7, 3, stretch=2.5))
    wood = tint(DEEP, 0.55 + 0.65 * lit)
    field = tint((0.62, 0.62, 0.22), 0.82 + 0.28 * lit)
    green = wood + (field - wood) * patches[..., None]
    air = np.float32(0.92 * (1 - nearness) ** 0.8)
    mist = np.clip(air + 0.35 * smooth(0.015, 0.10, depth) * (1 - nearness), 0, 1)[..., None]
    return np.asarray(green * (1 - mist) + np.asarray(PALE, np.float32) * mist, np.float32)


def _river(canvas: Canvas) -> None:
    t = np.linspace(0, 1, 60)
    middle = 0.53 + 0.16 * np.sin(t * 6.0 + 0.4) * (0.12 + t) * 0.8 - 0.06 * t
    y = 0.475 + 0.30 * t**1.3
    half = 0.0025 + 0.075 * t**1.7
    left = list(zip(middle - half, y, strict=True))
    right = list(zip(middle + half, y, strict=True))
    bed = canvas.polygon([*left, *right[::-1]], soft=0.0015)
    ripple = canvas.noise(26, 4, stretch=6)
    water = blend([(0.25, (0.28, 0.50, 0.68)), (0.5, (0.58, 0.76, 0.88)), (0.8, (0.95, 0.95, 0.88))], ripple)
    canvas.lay((0.44, 0.42, 0.26), canvas.blur(bed, 0.005))
    canvas.lay(water, bed)


def _meadow(canvas: Canvas) -> None:
    edge = 0.635 - 0.10 * smooth(0.62, 1.0, canvas.x) - 0.075 * smooth(0.36, 0.0, canvas.x)
    edge = edge + 0.06 * np.exp(-(((canvas.x - 0.47) / 0.13) ** 2)) + 0.012 * (canvas.noise(50, 3) - 0.5)
    mask = smooth(0, 0.008, canvas.y - edge)
    blades = canvas.noise(90, 4, stretch=0.35)
    grass = blend([(0.2, (0.12, 0.28, 0.10)), (0.5, (0.36, 0.52, 0.14)), (0.85, (0.74, 0.78, 0.30))], blades)
    canvas.lay(grass, mask)
    for _ in range(320):
        x, y = float(canvas.random.uniform(0, 1)), float(canvas.random.uniform(0.55, 0.75))
        row, column = min(int(y * canvas.width_px), canvas.height_px - 1), int(x * canvas.width_px) % canvas.width_px
        if mask[row, column] > 0.9:
            _flower(canvas, (x, y), 0.0014 + 0.022 * (y - 0.54))


def _flower(canvas: Canvas, place: Point, size: float) -> None:
    colours: tuple[Rgb, ...] = ((0.93, 0.22, 0.18), (0.98, 0.84, 0.25), (0.96, 0.94, 0.90), (0.55, 0.36, 0.75))
    colour = colours[int(canvas.random.integers(len(colours)))]
    outline = [(place[0] + size * np.cos(a), place[1] + 0.75 * size * np.sin(a)) for a in np.linspace(0, 6.28, 9)]
    canvas.fill(colour, outline)


def _tree(canvas: Canvas, foot: Point, size: float) -> None:
    x, y = foot
    canvas.lay(
        (0.24, 0.17, 0.12),
        canvas.polygon(
            [
                (x - 0.05 * size, y),
                (x - 0.02 * size, y - 0.6 * size),
                (x + 0.02 * size, y - 0.6 * size),
                (x + 0.06 * size, y),
            ]
        ),
    )
    for step in range(5):
        for _ in range(70 - 8 * step):
            angle, radius = canvas.random.uniform(0, 6.28), np.sqrt(canvas.random.random()) * (1 - 0.12 * step)
            dx, dy = 0.34 * radius * np.cos(angle) - 0.03 * step, 0.44 * radius * np.sin(angle) - 0.04 * step
            shade = 0.35 + 0.2 * step + canvas.random.uniform(-0.1, 0.1)
            colour = (0.34 * shade + 0.03 * step, 0.50 * shade, 0.16 * shade)
            leaf = (x + dx * size, y - (0.78 - dy) * size)
            turns = np.linspace(0, 6.28, 9)
            outline = [(leaf[0] + 0.06 * size * np.cos(a), leaf[1] + 0.04 * size * np.sin(a)) for a in turns]
            canvas.fill(colour, outline)


def _cottage(canvas: Canvas, foot: Point, size: float) -> None:
    x, y = foot
    wall = [(x - size, y), (x - size, y - 0.6 * size), (x + 0.5 * size, y - 0.6 * size), (x + 0.5 * size, y)]
    canvas.fill((0.95, 0.90, 0.78), wall)
    gable = [
        (x + 0.5 * size, y),
        (x + 0.5 * size, y - 0.6 * size),
        (x + 0.8 * size, y - 1.05 * size),
        (x + 1.1 * size, y - 0.6 * size),
        (x + 1.1 * size, y),
    ]
    canvas.fill((0.74, 0.68, 0.62), gable)
    roof = [
        (x - 1.1 * size, y - 0.56 * size),
        (x - 0.8 * size, y - 1.08 * size),
        (x + 0.82 * size, y - 1.08 * size),
        (x + 0.48 * size, y - 0.56 * size),
    ]
    canvas.fill((0.74, 0.27, 0.18), roof)
    canvas.fill(
        (0.60, 0.40, 0.34),
        [
            (x - 0.4 * size, y - size),
            (x - 0.4 * size, y - 1.35 * size),
            (x - 0.2 * size, y - 1.35 * size),
            (x - 0.2 * size, y - size),
        ],
    )
    for left in (-0.75, -0.05):
        window = [
            (x + left * size, y - 0.42 * size),
            (x + (left + 0.22) * size, y - 0.42 * size),
            (x + (left + 0.22) * size, y - 0.16 * size),
            (x + left * size, y - 0.16 * size),
        ]
        canvas.fill((0.24, 0.26, 0.34), window)
    canvas.fill(
        (0.38, 0.24, 0.16),
        [
            (x - 0.38 * size, y),
            (x - 0.38 * size, y - 0.42 * size),
            (x - 0.18 * size, y - 0.42 * size),
            (x - 0.18 * size, y),
        ],
    )
