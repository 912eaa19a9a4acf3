"""What lies where in a safetensors file: read from its header alone, as a stranger's file is read. Loads no weights.

The format: 8 bytes with the length of a JSON header (little endian), the header, then the data of all tensors one
after another (https://huggingface.co/docs/safetensors).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import FolderError

LARGEST_HEADER_BYTES = 25_000_000
MOST_TENSORS = 100_000
_LENGTH_BYTES = 8
_MOST_DIMENSIONS = 8
_ITEM_BYTES = {
    **dict.fromkeys(("F64", "I64", "U64"), 8),
    **dict.fromkeys(("F32", "I32", "U32"), 4),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 2),
    **dict.fromkeys(("I8", "U8", "BOOL"), 1),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor lies in its file."""

    dtype: str  # as the format calls it: F16
    shape: tuple[int, ...]
    offset: int  # from the file's beginning
    length: int  # in bytes


@dataclass(frozen=True)
class TensorFile:
    """A safetensors file whose header was found sound."""

    path: Path
    places: Mapping[str, Place]

    def shape(self, name: str) -> tuple[int, ...]:
        """Raises FolderError for a tensor that is not there."""
        if name not in self.places:
            raise FolderError(f"{self.path.name}: expected the tensor {name}, it is not there")
        return self.places[name].shape

    @staticmethod
    def read(path: Path) -> TensorFile:
        """Raises FolderError where the header is no header, is too large, or does not fit the file."""
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if size < _LENGTH_BYTES or length > LARGEST_HEADER_BYTES:
                raise FolderError(f"{path.name} is no safetensors file: its header would be {length} bytes")
            content = file.read(length)
        start = _LENGTH_BYTES + length
        if len(content) < length:
            raise FolderError(f"{path.name} is cut short: expected {start} bytes or more, got {size}")
        places = {name: _place(path, name, value, start) for name, value in _tensors(path, content).items()}
        expected = max((place.offset + place.length for place in places.values()), default=start)
        if expected != size:
            cut = "is cut short" if size < expected else "has bytes that belong to no tensor"
            raise FolderError(f"{path.name} {cut}: expected {expected} bytes, got {size}")
        return TensorFile(path, places)


def _tensors(path: Path, content: bytes) -> dict[str, Any]:
    try:
        header = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FolderError(f"{path.name} is no safetensors file: its header is not JSON") from error
    if not isinstance(header, dict) or len(header) > MOST_TENSORS:
        raise FolderError(f"{path.name}: expected a header with at most {MOST_TENSORS} tensors")
    header.pop("__metadata__", None)
    return header


def _place(path: Path, name: str, value: Any, start: int) -> Place:
    try:
        dtype, shape = value["dtype"], tuple(value["shape"])
        begin, end = value["data_offsets"]
        item = _ITEM_BYTES[dtype]
        whole = all(type(number) is int and number >= 0 for number in (*shape, begin, end))
    except (KeyError, TypeError, ValueError) as error:
        raise FolderError(f"{path.name}: the header does not say what {name[:80]} is") from error
    if not whole or len(shape) > _MOST_DIMENSIONS or end - begin != item * math.prod(shape):
        raise FolderError(f"{path.name}: the header contradicts itself about {name[:80]}")
    return Place(dtype, shape, start + begin, end - begin)
