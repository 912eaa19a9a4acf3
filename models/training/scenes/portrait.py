"""A portrait of nobody: an oval face seen from the front, a straw hat, a dark coat."""

from __future__ import annotations

import numpy as np

from models.training.scenes.canvas import Canvas, Field, Rgb, blend, smooth, tint

CENTRE = (0.50, 0.345)
FACE = (0.118, 0.165)
SKIN: Rgb = (0.93, 0.68, 0.52)
HAIR: Rgb = (0.36, 0.17, 0.09)
COAT: Rgb = (0.13, 0.20, 0.40)


def draw(canvas: Canvas) -> None:
    """Paint the scene, from the wall behind to the brim of the hat."""
    _wall(canvas)
    _hair_behind(canvas)
    _coat(canvas)
    _face(canvas)
    for side in (-1, 1):
        _eye(canvas, CENTRE[0] + side * 0.047, CENTRE[1] - 0.012, side)
    _nose_and_mouth(canvas)
    _hair_before(canvas)
    _hat(canvas)


def _wall(canvas: Canvas) -> None:
    dx, dy = canvas.x - CENTRE[0], canvas.y - CENTRE[1]
    around = canvas.shifted(0.4 * canvas.noise(8, 3) + 0.6 * canvas.noise(38, 3, stretch=0.45), -0.25 * dy, 0.25 * dx)
    wall = blend([(0.2, (0.10, 0.30, 0.32)), (0.5, (0.20, 0.48, 0.46)), (0.8, (0.50, 0.66, 0.50))], around)
    halo = 0.62 + 0.55 * np.exp(-(canvas.distance((0.40, 0.26), (0.42, 0.38)) ** 2))
    canvas.lay(wall * halo[..., None])


def _coat(canvas: Canvas) -> None:
    t = np.linspace(0, 1, 30)
    slope = 0.552 + 0.05 * t + 0.03 * t**3 + 0.13 * t**9
    left = list(zip((0.43 - 0.35 * t**0.9).tolist(), slope.tolist(), strict=True))
    right = [(1 - x, y) for x, y in left]
    body = canvas.polygon([*left[::-1], *right, (0.94, 0.76), (0.06, 0.76)], soft=0.002)
    cloth = 0.62 + 0.75 * canvas.noise(26, 4, stretch=0.5)
    light = 1.25 - 0.95 * smooth(0.15, 0.85, canvas.x)
    canvas.lay(tint(COAT, cloth * light), body)
    neck = [(0.438, 0.44), (0.562, 0.44), (0.575, 0.60), (0.50, 0.655), (0.425, 0.60)]
    shade = 0.86 - 0.35 * smooth(0.47, 0.57, canvas.x) - 0.28 * smooth(0.55, 0.49, canvas.y)
    canvas.lay(tint(SKIN, shade), canvas.polygon(neck, soft=0.003))
    for side in (-1, 1):
        flip = [
            (0.5 + side * dx, y)
            for dx, y in ((0.070, 0.555), (0.005, 0.665), (0.030, 0.725), (0.150, 0.610), (0.105, 0.560))
        ]
        paper = (0.95, 0.93, 0.86) if side < 0 else (0.72, 0.72, 0.76)
        canvas.lay(tint(paper, 0.85 + 0.3 * canvas.noise(30, 3)), canvas.polygon(flip, soft=0.0015))
    scarf = canvas.polygon(
        [(0.463, 0.650), (0.5, 0.636), (0.537, 0.650), (0.522, 0.685), (0.545, 0.76), (0.455, 0.76), (0.478, 0.685)],
        soft=0.0015,
    )
    canvas.lay(tint((0.90, 0.55, 0.16), 1.15 - 0.5 * smooth(0.46, 0.55, canvas.x)), scarf)


def _face(canvas: Canvas) -> None:
    for side in (-1, 1):
        ear = canvas.ellipse((CENTRE[0] + side * 0.117, CENTRE[1] + 0.01), (0.018, 0.036), 0.08)
        canvas.lay(tint(SKIN, np.full_like(canvas.x, 0.85 - 0.14 * side)), ear)
    nx, ny = (canvas.x - CENTRE[0]) / FACE[0], (canvas.y - CENTRE[1]) / FACE[1]
    narrowed = nx * (1 + 0.20 * smooth(0.1, 1.0, ny))
    inside = smooth(1.015, 0.985, np.hypot(narrowed, ny))
    nz = np.sqrt(np.clip(1 - narrowed**2 - ny**2, 0, 1))
    light = np.clip(-0.50 * narrowed - 0.28 * ny + 0.72 * nz, 0, 1)
    strokes = 0.94 + 0.12 * canvas.noise(24, 4, stretch=0.6)
    flesh = blend([(0.0, (0.42, 0.24, 0.26)), (0.45, (0.78, 0.50, 0.38)), (0.8, SKIN), (1.0, (1.0, 0.84, 0.70))], light)
    canvas.lay(flesh * strokes[..., None], inside)
    for side in (-1, 1):
        _touch(canvas, (0.90, 0.40, 0.34), (side * 0.060, 0.048), (0.034, 0.026), 0.45)
        _touch(canvas, (0.55, 0.33, 0.32), (side * 0.047, -0.022), (0.036, 0.020), 0.55)
    _touch(canvas, (0.45, 0.28, 0.28), (0.0, 0.152), (0.055, 0.014), 0.35)


def _touch(
    canvas: Canvas, colour: Rgb, offset: tuple[float, float], radii: tuple[float, float], strength: float
) -> None:
    """A soft touch of colour at an offset from the middle of the face."""
    centre = (CENTRE[0] + offset[0], CENTRE[1] + offset[1])
    canvas.lay(colour, np.exp(-(canvas.distance(centre, radii) ** 2)) * strength)


def _eye(canvas: Canvas, x: float, y: float, side: int) -> None:
    t = np.linspace(0, np.pi, 24)
    upper = [(x - 0.026 * np.cos(a), y - 0.0135 * np.sin(a) ** 0.8) for a in t]
    lower = [(x + 0.026 * np.cos(a), y + 0.0095 * np.sin(a)) for a in t]
    opening = canvas.polygon([*upper, *lower], soft=0.0008)
    canvas.lay(blend([(y - 0.012, (0.62, 0.60, 0.60)), (y, (0.95, 0.93, 0.89))], canvas.y), opening)
    iris = canvas.ellipse((x + 0.001, y - 0.001), (0.0118, 0.0118), 0.08) * opening
    canvas.lay(blend([(y - 0.01, (0.10, 0.20, 0.22)), (y + 0.01, (0.36, 0.58, 0.52))], canvas.y), iris)
    canvas.lay((0.03, 0.03, 0.04), canvas.ellipse((x + 0.001, y - 0.001), (0.0055, 0.0055), 0.12) * opening)
    canvas.lay((1.0, 1.0, 1.0), canvas.ellipse((x - 0.0035, y - 0.0055), (0.0026, 0.0026), 0.2))
    canvas.lay((0.20, 0.09, 0.07), canvas.line(upper, 0.0038, soft=0.0006))
    canvas.lay((0.56, 0.32, 0.26), canvas.line([(a, b - 0.010) for a, b in upper[4:-4]], 0.002, soft=0.001) * 0.7)
    brow = [
        (x + side * u, y - 0.036 - 0.008 * np.sin(np.pi * (u + 0.03) / 0.07)) for u in np.linspace(-0.03, 0.036, 14)
    ]
    canvas.lay(HAIR, canvas.line(brow, 0.0085, soft=0.0015))


def _nose_and_mouth(canvas: Canvas) -> None:
    x, y = CENTRE
    ridge = [(x + 0.006, y - 0.035), (x + 0.012, y + 0.02), (x + 0.022, y + 0.055), (x + 0.008, y + 0.066)]
    canvas.lay((0.52, 0.27, 0.24), canvas.line(ridge, 0.007, soft=0.004) * 0.65)
    _touch(canvas, (1.0, 0.88, 0.76), (-0.006, 0.020), (0.007, 0.042), 0.6)
    _touch(canvas, (1.0, 0.90, 0.80), (-0.005, 0.051), (0.009, 0.008), 0.7)
    for side in (-1, 1):
        _touch(canvas, (0.36, 0.14, 0.13), (side * 0.012, 0.0655), (0.0065, 0.0032), 0.85)
    u = np.linspace(-1, 1, 30)
    smile = y + 0.100 - 0.006 * u**2
    top = smile - 0.0115 * (1 - u**2) + 0.0045 * np.exp(-((u / 0.16) ** 2))
    bottom = smile + 0.0150 * (1 - u**2)
    xs = x + 0.040 * u
    canvas.lay((0.66, 0.20, 0.20), canvas.polygon(_band(xs, top, smile), soft=0.0012))
    canvas.lay((0.82, 0.34, 0.31), canvas.polygon(_band(xs, smile, bottom), soft=0.0015))
    canvas.lay((0.32, 0.08, 0.10), canvas.line(list(zip(xs.tolist(), smile.tolist(), strict=True)), 0.003, soft=0.0006))
    _touch(canvas, (1.0, 0.72, 0.66), (-0.006, 0.1075), (0.013, 0.0035), 0.6)
    _touch(canvas, (0.48, 0.26, 0.24), (0.0, 0.124), (0.026, 0.006), 0.5)


def _band(x: Field, top: Field, bottom: Field) -> list[tuple[float, float]]:
    return [*zip(x.tolist(), top.tolist(), strict=True), *zip(x[::-1].tolist(), bottom[::-1].tolist(), strict=True)]


def _locks(canvas: Canvas) -> Field:
    """Light and dark along the hair, for both layers of it."""
    return 0.55 + 1.0 * canvas.noise(46, 4, stretch=0.16)


def _hair_behind(canvas: Canvas) -> None:
    head = canvas.ellipse((CENTRE[0], CENTRE[1] + 0.015), (0.158, 0.205), 0.03)
    fall = canvas.polygon(
        [(0.345, 0.33), (0.325, 0.52), (0.36, 0.585), (0.64, 0.585), (0.675, 0.52), (0.655, 0.33)], soft=0.005
    )
    canvas.lay(tint(HAIR, _locks(canvas) * (1.2 - 0.6 * smooth(0.38, 0.62, canvas.x))), np.maximum(head, fall))


def _hair_before(canvas: Canvas) -> None:
    locks = _locks(canvas)
    for side in (-1, 1):
        u = np.linspace(0, 1, 20)
        inner = [(0.5 + side * (0.030 + 0.078 * np.sin(1.5 * a)), 0.215 + 0.20 * a) for a in u]
        outer = [(0.5 + side * (0.135 + 0.012 * np.sin(3 * a)), 0.215 + 0.24 * a) for a in u]
        strand = canvas.polygon([*inner, *outer[::-1], (0.5, 0.18)], soft=0.002)
        canvas.lay(tint(HAIR, locks * (1.05 - 0.25 * side)), strand)


def _hat(canvas: Canvas) -> None:
    straw = 0.72 + 0.55 * canvas.noise(80, 2, stretch=6)
    light = 1.12 - 0.55 * smooth(0.30, 0.75, canvas.x)
    under = canvas.ellipse((0.5, 0.222), (0.262, 0.050), 0.02)
    canvas.lay((0.30, 0.17, 0.10), np.exp(-(canvas.distance((0.5, 0.268), (0.15, 0.026)) ** 2)) * 0.65)
    canvas.lay(tint((0.62, 0.46, 0.18), straw * light), under)
    brim = canvas.ellipse((0.5, 0.210), (0.266, 0.046), 0.02)
    canvas.lay(tint((0.95, 0.78, 0.36), straw * light), brim)
    u = np.linspace(0, np.pi, 40)
    dome = [(0.5 - 0.128 * np.cos(a), 0.212 - 0.150 * np.sin(a) ** 0.55) for a in u]
    base = [(0.5 + 0.128 * np.cos(a), 0.212 + 0.022 * np.sin(a)) for a in u]
    crown = canvas.polygon([*dome, *base], soft=0.0015)
    roundness = 1.22 - 0.75 * smooth(0.42, 0.64, canvas.x)
    canvas.lay(tint((0.97, 0.80, 0.38), straw * roundness), crown)
    ribbon_y = canvas.y - 0.022 * np.sqrt(np.clip(1 - ((canvas.x - 0.5) / 0.128) ** 2, 0, 1))
    ribbon = smooth(0.158, 0.162, ribbon_y) * smooth(0.206, 0.202, ribbon_y) * crown
    canvas.lay(tint((0.16, 0.26, 0.42), roundness), ribbon)
