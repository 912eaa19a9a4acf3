"""A square canvas and a palette to draw motifs with; coordinates are u, v from 0 to 1 on the square. Knows no motif."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from models.training.pictures import Picture
from models.training.pigment.palettes import Palette
from models.training.scenes.canvas import ASPECT, Canvas, Field, Point, Rgb, smooth

SIDE_PX = 256


class Easel:
    """Draws on the middle square of a Canvas. Colours are asked for by number and lie a little beside the palette's."""

    def __init__(self, palette: Palette, seed: int) -> None:
        self.canvas = Canvas(round(SIDE_PX * ASPECT), seed)
        self.random, self.palette = self.canvas.random, palette
        self.order = self.random.permutation(len(palette.lab))
        self.u: Field = (self.canvas.x - 0.125) / 0.75
        self.v: Field = self.canvas.y / 0.75

    def colour(self, index: int, light: float = 0.0) -> Rgb:
        """The colour of this number, going round, as much lighter (towards 1) or darker (towards -1)."""
        rgb = np.array(self.palette.rgb(int(self.order[index % len(self.order)])))
        rgb = rgb + self.random.normal(0, 0.02, 3)
        rgb = rgb + (1 - rgb) * light if light > 0 else rgb * (1 + light)
        red, green, blue = np.clip(rgb, 0, 1)
        return float(red), float(green), float(blue)

    def any_colour(self) -> Rgb:
        """One of the palette, sometimes a lighter or darker one."""
        return self.colour(int(self.random.integers(8)), float(self.random.choice([0, 0, 0, 0.35, -0.35])))

    def between(self, low: float, high: float) -> float:
        """A random number."""
        return float(self.random.uniform(low, high))

    def lay(self, colour: Rgb, mask: Field | float = 1.0) -> None:
        """Cover where the mask is."""
        self.canvas.lay(colour, mask)

    def ground(self) -> None:
        """A background: a colour that clouds into a second."""
        self.lay(self.colour(0))
        if self.random.random() < 0.7:
            self.lay(self.colour(1, self.between(-0.2, 0.3)), 0.7 * self.canvas.noise(self.between(2, 6), 4))

    def fade(self, top: Rgb, bottom: Rgb, start: float = 0.0, end: float = 1.0) -> None:
        """From one colour above to another below."""
        self.lay(top)
        self.lay(bottom, smooth(start, end, self.v))

    def polygon(self, points: Sequence[Point], soft: float = 0.0) -> Field:
        """The inside of a closed line, as a mask."""
        return self.canvas.polygon([(0.125 + 0.75 * u, 0.75 * v) for u, v in points], soft)

    def disc(self, centre: Point, radius: float, soft: float = 0.03, flat: float = 1.0) -> Field:
        """A circle, `flat` times as high as wide, as a mask."""
        return smooth(1 + soft, 1 - soft, np.hypot(self.u - centre[0], (self.v - centre[1]) / flat) / radius)

    def dot(self, colour: Rgb, centre: Point, radius: float, flat: float = 1.0) -> None:
        """A small circle, at once: quicker than a mask where there are many."""
        turns = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        self.fill(colour, [(centre[0] + radius * np.cos(a), centre[1] + radius * flat * np.sin(a)) for a in turns])

    def fill(self, colour: Rgb, points: Sequence[Point]) -> None:
        """The inside of a closed line, at once."""
        self.canvas.fill(colour, [(0.125 + 0.75 * u, 0.75 * v) for u, v in points])

    def glow(self, centre: Point, radius: float) -> Field:
        """Light around a point, as a mask."""
        return np.exp(-((self.u - centre[0]) ** 2 + (self.v - centre[1]) ** 2) / radius**2)

    def stroke(self, points: Sequence[Point], thickness: float) -> Field:
        """A line through points, as a mask."""
        return self.canvas.line([(0.125 + 0.75 * u, 0.75 * v) for u, v in points], 0.75 * thickness)

    def above(self, edge: Field | float, soft: float = 0.006) -> Field:
        """What lies below a line v = edge, as a mask."""
        return smooth(-soft, soft, np.asarray(self.v - edge, np.float32))

    def picture(self) -> Picture:
        """What was drawn: RGB SIDE_PX x SIDE_PX x 3."""
        whole = self.canvas.pixels(grain=self.between(0, 0.05))
        left = (whole.shape[1] - SIDE_PX) // 2
        return np.ascontiguousarray(whole[:SIDE_PX, left : left + SIDE_PX], np.uint8)


def curve(random: np.random.Generator, points: int = 4) -> list[Point]:
    """A soft random line across the square."""
    nodes = random.uniform(-0.1, 1.1, (points, 1, 2)).astype(np.float32)
    fine = cv2.resize(nodes, (1, 40), interpolation=cv2.INTER_CUBIC)[:, 0]
    return [(float(u), float(v)) for u, v in fine]
