"""What a camera does to a scene that stands still: it moves a little, its sensor is noisy, its exposure wanders."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from numpy.random import Generator
from torch import Tensor

LARGEST_SHIFT_PX = 2
LARGEST_NOISE = 8 / 255
EXPOSURES = (0.93, 1.07)


@dataclass(frozen=True)
class Disturbance:
    """One change between two frames."""

    right_px: int
    down_px: int
    noise: float  # standard deviation, of 0..1
    exposure: float
    seed: int

    @staticmethod
    def draw(random: Generator) -> Disturbance:
        """A change as any other; a third of them do not move, as a phone in a stand."""
        right, down = random.integers(-LARGEST_SHIFT_PX, LARGEST_SHIFT_PX + 1, 2) * (random.random() < 2 / 3)
        exposure = random.uniform(*EXPOSURES) if random.random() < 0.5 else 1.0
        noise = LARGEST_NOISE * random.random()
        return Disturbance(int(right), int(down), noise, exposure, int(random.integers(2**31)))

    def before(self, scene: Tensor) -> Tensor:
        """The frame before the change: N x 3 x H x W cut from a scene that is LARGEST_SHIFT_PX larger on each side."""
        return _cut(scene, 0, 0)

    def after(self, scene: Tensor) -> Tensor:
        """The frame after the change, of the same size."""
        moved = _cut(scene, self.right_px, self.down_px) * self.exposure
        grain = torch.randn(moved.shape, generator=torch.Generator().manual_seed(self.seed)).to(moved.device)
        return (moved + self.noise * grain).clamp(0, 1)

    def difference(self, before: Tensor, after: Tensor) -> Tensor:
        """Mean absolute difference of what was painted before and after, aligned, where both show it."""
        m = LARGEST_SHIFT_PX
        return (_cut(before, self.right_px, self.down_px, m) - _cut(after, 0, 0, m)).abs().mean()


def _cut(x: Tensor, right: int, down: int, margin: int = LARGEST_SHIFT_PX) -> Tensor:
    height, width = x.shape[-2:]
    return x[..., margin + down : height - margin + down, margin + right : width - margin + right]
