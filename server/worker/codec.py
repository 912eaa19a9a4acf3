"""JPEG to pixels and back, inside the worker. Knows no engine."""

from __future__ import annotations

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class DamagedPictureError(Exception):
    """A JPEG could not be decoded to its end."""


def decode(jpeg: bytes, width: int, height: int) -> Pixels:
    """RGB uint8 height x width x 3, scaled if the picture has another size. Raises DamagedPictureError."""
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(jpeg, colorspace="RGB", fastdct=True, strict=True)
    except ValueError as error:
        raise DamagedPictureError(str(error)) from error
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def encode(pixels: Pixels, quality: int) -> bytes:
    """JPEG, 4:2:0, of RGB uint8 H x W x 3."""
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality, "RGB", "420", fastdct=True))
