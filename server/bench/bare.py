"""What the server is compared with: decode, paint, encode, frame after frame; and what the codec alone costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.style.painter import Painter
from server.worker.codec import decode, encode


class BareLoop:
    """Paints the same JPEGs as the visitors send, with the same codec and the same painter as the worker."""

    def __init__(self, painter: Painter, jpegs: Sequence[bytes], width_px: int, height_px: int, quality: int) -> None:
        self._painter, self._jpegs, self._quality = painter, jpegs, quality
        self._width_px, self._height_px = width_px, height_px
        self._weights = np.zeros((1, len(painter.styles)), np.float32)
        self._weights[:, 0] = 1.0
        self._strength = np.ones(1, np.float32)

    def frames_per_s(self, seconds: float) -> float:
        """Paint for so long; how many frames a second that were."""
        started_s = time.perf_counter()
        frames = 0
        while time.perf_counter() - started_s < seconds:
            self._one(self._jpegs[frames % len(self._jpegs)])
            frames += 1
        return frames / (time.perf_counter() - started_s)

    def _one(self, jpeg: bytes) -> bytes:
        pixels = decode(jpeg, self._width_px, self._height_px)[np.newaxis]
        return encode(self._painter.paint(pixels, self._weights, self._strength)[0], self._quality)


@dataclass(frozen=True, slots=True)
class CodecCost:
    """Milliseconds of CPU for one frame."""

    decode_ms: float
    encode_ms: float


def codec_cost(jpegs: Sequence[bytes], width_px: int, height_px: int, quality: int, frames: int = 60) -> CodecCost:
    """What decoding and encoding a frame costs, counted in CPU time: a busy machine does not change it much."""
    chosen = [jpegs[index % len(jpegs)] for index in range(frames)]
    encode(decode(chosen[0], width_px, height_px), quality)  # the first one loads what the codec needs
    started_s = time.thread_time()
    pictures = [decode(jpeg, width_px, height_px) for jpeg in chosen]
    decoded_s = time.thread_time()
    for picture in pictures:
        encode(picture, quality)
    encoded_s = time.thread_time()
    return CodecCost(1000 * (decoded_s - started_s) / frames, 1000 * (encoded_s - decoded_s) / frames)
