"""The colours that latents stand for, read out of them by a matrix: what a folder's colouring.json holds.

    {"matrix": [[0.1, ...], ...], "offset": [0.5, ...]}

A row for each number that is read of one latent: red, green and blue (0 to 1) of side x side equal parts of the square
of pixels that it becomes, row by row; a column for each of its channels. Linear, so that a change of colours is turned
into one of latents by the pseudoinverse, without the decoder and without a gradient.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import FolderError
from models.generate.folder import ModelFolder, read_json
from models.generate.settings import RECORD, read_record

Floats = NDArray[np.float32]
KEY = "colouring"  # in vernissage.json: names the file ...
FILE = "colouring.json"  # ... which is called so where this project writes it
MOST_SIDE = 4
LARGEST_NUMBER = 1000.0
_WEAKEST = 0.1  # of the strongest direction: what is read of weaker ones is no use the other way round


@dataclass(frozen=True)
class ReadOut:
    """matrix: 3 side² x channels; offset: 3 side²."""

    matrix: Floats
    offset: Floats

    @staticmethod
    def of_folder(folder: ModelFolder) -> ReadOut | None:
        """The one that vernissage.json names; None where it names none. Raises FolderError for what is none."""
        name = file_of(folder.path)
        return ReadOut.of_json(read_json(folder.path, name), name, folder.denoiser.channels) if name else None

    @staticmethod
    def of_json(value: Mapping[str, Any], name: str, channels: int) -> ReadOut:
        """Of what a file holds. Raises FolderError unless it fits latents of so many channels."""
        matrix, offset = (_numbers(value.get(key), f"{name}: {key}") for key in ("matrix", "offset"))
        heights = [3 * side * side for side in range(1, MOST_SIDE + 1)]
        if matrix.ndim != 2 or matrix.shape[0] not in heights or matrix.shape[1] != channels:
            raise FolderError(f"{name}: expected a matrix of {heights} x {channels} numbers, got {matrix.shape}")
        if offset.shape != matrix.shape[:1]:
            raise FolderError(f"{name}: expected an offset of {len(matrix)} numbers, got {offset.shape}")
        if not matrix.any():
            raise FolderError(f"{name}: expected a matrix that reads colours, got nothing but zeros")
        return ReadOut(matrix, offset)

    @property
    def side(self) -> int:
        """Parts of a latent's square on a side."""
        return math.isqrt(len(self.matrix) // 3)

    def colours(self, latents: Floats) -> Floats:
        """Of latents, channels x H x W, as RGB: side H x side W x 3; about 0 to 1."""
        _, height, width = latents.shape
        read = np.tensordot(latents, self.matrix, (0, 1)) + self.offset
        parts = read.reshape(height, width, self.side, self.side, 3).transpose(0, 2, 1, 3, 4)
        return np.ascontiguousarray(parts.reshape(height * self.side, width * self.side, 3), np.float32)

    def latents(self, change: Floats) -> Floats:
        """The smallest change of latents, channels x H x W, that changes the colours so: side H x side W x 3."""
        height, width = (length // self.side for length in change.shape[:2])
        parts = change.reshape(height, self.side, width, self.side, 3).transpose(0, 2, 1, 3, 4)
        moved = np.tensordot(self._back, parts.reshape(height, width, -1), (1, 2))
        return np.asarray(moved, np.float32)

    def rough(self, latents: Floats, gain: float) -> Floats:
        """With so many times as much of what is not read: of the touch, the grain. Its mean stays."""
        rest = latents - np.tensordot(self._read, latents, (1, 0))
        rest -= rest.mean((1, 2), keepdims=True)
        return np.asarray(latents + (gain - 1) * rest, np.float32)

    @cached_property
    def _back(self) -> Floats:
        return np.asarray(np.linalg.pinv(self.matrix.astype(np.float64), _WEAKEST), np.float32)

    @cached_property
    def _read(self) -> Floats:
        """channels x channels: keeps of a latent what tells its colours."""
        return np.asarray(self._back @ self.matrix, np.float32)


def file_of(path: Path) -> str:
    """What a model's folder calls its read-out; "" where it has none. Raises FolderError for what is no name."""
    name = read_record(path).get(KEY, "")
    if not isinstance(name, str):
        raise FolderError(f"{RECORD}: expected the name of a file for {KEY}, got {name!r}")
    return name


def _numbers(value: Any, what: str) -> Floats:
    try:
        numbers = np.array(value if isinstance(value, list) else [[]], np.float64)
    except (TypeError, ValueError) as error:
        raise FolderError(f"{what}: expected rows of numbers, all as long") from error
    if not numbers.size:
        raise FolderError(f"{what}: expected rows of numbers, got none")
    if not (np.abs(numbers) <= LARGEST_NUMBER).all():
        raise FolderError(f"{what}: expected numbers from -{LARGEST_NUMBER:g} to {LARGEST_NUMBER:g}")
    return numbers.astype(np.float32)
