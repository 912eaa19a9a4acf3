"""A city street at dusk: dark fronts, lit windows, lamps mirrored in wet paving."""

from __future__ import annotations

import cv2
import numpy as np

from models.training.scenes.canvas import Canvas, Field, Point, Rgb, blend, smooth, tint

VANISHING: Point = (0.53, 0.43)
LAMP: Rgb = (1.0, 0.74, 0.34)
STOREYS = 5
CELL_PX = 56


def draw(canvas: Canvas) -> None:
    """Paint the scene, from the sky to the people under umbrellas."""
    _sky(canvas)
    _far_end(canvas)
    _side(canvas, -1)
    _side(canvas, 1)
    _paving(canvas)
    for depth in (0.16, 0.26, 0.42, 0.72):
        _lamp(canvas, -1, depth)
        _lamp(canvas, 1, depth * 1.12)
    for x, y, size, colour in (
        (0.575, 0.50, 0.055, (0.55, 0.14, 0.16)),
        (0.47, 0.525, 0.075, (0.16, 0.22, 0.36)),
        (0.66, 0.60, 0.13, (0.72, 0.20, 0.16)),
        (0.36, 0.645, 0.16, (0.13, 0.17, 0.26)),
    ):
        _walker(canvas, (x, y), size, colour)


def _sky(canvas: Canvas) -> None:
    stops = [
        (0.0, (0.07, 0.10, 0.27)),
        (0.2, (0.22, 0.22, 0.46)),
        (0.35, (0.66, 0.40, 0.48)),
        (0.45, (0.98, 0.66, 0.42)),
    ]
    canvas.lay(blend(stops, canvas.y + 0.05 * (canvas.noise(4) - 0.5)))
    clouds = smooth(0.46, 0.72, canvas.noise(5, 6, stretch=2.4))
    canvas.lay(blend([(0.0, (0.25, 0.25, 0.46)), (0.3, (0.80, 0.46, 0.50))], canvas.y), clouds * 0.7)
    canvas.shine((0.5, 0.5, 0.42), canvas.glow((0.585, 0.095), 0.05) * 0.5)
    canvas.lay((0.98, 0.95, 0.84), canvas.ellipse((0.585, 0.095), (0.020, 0.020), 0.08))


def _far_end(canvas: Canvas) -> None:
    for i in range(9):
        x = 0.43 + 0.022 * i
        top = float(canvas.random.uniform(0.33, 0.385)) - (0.06 if i == 4 else 0)
        canvas.fill((0.30, 0.24, 0.38), [(x, top), (x + 0.023, top), (x + 0.023, 0.45), (x, 0.45)])
        if i == 4:
            canvas.fill((0.24, 0.20, 0.34), [(x - 0.002, top), (x + 0.0115, top - 0.07), (x + 0.025, top)])
        canvas.fill(
            (1.0, 0.80, 0.45),
            [(x + 0.006, top + 0.02), (x + 0.012, top + 0.02), (x + 0.012, top + 0.03), (x + 0.006, top + 0.03)],
        )
    canvas.shine((0.55, 0.30, 0.12), canvas.glow((VANISHING[0], 0.43), 0.10) * 0.7)


def _front(canvas: Canvas, bays: int, wall: Rgb) -> Field:
    """One house seen straight on: storeys of windows, some lit, above a shop. H x W x 3."""
    front = np.empty((STOREYS * CELL_PX, bays * CELL_PX, 3), np.float32)
    front[:] = wall
    rough = canvas.random.normal(1, 0.10, (front.shape[0] // 4, front.shape[1] // 4)).astype(np.float32)
    front *= cv2.resize(rough, (front.shape[1], front.shape[0]), interpolation=cv2.INTER_CUBIC)[..., None]
    for storey in range(STOREYS - 1):
        front[storey * CELL_PX : storey * CELL_PX + 4] *= 1.45
        for bay in range(bays):
            _window(
                canvas,
                front[
                    storey * CELL_PX + 12 : (storey + 1) * CELL_PX - 7, bay * CELL_PX + 14 : (bay + 1) * CELL_PX - 14
                ],
            )
    _shop(canvas, front[(STOREYS - 1) * CELL_PX :], bays)
    front[:7] = np.asarray(wall, np.float32) * 0.5
    return front


def _window(canvas: Canvas, pane: Field) -> None:
    """Light or darken a view of a front, in place."""
    glow = np.linspace(0.75, 1.1, pane.shape[0], dtype=np.float32)[:, None, None]
    warm = ((1.0, 0.78, 0.36), (1.0, 0.66, 0.28), (0.98, 0.88, 0.60))[int(canvas.random.integers(3))]
    lit = canvas.random.random() < 0.45
    pane[:] = glow * np.asarray(warm if lit else (0.13, 0.17, 0.29), np.float32)
    frame = np.float32(0.30 if lit else 0.6)
    pane[:, pane.shape[1] // 2 - 1 : pane.shape[1] // 2 + 1] *= frame
    pane[pane.shape[0] // 3 : pane.shape[0] // 3 + 2] *= frame
    if lit and canvas.random.random() < 0.5:
        pane[:, : pane.shape[1] // 4] *= np.array([0.8, 0.45, 0.35], np.float32)
        pane[:, -pane.shape[1] // 4 :] *= np.array([0.8, 0.45, 0.35], np.float32)
    pane[-3:] = (0.50, 0.44, 0.44)


def _shop(canvas: Canvas, front: Field, bays: int) -> None:
    awnings: tuple[Rgb, ...] = ((0.62, 0.15, 0.14), (0.14, 0.36, 0.34), (0.70, 0.50, 0.16), (0.24, 0.24, 0.46))
    front[12:, 6:-6] = (
        np.array([0.98, 0.74, 0.36], np.float32) * np.linspace(1.05, 0.6, CELL_PX - 12, dtype=np.float32)[:, None, None]
    )
    front[12:, 6:-6] *= canvas.random.choice([0.55, 0.8, 1.0], (1, bays * CELL_PX - 12, 1)).astype(np.float32)
    for column in range(6, bays * CELL_PX - 6, CELL_PX // 2):
        front[12:, column : column + 4] = (0.12, 0.10, 0.13)
    awning = np.asarray(awnings[int(canvas.random.integers(len(awnings)))], np.float32)
    stripes = (np.arange(bays * CELL_PX) // 9 % 2).astype(np.float32)[None, :, None]
    front[4:18] = awning * (1 - 0.45 * stripes) + 0.35 * stripes


def _side(canvas: Canvas, side: int) -> None:
    """The houses of one side, nearest last, each stood up in perspective."""
    walls: tuple[Rgb, ...] = (
        (0.30, 0.23, 0.30),
        (0.24, 0.25, 0.36),
        (0.36, 0.24, 0.25),
        (0.22, 0.22, 0.30),
        (0.33, 0.28, 0.32),
    )
    edges = (0.10, 0.14, 0.20, 0.29, 0.42, 0.62, 0.95, 1.6)
    for i in range(len(edges) - 1):
        far, near = edges[i], edges[i + 1]
        height = 0.56 + 0.20 * float(canvas.random.random())
        front = _front(canvas, 3 if i % 2 else 4, walls[(i + (side > 0) * 2) % len(walls)])
        corners = [_place(side, far, height), _place(side, near, height), _place(side, near, 0), _place(side, far, 0)]
        _stand(canvas, front, corners if side > 0 else [corners[1], corners[0], corners[3], corners[2]], far)


def _place(side: int, depth: float, height: float) -> Point:
    """Where a point of the street's wall is seen: depth is its nearness (0 at the vanishing point)."""
    return (VANISHING[0] + side * 0.42 * depth, VANISHING[1] + (0.24 - 0.95 * height) * depth)


def _stand(canvas: Canvas, front: Field, corners: list[Point], far: float) -> None:
    height, width = front.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.asarray(corners, np.float32) * canvas.width_px
    size = (canvas.width_px, canvas.height_px)
    transform = cv2.getPerspectiveTransform(flat, seen.astype(np.float32))
    shape = cv2.warpPerspective(np.ones((height, width), np.float32), transform, size, flags=cv2.INTER_AREA)
    picture = np.asarray(cv2.warpPerspective(front, transform, size, flags=cv2.INTER_AREA), np.float32)
    haze = np.float32(0.55 * np.exp(-far / 0.18))
    hazed = picture * (1 - haze) + np.asarray((0.62, 0.42, 0.44), np.float32) * haze
    canvas.lay(hazed, np.asarray(shape, np.float32))


def _paving(canvas: Canvas) -> None:
    """Wet stones: what stands above, mirrored at the foot of the walls and broken by ripples and joints."""
    dx, dy = canvas.x - VANISHING[0], np.maximum(canvas.y - VANISHING[1], 1e-4)
    foot = VANISHING[1] + 0.24 * np.abs(dx) / 0.42
    ground = smooth(0, 0.002, canvas.y - np.maximum(foot, VANISHING[1] + 0.004))
    ripple = (canvas.noise(34, 4, stretch=5) - 0.5) * (0.01 + 0.12 * dy)
    mirrored = canvas.shifted(canvas.picture, ripple, -2 * np.maximum(canvas.y - foot, 0) + ripple)
    stone = blend([(0.2, (0.09, 0.11, 0.19)), (0.8, (0.30, 0.27, 0.36))], canvas.noise(40, 4, stretch=3))
    wet = 0.42 + 0.40 * smooth(0.35, 0.65, canvas.noise(7, 4, stretch=3))
    canvas.lay(stone * (1 - wet)[..., None] + mirrored * wet[..., None], ground)
    rows = np.abs(np.mod(0.9 / dy, 1.0) - 0.5) * dy
    joints = smooth(0.016, 0.002, rows) * smooth(0.02, 0.10, dy)
    canvas.lay((0.05, 0.06, 0.11), joints * ground * 0.35)
    kerb = smooth(0.012, 0.005, np.abs(np.abs(dx) / dy - 1.22) * dy)
    canvas.lay((0.42, 0.36, 0.42), kerb * ground * 0.7)


def _lamp(canvas: Canvas, side: int, depth: float) -> None:
    x = VANISHING[0] + side * 0.31 * depth
    foot, top = VANISHING[1] + 0.25 * depth, VANISHING[1] - 0.17 * depth
    thick = 0.012 * depth + 0.001
    canvas.lay((0.05, 0.05, 0.08), canvas.line([(x, foot), (x, top)], thick))
    canvas.lay((0.05, 0.05, 0.08), canvas.ellipse((x, foot), (2.2 * thick, thick), 0.1))
    canvas.shine((0.75, 0.48, 0.18), canvas.glow((x, top), 0.13 * depth + 0.008) * 0.75)
    canvas.lay((1.0, 0.93, 0.72), canvas.ellipse((x, top), (0.020 * depth, 0.026 * depth), 0.1))
    canvas.lay(
        (0.05, 0.05, 0.08),
        canvas.polygon(
            [
                (x - 0.022 * depth, top - 0.024 * depth),
                (x, top - 0.045 * depth),
                (x + 0.022 * depth, top - 0.024 * depth),
            ]
        ),
    )
    below = np.exp(-(((canvas.x - x) / (0.022 * depth + 0.004)) ** 2)) * smooth(foot, foot + 0.02, canvas.y)
    fade = np.exp(-(((canvas.y - foot) / (0.30 * depth + 0.02)) ** 2))
    broken = smooth(0.35, 0.65, canvas.noise(40, 3, stretch=7))
    canvas.shine(LAMP, below * fade * broken * 0.55)


def _walker(canvas: Canvas, foot: Point, size: float, colour: Rgb) -> None:
    x, y = foot
    reflection = np.exp(-(((canvas.x - x) / (0.13 * size)) ** 2)) * smooth(y - 0.005, y + 0.01, canvas.y)
    canvas.lay((0.05, 0.05, 0.09), reflection * np.exp(-(((canvas.y - y) / (0.55 * size)) ** 2)) * 0.7)
    for step in (-1, 1):
        canvas.lay((0.05, 0.05, 0.08), canvas.line([(x, y - 0.35 * size), (x + step * 0.07 * size, y)], 0.06 * size))
    coat = [
        (x - 0.07 * size, y - 0.72 * size),
        (x + 0.07 * size, y - 0.72 * size),
        (x + 0.15 * size, y - 0.24 * size),
        (x - 0.15 * size, y - 0.24 * size),
    ]
    canvas.lay(
        tint(colour, 1.1 - 0.9 * smooth(x - 0.1 * size, x + 0.12 * size, canvas.x)), canvas.polygon(coat, soft=0.001)
    )
    canvas.lay((0.62, 0.42, 0.34), canvas.ellipse((x, y - 0.79 * size), (0.055 * size, 0.065 * size), 0.1))
    canvas.lay(
        (0.06, 0.06, 0.08),
        canvas.line([(x + 0.05 * size, y - 0.55 * size), (x + 0.05 * size, y - 1.08 * size)], 0.014 * size),
    )
    t = np.linspace(0, np.pi, 30)
    dome = [(x + 0.05 * size - 0.34 * size * np.cos(a), y - 0.90 * size - 0.24 * size * np.sin(a)) for a in t]
    scallop = [
        (x + 0.05 * size + 0.34 * size * (1 - 2 * u), y - (0.90 + 0.05 * abs(np.sin(u * 4 * np.pi))) * size)
        for u in np.linspace(0, 1, 33)
    ]
    shade = 1.35 - 0.9 * smooth(x - 0.3 * size, x + 0.4 * size, canvas.x)
    canvas.lay(tint(colour, shade), canvas.polygon([*dome, *scallop], soft=0.0008))
