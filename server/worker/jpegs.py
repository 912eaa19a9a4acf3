"""Batches of JPEGs to pixels and back: by this machine's cores, or by its card where nvJPEG is there.

Which of the two is quicker depends on how many cores stand beside the card, so `auto` times both and says what it took.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import cv2
import numpy as np

from models.errors import EngineError
from models.runtime import nvjpeg
from server.worker.codec import DamagedPictureError, Pixels, decode_into, encode

log = logging.getLogger("vernissage.worker")

TIMED = 8  # frames of the batch that both ways are timed with
TRIES = 3


class Jpegs(Protocol):
    """Decodes and encodes batches. Each of the two is used by one thread at a time."""

    @property
    def description(self) -> str:
        """Where it happens, for the operator."""

    def decode(self, jpegs: Sequence[bytes], frames: Pixels) -> list[bool]:
        """Fill frames, N x H x W x 3, scaling what has another size; returns which could be decoded to their end."""

    def encode(self, frames: Pixels, quality: int) -> list[bytes]:
        """JPEG, 4:2:0, of each frame."""

    def close(self) -> None:
        """End its threads."""


class CoreJpegs:
    """By this machine's cores. With more than one thread, frames are encoded side by side.

    Decoding stays in the caller's thread: the decoder that notices every damage holds the interpreter's lock.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, "encode") if threads > 1 else None

    @property
    def description(self) -> str:
        return f"JPEG on {self._threads} thread{'s' * (self._threads > 1)}"

    def decode(self, jpegs: Sequence[bytes], frames: Pixels) -> list[bool]:
        return [_decoded(jpeg, frame) for jpeg, frame in zip(jpegs, frames, strict=True)]

    def encode(self, frames: Pixels, quality: int) -> list[bytes]:
        if self._pool is None:
            return [encode(frame, quality) for frame in frames]
        return list(self._pool.map(lambda frame: _encode_freely(frame, quality), frames))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()


class CardJpegs:
    """By the card; what it refuses, or would not scale, is left to the cores."""

    def __init__(self, card: nvjpeg.NvJpeg, cores: CoreJpegs) -> None:
        self._card, self._cores = card, cores

    @property
    def description(self) -> str:
        return "JPEG by nvJPEG on the card"

    def decode(self, jpegs: Sequence[bytes], frames: Pixels) -> list[bool]:
        filled = self._card.decode(jpegs, frames)
        left = [index for index, done in enumerate(filled) if not done]
        for index in left:
            filled[index] = _decoded(jpegs[index], frames[index])
        return filled

    def encode(self, frames: Pixels, quality: int) -> list[bytes]:
        return self._card.encode(frames, quality)

    def close(self) -> None:
        self._cores.close()


def open_jpegs(where: str, on_card: bool, threads: int, size: tuple[int, int]) -> Jpegs:
    """The codec for `where`: cores, card, or auto (whichever is quicker for frames of this width and height).

    Raises EngineError, with what to do about it, if the card is wanted and cannot.
    """
    cores = CoreJpegs(threads)
    if where == "cores" or (where == "auto" and not on_card):
        return cores
    obstacle = nvjpeg.find_obstacle()
    if where == "auto" and obstacle:
        log.info("%s (not on the card: %s)", cores.description, obstacle)
        return cores
    card = CardJpegs(nvjpeg.NvJpeg(), cores)
    return card if where == "card" else _quicker(cores, card, size)


def _quicker(cores: CoreJpegs, card: CardJpegs, size: tuple[int, int]) -> Jpegs:
    frames = _test_frames(*size)
    try:
        on_card_ms = _time_ms(card, frames)
    except EngineError as error:
        log.warning("JPEG stays with the cores: %s", error)
        return cores
    on_cores_ms = _time_ms(cores, frames)
    chosen: Jpegs = card if on_card_ms < on_cores_ms else cores
    times = f"{TIMED} frames there and back: {on_card_ms:.1f} ms on the card, {on_cores_ms:.1f} ms on the cores"
    log.info("%s (%s)", chosen.description, times)
    return chosen


def _test_frames(width: int, height: int) -> Pixels:
    noise = np.random.default_rng(0).integers(0, 256, (TIMED, height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
    return np.stack([np.asarray(cv2.resize(frame, (width, height)), np.uint8) for frame in noise])


def _time_ms(jpegs: Jpegs, frames: Pixels) -> float:
    """The best of a few times there and back."""

    def once() -> None:
        jpegs.decode(jpegs.encode(frames, 80), np.empty_like(frames))

    once()  # the first one loads what it needs
    return min(_ms(once) for _ in range(TRIES))


def _ms(work: Callable[[], None]) -> float:
    started_s = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started_s)


def _decoded(jpeg: bytes, frame: Pixels) -> bool:
    try:
        decode_into(jpeg, frame)
    except DamagedPictureError:
        return False
    return True


def _encode_freely(frame: Pixels, quality: int) -> bytes:
    """As codec.encode, through OpenCV, which lets go of the interpreter's lock meanwhile; it takes BGR."""
    done, jpeg = cv2.imencode(".jpg", frame[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise EngineError(f"OpenCV cannot encode a frame of {frame.shape}")
    return jpeg.tobytes()
