"""Things to recognise, drawn simply: sea, city, sun, trees. A picture has a land, a sky and often a guest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from models.training.pigment.easel import Easel
from models.training.scenes.canvas import Field, smooth

Land = Callable[[Easel, float], None]  # draws below a horizon, v


def sea(easel: Easel, horizon: float) -> None:
    """Water with rows of waves."""
    easel.lay(easel.colour(0, -0.1), easel.above(horizon))
    rows = easel.between(18, 40)
    depth = np.clip(easel.v - horizon, 0, 1) ** 0.7
    swell = np.sin(3 * rows * depth + 3 * easel.canvas.noise(5, 3))
    easel.lay(easel.colour(1, 0.35), 0.7 * easel.above(horizon + 0.01) * smooth(0.2, 0.9, swell))


def waves(easel: Easel, horizon: float) -> None:
    """Large waves that rise in rows, crests light."""
    for index in range(5):
        base = horizon + index * (1.05 - horizon) / 5
        height, phase = 0.03 + 0.03 * index, easel.between(0, 6)
        crest = base - height * np.abs(np.sin(easel.u * easel.between(4, 7) + phase)) ** 1.5
        easel.lay(easel.colour(index % 2, -0.2 + 0.08 * index), easel.above(crest))
        easel.lay(easel.colour(1, 0.6), easel.above(crest) * smooth(0.03, 0.015, easel.v - crest))


def mountains(easel: Easel, horizon: float) -> None:
    """Two or three ridges, the nearer the darker."""
    for index in range(3):
        peaks, phase = easel.between(3, 6), easel.between(0, 6)
        saw = np.abs(((easel.u * peaks + phase) % 2) - 1) * (0.6 + 0.4 * np.sin(easel.u * 4 + phase))
        ridge = horizon + 0.05 + 0.13 * index - (0.34 - 0.1 * index) * saw + 0.05 * (easel.canvas.noise(10, 4) - 0.5)
        easel.lay(easel.colour(index, 0.25 - 0.3 * index), easel.above(ridge.astype(np.float32)))


def hills(easel: Easel, horizon: float) -> None:
    """Round hills."""
    for index in range(4):
        wave = np.sin(easel.u * easel.between(2, 5) + easel.between(0, 6)) * easel.between(0.04, 0.1)
        easel.lay(easel.colour(index, easel.between(-0.25, 0.25)), easel.above(horizon + 0.13 * index - wave))


def meadow(easel: Easel, horizon: float) -> None:
    """A field of grass and flowers."""
    easel.lay(easel.colour(0), easel.above(horizon))
    easel.lay(easel.colour(1), easel.above(horizon) * smooth(0.4, 0.7, easel.canvas.noise(30, 3, 0.4)))
    for _ in range(60):
        v = easel.between(horizon + 0.06, 1)
        easel.dot(easel.colour(2, 0.2), (easel.between(0, 1), v), 0.004 + 0.028 * (v - horizon))


def river(easel: Easel, horizon: float) -> None:
    """Land with a river that comes towards one."""
    easel.lay(easel.colour(0, -0.1), easel.above(horizon))
    easel.lay(easel.colour(2, -0.2), easel.above(horizon) * smooth(0.45, 0.65, easel.canvas.noise(6, 4, 2)))
    depth = np.clip((easel.v - horizon) / (1 - horizon), 0, 1)
    middle = 0.5 + easel.between(0.1, 0.25) * np.sin(depth * 5 + easel.between(0, 6)) * (0.3 + depth)
    easel.lay(
        easel.colour(1, 0.3),
        easel.above(horizon) * smooth(0, -0.015, np.abs(easel.u - middle) - 0.02 - 0.16 * depth**1.6),
    )


def city(easel: Easel, horizon: float) -> None:
    """Blocks of houses with lit windows."""
    easel.lay(easel.colour(1, -0.4), easel.above(horizon + 0.2))
    left = -0.05
    while left < 1:
        wide, top = easel.between(0.07, 0.18), horizon + 0.2 - easel.between(0.12, 0.55)
        easel.lay(easel.colour(int(easel.random.integers(3)), easel.between(-0.5, 0)),
                  easel.polygon([(left, top), (left + wide, top), (left + wide, 1), (left, 1)]))  # fmt: skip
        light = easel.colour(1, 0.5)
        for u in np.arange(left + 0.02, left + wide - 0.02, 0.035):
            for v in np.arange(top + 0.03, 0.97, 0.06):
                if easel.random.random() < 0.45:
                    easel.dot(light, (u + 0.008, v), 0.011, 1.3)
        left += wide + easel.between(-0.02, 0.02)


def forest(easel: Easel, horizon: float) -> None:
    """Trunks close together under leaves."""
    easel.lay(easel.colour(0, -0.3), easel.above(horizon))
    for _ in range(int(easel.random.integers(7, 16))):
        u, lean = easel.between(0, 1), easel.between(-0.04, 0.04)
        easel.lay(easel.colour(1, -0.5), easel.stroke([(u, 1), (u + lean, 0.05)], easel.between(0.012, 0.05)))
    leaves = smooth(0.45, 0.62, easel.canvas.noise(9, 4)) * smooth(0.6, 0.25, easel.v)
    easel.lay(easel.colour(2, -0.1), leaves)


def desert(easel: Easel, horizon: float) -> None:
    """Dunes with one light and one dark side."""
    for index in range(4):
        wave = 0.09 * np.abs(((easel.u * easel.between(1, 2.2) + easel.between(0, 2)) % 2) - 1)
        edge = horizon + 0.14 * index - wave
        easel.lay(easel.colour(0, 0.2 - 0.1 * index), easel.above(edge))
        easel.lay(
            easel.colour(0, -0.35), easel.above(edge) * smooth(0.10, 0.0, easel.v - edge) * smooth(0.4, 0.6, easel.u)
        )


def sun(easel: Easel) -> None:
    """A sun with its glow."""
    centre, radius = (easel.between(0.15, 0.85), easel.between(0.12, 0.42)), easel.between(0.06, 0.14)
    easel.lay(easel.colour(2, 0.4), 0.8 * easel.glow(centre, 3 * radius))
    easel.lay(easel.colour(2, 0.15), easel.disc(centre, radius))


def moon(easel: Easel) -> None:
    """A pale moon, often a crescent."""
    centre, radius = (easel.between(0.15, 0.85), easel.between(0.1, 0.32)), easel.between(0.05, 0.1)
    mask = easel.disc(centre, radius)
    if easel.random.random() < 0.6:
        mask = mask * (1 - easel.disc((centre[0] + radius * 0.55, centre[1] - radius * 0.2), radius * 0.9))
    easel.lay(easel.colour(1, 0.8), np.clip(mask + 0.25 * easel.glow(centre, 2 * radius), 0, 1))


def stars(easel: Easel) -> None:
    """Many points of light."""
    for _ in range(int(easel.random.integers(18, 50))):
        place, radius = (easel.between(0, 1), easel.between(0, 0.6)), easel.between(0.005, 0.02)
        if radius > 0.015:
            easel.lay(easel.colour(1, 0.5), 0.6 * easel.glow(place, 2.5 * radius))
        easel.dot(easel.colour(1, 0.75), place, radius)


def clouds(easel: Easel) -> None:
    """Heaps of cloud."""
    billow = easel.canvas.noise(easel.between(3, 6), 5, 1.8)
    easel.lay(easel.colour(1, 0.65), 0.95 * smooth(0.5, 0.62, billow) * smooth(0.8, 0.4, easel.v))


def rain(easel: Easel) -> None:
    """Slanting lines of rain."""
    slant, colour = easel.between(-0.12, 0.12), easel.colour(1, 0.5)
    for _ in range(55):
        u, v = easel.between(-0.1, 1.1), easel.between(-0.1, 0.9)
        length = easel.between(0.08, 0.2)
        easel.fill(colour, [(u, v), (u + 0.005, v), (u + 0.005 + slant, v + length), (u + slant, v + length)])


def boat(easel: Easel) -> None:
    """A boat with a sail."""
    u, v, size = easel.between(0.25, 0.75), easel.between(0.6, 0.78), easel.between(0.14, 0.26)
    hull = [(u - size, v), (u + size, v), (u + 0.7 * size, v + 0.35 * size), (u - 0.7 * size, v + 0.35 * size)]
    easel.lay(easel.colour(1, -0.6), easel.polygon(hull))
    easel.lay(easel.colour(2, 0.45), easel.polygon([(u, v - 0.03), (u, v - 1.9 * size), (u + 0.95 * size, v - 0.03)]))
    easel.lay(
        easel.colour(2, 0.2),
        easel.polygon([(u - 0.04, v - 0.03), (u - 0.04, v - 1.5 * size), (u - 0.7 * size, v - 0.03)]),
    )


def tree(easel: Easel) -> None:
    """One round tree."""
    u, v, size = easel.between(0.25, 0.75), easel.between(0.75, 0.95), easel.between(0.16, 0.3)
    easel.lay(easel.colour(1, -0.6), easel.stroke([(u, v), (u, v - 1.3 * size)], 0.2 * size))
    for _ in range(26):
        place = (u + easel.random.normal(0, 0.4) * size, v - 1.5 * size + easel.random.normal(0, 0.35) * size)
        easel.lay(easel.colour(2, easel.between(-0.35, 0.15)), easel.disc(place, easel.between(0.15, 0.35) * size, 0.1))


def cypress(easel: Easel) -> None:
    """A dark flame of a tree."""
    u, size = (
        float(easel.random.choice([easel.between(0.12, 0.35), easel.between(0.65, 0.88)])),
        easel.between(0.5, 0.85),
    )
    width = (
        0.13
        * size
        * np.clip((easel.v - (1 - size)) / size, 0, 1) ** 0.6
        * (1 + 0.5 * (easel.canvas.noise(14, 3) - 0.5))
    )
    easel.lay(easel.colour(0, -0.75), smooth(0.006, -0.006, np.abs(easel.u - u) - width) * easel.above(1 - size))


def house(easel: Easel) -> None:
    """A house with a roof and a door."""
    u, v, size = easel.between(0.3, 0.7), easel.between(0.72, 0.9), easel.between(0.12, 0.22)
    wall = [(u - size, v), (u - size, v - 1.1 * size), (u + size, v - 1.1 * size), (u + size, v)]
    easel.lay(easel.colour(1, 0.45), easel.polygon(wall))
    easel.lay(
        easel.colour(2, -0.3),
        easel.polygon([(u - 1.25 * size, v - 1.1 * size), (u, v - 2.1 * size), (u + 1.25 * size, v - 1.1 * size)]),
    )
    easel.lay(easel.colour(0, -0.6), easel.stroke([(u, v), (u, v - 0.5 * size)], 0.4 * size))


def bridge(easel: Easel) -> None:
    """A bridge with arches, right across."""
    v, thick, count = easel.between(0.5, 0.7), easel.between(0.04, 0.07), int(easel.random.integers(2, 5))
    easel.lay(easel.colour(1, -0.45), easel.stroke([(-0.1, v), (1.1, v)], thick))
    for index in range(count + 1):
        easel.lay(easel.colour(1, -0.55), easel.stroke([(index / count, v), (index / count, v + 0.26)], 0.05))
    arch: Field = v + 0.1 * np.abs(np.cos(easel.u * count * np.pi)) ** 2
    easel.lay(easel.colour(1, -0.5), smooth(0.004, -0.004, easel.v - arch.astype(np.float32)) * easel.above(v))


def flower(easel: Easel) -> None:
    """One large flower."""
    u, v, size, petals = (
        easel.between(0.35, 0.65),
        easel.between(0.32, 0.55),
        easel.between(0.13, 0.2),
        int(easel.random.integers(5, 10)),
    )
    easel.lay(easel.colour(0, -0.5), easel.stroke([(u, v), (u + easel.between(-0.1, 0.1), 1.05)], 0.03))
    for index in range(petals):
        a = 6.283 * index / petals
        place = (u + size * np.cos(a), v + size * np.sin(a))
        easel.lay(easel.colour(1, easel.between(0, 0.3)), easel.disc(place, 0.62 * size, 0.08))
    easel.lay(easel.colour(2, -0.1), easel.disc((u, v), 0.5 * size))


def bird(easel: Easel) -> None:
    """Birds that fly, as the strokes of their wings."""
    for _ in range(int(easel.random.integers(2, 7))):
        u, v, size = easel.between(0.1, 0.9), easel.between(0.08, 0.5), easel.between(0.04, 0.1)
        wings = [
            (u - size, v - 0.4 * size),
            (u - 0.4 * size, v - 0.5 * size),
            (u, v),
            (u + 0.4 * size, v - 0.5 * size),
            (u + size, v - 0.4 * size),
        ]
        easel.lay(easel.colour(1, -0.75), easel.stroke(wings, 0.014))


LANDS: Mapping[str, Land] = {
    "sea": sea, "waves": waves, "mountains": mountains, "hills": hills, "meadow": meadow, "river": river,
    "city": city, "forest": forest, "desert": desert,
}  # fmt: skip
SKIES: Mapping[str, Callable[[Easel], None]] = {
    "sun": sun, "moon": moon, "stars": stars, "clouds": clouds, "rain": rain,
}  # fmt: skip
GUESTS: Mapping[str, tuple[str, ...]] = {
    "boat": ("sea", "waves", "river"), "bridge": ("sea", "river"),
    "tree": ("hills", "meadow", "desert", "mountains", "river"),
    "cypress": ("hills", "meadow", "mountains", "sea"), "house": ("hills", "meadow", "mountains", "desert", "forest"),
    "flower": ("hills", "meadow"), "birds": ("sea", "waves", "mountains", "hills", "city"),
}  # fmt: skip
"""What may stand in which land."""
DRAW_GUEST: Mapping[str, Callable[[Easel], None]] = {
    "boat": boat, "bridge": bridge, "tree": tree, "cypress": cypress, "house": house, "flower": flower, "birds": bird,
}  # fmt: skip


def landscape(easel: Easel) -> list[str]:
    """A sky, a land and often a guest. Returns the words for what there is."""
    horizon = easel.between(0.32, 0.62)
    top = easel.between(-0.35, 0.35)
    easel.fade(easel.colour(1, top), easel.colour(int(easel.random.integers(3)), top + 0.2), 0.0, horizon)
    words = []
    if easel.random.random() < 0.75:
        words.append(str(easel.random.choice(list(SKIES))))
        if words[-1] != "rain":  # which falls before the land, not behind it
            SKIES[words[-1]](easel)
    land = str(easel.random.choice(list(LANDS)))
    LANDS[land](easel, horizon)
    words.append(land)
    if "rain" in words:
        rain(easel)
    guests = [guest for guest, lands in GUESTS.items() if land in lands]
    if guests and easel.random.random() < 0.55:
        words.append(str(easel.random.choice(guests)))
        DRAW_GUEST[words[-1]](easel)
    return words
