"""What a painter is: a batch of frames in, the same frames painted out. Knows no visitor and no runtime."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import PaintError
from models.runtime.engine import Pending

Frames = NDArray[np.uint8]
Floats = NDArray[np.float32]

SMALLEST_PX = 16
"""Frames below this on either side are refused: at a quarter of their size there is nothing left to reflect."""


class Painter(Protocol):
    """Paints batches of frames, each with its own mix of styles. Batches are begun by one thread at a time."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Ids of the styles, in the order in which weights are given."""

    @property
    def description(self) -> str:
        """What paints: runtime, device, threads and precision, in one line for the operator."""

    @property
    def in_flight(self) -> int:
        """How many batches may be begun and not fetched: 1 where a batch is finished when `begin` returns."""

    @property
    def device_bytes(self) -> int:
        """Memory of a card that it holds; 0 on a CPU."""

    def frames(self, count: int, height: int, width: int) -> Frames:
        """Room for a batch, N x H x W x 3, from where it is painted without being copied once more."""

    def begin(self, frames: Frames, weights: Floats, strength: Floats) -> Pending:
        """Start to paint, as `paint` does; what is painted is fetched from what this returns, by any one thread."""

    def paint(self, frames: Frames, weights: Floats, strength: Floats) -> Frames:
        """Paint frames. frames: N x H x W x 3, RGB; weights: N x S, none negative, a sum above 0 in each row (only
        their ratios count); strength: N, 0 (the frame itself) to 1. Returns N x H x W x 3, the caller's to keep.

        Raises PaintError if shapes, types or values are others than these.
        """

    def warm(self, width: int, height: int, batch: int) -> None:
        """Make ready for batches of this size, so that the first of them takes no longer than the next."""

    def close(self) -> None:
        """Give the memory back; the painter cannot paint afterwards."""


def check_batch(frames: Frames, weights: Floats, strength: Floats, styles: int) -> None:
    """Raise PaintError unless the arrays are what Painter.paint asks for."""
    count = frames.shape[0] if frames.ndim else 0
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] != 3 or count == 0:
        raise PaintError(f"expected frames as uint8 N x H x W x 3, got {frames.dtype} {frames.shape}")
    if min(frames.shape[1:3]) < SMALLEST_PX:
        raise PaintError(f"expected frames of at least {SMALLEST_PX} px, got {frames.shape[2]} x {frames.shape[1]}")
    if weights.shape != (count, styles):
        raise PaintError(f"expected weights of shape {(count, styles)}, got {weights.shape}")
    if not np.isfinite(weights).all() or (weights < 0).any() or (weights.sum(axis=1) <= 0).any():
        raise PaintError("expected weights that are finite, none negative, with a sum above 0 for each frame")
    if strength.shape != (count,) or not ((strength >= 0) & (strength <= 1)).all():
        raise PaintError(f"expected {count} strengths from 0 to 1, got {strength}")
