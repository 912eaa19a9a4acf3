"""JPEG to pixels and back, and an artwork's file to pixels, inside the worker. Knows no engine."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from exhibit.jpeg import jpeg_size

Pixels = NDArray[np.uint8]  # H x W x 3, RGB
Grey = NDArray[np.uint8]  # H x W


class DamagedPictureError(Exception):
    """A picture could not be decoded to its end."""


def decode(jpeg: bytes, width: int, height: int) -> Pixels:
    """RGB uint8 height x width x 3, scaled if the picture has another size. Raises DamagedPictureError."""
    return fit(_decoded(jpeg, "RGB"), width, height)


def decode_into(jpeg: bytes, frame: Pixels) -> None:
    """Fill a frame, height x width x 3, RGB, scaling the picture if it has another size. Raises DamagedPictureError."""
    height, width = frame.shape[:2]
    if jpeg_size(jpeg) == (width, height):
        _decoded(jpeg, "RGB", frame)
    else:
        frame[:] = decode(jpeg, width, height)


def decode_grey(jpeg: bytes, longest_px: int) -> Grey:
    """Grey uint8 at the picture's own size; made smaller only if a side is longer than that.

    Raises DamagedPictureError.
    """
    grey: Grey = _decoded(jpeg, "GRAY")[:, :, 0]
    height, width = grey.shape
    scale = longest_px / max(height, width)
    return grey if scale >= 1 else fit(grey, max(1, round(width * scale)), max(1, round(height * scale)))


def decode_own_size(jpeg: bytes) -> Pixels:
    """RGB uint8 H x W x 3, as large as the picture is. Raises DamagedPictureError."""
    return _decoded(jpeg, "RGB")


def _decoded(jpeg: bytes, colours: str, room: Pixels | None = None) -> Pixels:
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(jpeg, colorspace=colours, fastdct=True, strict=True, buffer=room)
    except ValueError as error:
        raise DamagedPictureError(str(error)) from error
    return pixels


def read_artwork(path: Path) -> Pixels:
    """RGB of a picture file. Raises DamagedPictureError."""
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise DamagedPictureError(f"{path} cannot be read as a picture")
    return np.asarray(pixels, np.uint8)


def fit(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture stretched or shrunk to exactly this size."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def encode(pixels: Pixels, quality: int) -> bytes:
    """JPEG, 4:2:0, of RGB uint8 H x W x 3."""
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality, "RGB", "420", fastdct=True))
