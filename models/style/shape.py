"""The style network's dimensions, and the length of a style's row that follows from them. Knows no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """What decides the network's cost: channels at full resolution, residual blocks, kernel of the two ends."""

    width: int = 16
    blocks: int = 4
    end_kernel: int = 7

    @property
    def norm_channels(self) -> tuple[int, ...]:
        """Channels of each conditional norm, in the order in which they are applied."""
        w = self.width
        return (w, 2 * w, 4 * w, *([4 * w] * (2 * self.blocks)), 2 * w, w)

    @property
    def style_numbers(self) -> int:
        """Length of one style's row: a scale and a shift for each channel of each norm."""
        return 2 * sum(self.norm_channels)
