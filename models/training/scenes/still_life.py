"""A still life: fruit and a jug on folded cloth, light from the left."""

from __future__ import annotations

import numpy as np

from models.training.scenes.canvas import Canvas, Field, Point, Rgb, blend, smooth, tint

GROUND = 0.45
ORANGE: Rgb = (0.95, 0.52, 0.10)
APPLE: Rgb = (0.80, 0.13, 0.10)
PEAR: Rgb = (0.78, 0.74, 0.22)
PLUM: Rgb = (0.36, 0.16, 0.36)


def draw(canvas: Canvas) -> None:
    """Paint the scene, from the wall to the nearest fruit."""
    _wall(canvas)
    _cloth(canvas)
    _jug(canvas, 0.36)
    _pear(canvas, (0.80, 0.455), 0.088)
    _fruit(canvas, (0.655, 0.485), 0.088, ORANGE)
    _fruit(canvas, (0.525, 0.535), 0.084, APPLE, stalk=True)
    _fruit(canvas, (0.765, 0.585), 0.092, APPLE, stalk=True)
    for x, y in ((0.195, 0.585), (0.268, 0.608), (0.232, 0.545), (0.315, 0.575), (0.345, 0.63)):
        _fruit(canvas, (x, y), 0.042, PLUM)
    _fruit(canvas, (0.60, 0.635), 0.068, (0.96, 0.80, 0.16), squash=0.82)


def _wall(canvas: Canvas) -> None:
    strokes = 0.35 * canvas.noise(7, 3, stretch=0.7) + 0.65 * canvas.noise(34, 3, stretch=0.5)
    plaster = blend([(0.2, (0.10, 0.24, 0.28)), (0.5, (0.19, 0.38, 0.40)), (0.8, (0.34, 0.50, 0.46))], strokes)
    light = 0.45 + 0.95 * np.exp(-(canvas.distance((0.34, 0.16), (0.62, 0.42)) ** 2))
    canvas.lay(plaster * light[..., None])


def _cloth(canvas: Canvas) -> None:
    x, y = canvas.x, canvas.y
    edge = GROUND - 0.03 + 0.022 * np.sin(x * 8 + 0.6) + 0.014 * np.sin(x * 19)
    wander = canvas.noise(4, 3)
    bend = (x - 0.5) / (0.45 + 1.3 * np.maximum(y - 0.3, 0)) + 0.5 * wander
    folds = np.sin(bend * 21) + 0.5 * np.sin(bend * 47 + 2)
    light = 0.80 + 0.17 * folds * smooth(0.42, 0.66, y) + 0.12 * (0.5 - x)
    weave = 0.95 + 0.10 * canvas.noise(120, 2)
    linen = blend([(0.45, (0.74, 0.68, 0.60)), (1.0, (0.98, 0.93, 0.82))], light)
    mask = smooth(0, 0.004, y - edge)
    canvas.lay((0.04, 0.08, 0.10), smooth(-0.05, 0.0, y - edge) * 0.6)
    canvas.lay(linen * (weave * light)[..., None] * 1.08, mask)
    stripe = smooth(0.012, 0.006, np.abs(y - edge - 0.235 + 0.012 * folds)) + smooth(
        0.005, 0.002, np.abs(y - edge - 0.262 + 0.012 * folds)
    )
    canvas.lay(tint((0.20, 0.30, 0.58), light * 1.1), np.clip(stripe, 0, 1) * mask * 0.85)


def _shadow(canvas: Canvas, foot: Point, radius: float) -> None:
    centre = (foot[0] + 0.75 * radius, foot[1])
    fall = np.exp(-(canvas.distance(centre, (1.45 * radius, 0.34 * radius), 0.06) ** 2) * 1.2)
    canvas.lay((0.17, 0.13, 0.22), fall * 0.75)


def _fruit(
    canvas: Canvas, centre: Point, radius: float, colour: Rgb, *, squash: float = 0.95, stalk: bool = False
) -> None:
    _shadow(canvas, (centre[0], centre[1] + 0.84 * radius * squash), radius)
    _ball(canvas, centre, (radius, radius * squash), colour)
    if stalk:
        top = (centre[0] + 0.05 * radius, centre[1] - 0.80 * radius * squash)
        dimple = np.exp(-(canvas.distance(top, (0.36 * radius, 0.13 * radius)) ** 2))
        canvas.lay((0.26, 0.12, 0.05), dimple * 0.75)
        canvas.lay(
            (0.24, 0.14, 0.07), canvas.line([top, (top[0] + 0.10 * radius, top[1] - 0.46 * radius)], 0.07 * radius)
        )


def _ball(canvas: Canvas, centre: Point, radii: Point, colour: Rgb) -> None:
    """A lit ball (Phong 1975), mottled, with a little of the cloth's light thrown back from below."""
    nx, ny = (canvas.x - centre[0]) / radii[0], (canvas.y - centre[1]) / radii[1]
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    mottle = 0.86 + 0.28 * canvas.noise(1.6 / radii[0], 4)
    diffuse = np.clip(-0.55 * nx - 0.58 * ny + 0.60 * nz, 0, 1)
    bounce = 0.22 * np.clip(ny, 0, 1) * nz
    body = tint(colour, (0.20 + 0.92 * diffuse) * mottle) + tint((0.85, 0.75, 0.6), bounce)
    warm = body + tint((0.16, 0.11, 0.02), diffuse**2)
    mask = canvas.ellipse(centre, radii, 1.5 / (radii[0] * canvas.width_px))
    canvas.lay(warm, mask)
    shine = np.clip(-0.42 * nx - 0.48 * ny + 0.77 * nz, 0, 1) ** 48
    canvas.shine((0.75, 0.72, 0.66), shine * mask)


def _pear(canvas: Canvas, centre: Point, radius: float) -> None:
    _shadow(canvas, (centre[0], centre[1] + 0.85 * radius), radius)
    places = [0, 0.03, 0.12, 0.30, 0.45, 0.62, 0.78, 0.90, 0.97, 1.0]
    widths = [0.06, 0.24, 0.36, 0.46, 0.66, 0.94, 1.00, 0.84, 0.58, 0.40]
    width = radius * _rounded(np.linspace(0, 1, 120), places, widths)
    _turned(canvas, (centre[0], centre[1] - 1.65 * radius), 2.6 * radius, width, colour=PEAR)
    top = (centre[0], centre[1] - 1.60 * radius)
    canvas.lay((0.28, 0.17, 0.09), canvas.line([top, (top[0] + 0.16 * radius, top[1] - 0.40 * radius)], 0.006))


def _turned(canvas: Canvas, place: Point, height: float, half: Field, *, colour: Rgb, gloss: float = 0.5) -> Field:
    """A body turned on a wheel: half its width from its top (`place`) down, lit from the left. Returns its mask."""
    x, top = place
    t = np.linspace(0, 1, len(half))
    ys = top + height * t
    outline = [*zip(x - half, ys, strict=True), *zip((x + half)[::-1], ys[::-1], strict=True)]
    at = np.interp(canvas.y, ys, half)
    across = np.clip((canvas.x - x) / np.maximum(at, 1e-4), -1, 1)
    slope = np.interp(canvas.y, ys, np.gradient(half, ys))
    nz = np.sqrt(1 - across**2)
    light = np.clip(-0.62 * across + 0.66 * nz + 0.30 * slope, 0, 1.2)
    mottle = 0.88 + 0.24 * canvas.noise(16, 5)
    mask = canvas.polygon([(float(a), float(b)) for a, b in outline], soft=0.001)
    edge_light = 0.12 * smooth(0.75, 1.0, across)
    canvas.lay(tint(colour, (0.20 + 0.90 * light) * mottle) + tint((0.7, 0.6, 0.5), edge_light), mask)
    canvas.shine((0.8, 0.78, 0.72), gloss * np.exp(-(((across + 0.46) / 0.10) ** 2)) * mask * smooth(0.3, 0.9, light))
    return mask


def _jug(canvas: Canvas, x: float) -> None:
    top, height = 0.115, 0.425
    _shadow(canvas, (x + 0.05, top + height - 0.012), 0.15)
    places = [0, 0.05, 0.20, 0.36, 0.55, 0.75, 0.92, 1.0]
    widths = [0.066, 0.055, 0.046, 0.070, 0.122, 0.128, 0.086, 0.076]
    t = np.linspace(0, 1, 120)
    half = _rounded(t, places, widths)
    grip = [(x + 0.045, 0.165), (x + 0.125, 0.155), (x + 0.165, 0.215), (x + 0.150, 0.285), (x + 0.100, 0.335)]
    curve = _through(grip)
    canvas.lay((0.10, 0.17, 0.32), canvas.line(curve, 0.027))
    canvas.lay((0.30, 0.46, 0.66), canvas.line([(a - 0.003, b - 0.004) for a, b in curve], 0.010, soft=0.002))
    mask = _turned(canvas, (x, top), height, half, colour=(0.24, 0.42, 0.66), gloss=0.7)
    _glaze(canvas, mask, x, top, height)
    lip = canvas.ellipse((x, top), (0.066, 0.016), 0.05)
    canvas.lay((0.52, 0.66, 0.78), lip)
    canvas.lay((0.05, 0.09, 0.16), canvas.ellipse((x + 0.002, top + 0.002), (0.056, 0.011), 0.08))


def _glaze(canvas: Canvas, mask: Field, x: float, top: float, height: float) -> None:
    """Two pale bands and a row of dots, following the roundness."""
    round_y = canvas.y + 0.10 * (canvas.x - x) ** 2 * 8
    for at in (0.40, 0.80):
        band = smooth(0.008, 0.004, np.abs(round_y - (top + at * height)))
        canvas.lay((0.90, 0.86, 0.72), band * mask * 0.7)
    for angle in np.linspace(-1.2, 1.2, 7):
        place = (x + 0.124 * np.sin(angle), top + 0.61 * height - 0.010 * np.sin(angle) ** 2)
        dot = canvas.ellipse(place, (0.017 * np.cos(angle), 0.019), 0.12)
        canvas.lay((0.92, 0.70, 0.30), dot * mask * 0.8)


def _rounded(t: Field, places: list[float], values: list[float]) -> Field:
    steps = np.interp(t, places, values)
    padded = np.pad(steps, 6, mode="edge")
    return np.convolve(padded, np.ones(13) / 13, mode="valid").astype(np.float32)


def _through(points: list[Point]) -> list[Point]:
    """A smooth line through points (quadratic in each coordinate, fitted)."""
    t = np.linspace(0, 1, len(points))
    fine = np.linspace(0, 1, 40)
    x, y = np.polyfit(t, [p[0] for p in points], 3), np.polyfit(t, [p[1] for p in points], 3)
    return list(zip(np.polyval(x, fine).tolist(), np.polyval(y, fine).tolist(), strict=True))
