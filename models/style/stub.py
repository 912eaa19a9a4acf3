"""A painter of known cost that inverts pictures: for measuring and testing what surrounds a painter. Loads no model."""

from __future__ import annotations

import time

import numpy as np

from models.runtime.engine import Done, Pending
from models.style.painter import Floats, Frames, check_batch


class StubPainter:
    """Sleeps for base_ms and frame_ms a frame, using no CPU, and answers with the inverse of each frame."""

    def __init__(self, base_ms: float, frame_ms: float, styles: tuple[str, ...]) -> None:
        self._base_ms, self._frame_ms, self._styles = base_ms, frame_ms, styles

    @property
    def styles(self) -> tuple[str, ...]:
        return self._styles

    @property
    def description(self) -> str:
        return f"stub: {self._base_ms:g} ms a batch and {self._frame_ms:g} ms a frame"

    @property
    def in_flight(self) -> int:
        return 1

    @property
    def device_bytes(self) -> int:
        return 0

    def frames(self, count: int, height: int, width: int) -> Frames:
        return np.empty((count, height, width, 3), np.uint8)

    def begin(self, frames: Frames, weights: Floats, strength: Floats) -> Pending:
        return Done(self.paint(frames, weights, strength))

    def paint(self, frames: Frames, weights: Floats, strength: Floats) -> Frames:
        check_batch(frames, weights, strength, len(self._styles))
        time.sleep((self._base_ms + self._frame_ms * len(frames)) / 1000)
        return 255 - frames

    def warm(self, width: int, height: int, batch: int) -> None:
        """Nothing to make ready: the first batch costs what every batch costs."""

    def close(self) -> None:
        """Nothing to give back."""
