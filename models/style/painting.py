"""Reads a painting that a gallery wants to add; what cannot be learned from is refused, with what to do about it.

Sizes are checked from the header, before anything is decoded. Knows no network.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps

from models.errors import PaintingError
from models.style.painter import Frames

LARGEST_FILE_BYTES = 64_000_000
LARGEST_MEGAPIXELS = 32.0
SMALLEST_PX = 256
LONGEST_ASPECT = 4.0
LEARNED_PX = 512
"""Strokes are learned at the size they have when the painting's longer side is this long; of a long painting the
shorter side is SMALLEST_PX instead."""

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_FLATTEST = 4.0  # levels of 255: standard deviation of the liveliest channel of what still counts as one colour
_OPAQUE = 250
_DAMAGE = (OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError, struct.error)  # what Pillow raises over it


def read_painting(path: Path) -> Frames:
    """A painting as uint8 RGB, H x W x 3, as large as it is learned from. Raises PaintingError."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise PaintingError(
                f"{path.name}: expected at most {LARGEST_FILE_BYTES // 1_000_000} MB, got {size / 1e6:.0f} MB; "
                "2000 pixels on the longer side are plenty"
            )
        return decode_painting(path.read_bytes(), path.name)
    except OSError as error:
        raise PaintingError(f"{path}: cannot be read: {error.strerror}") from error


def decode_painting(content: bytes, name: str) -> Frames:
    """The same from bytes in memory, at most LARGEST_FILE_BYTES of them; `name` is for the sentences."""
    with _opened(content, name) as image:
        _check_header(image, name)
        longest = _learned_px(*image.size)
        image.draft("RGB", (2 * longest, 2 * longest))  # a JPEG need not be decoded at its full size
        with _damage_said(name):
            upright = ImageOps.exif_transpose(image)
    _check_opaque(upright, name)
    picture = upright.convert("RGB")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    pixels = np.array(picture, np.uint8)
    if pixels.std(axis=(0, 1)).max() < _FLATTEST:
        raise PaintingError(f"{name}: expected a painting, got one flat colour; there is no manner to learn")
    return pixels


def _learned_px(width: int, height: int) -> int:
    """The longer side that a painting is learned at."""
    return max(LEARNED_PX, round(SMALLEST_PX * max(width, height) / min(width, height)))


@contextmanager
def _damage_said(name: str) -> Iterator[None]:
    """Raise what Pillow raises over a damaged file as PaintingError."""
    try:
        yield
    except _DAMAGE as error:
        raise PaintingError(f"{name}: expected a whole picture, it is damaged: {error}") from error


def _opened(content: bytes, name: str) -> ImageFile.ImageFile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is checked below
            return Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise PaintingError(f"{name}: expected at most {LARGEST_MEGAPIXELS:g} megapixels, got far more") from error
    except _DAMAGE as error:
        raise PaintingError(f"{name}: expected a picture (JPEG, PNG, WebP or TIFF), it is none") from error


def _check_header(image: ImageFile.ImageFile, name: str) -> None:
    width, height = image.size
    if width * height > LARGEST_MEGAPIXELS * 1e6:
        raise PaintingError(
            f"{name}: expected at most {LARGEST_MEGAPIXELS:g} megapixels, got {width * height / 1e6:.0f} "
            f"({width} x {height}); 2000 pixels on the longer side are plenty"
        )
    if min(width, height) < SMALLEST_PX:
        raise PaintingError(
            f"{name}: expected at least {SMALLEST_PX} pixels on the shorter side, got {width} x {height}; "
            "strokes cannot be seen at that size"
        )
    if max(width, height) > LONGEST_ASPECT * min(width, height):
        raise PaintingError(
            f"{name}: expected at most {LONGEST_ASPECT:g} times as long as high, got {width} x {height}; "
            "crop it to a part"
        )
    if image.mode == "CMYK":
        raise PaintingError(f"{name}: expected RGB, got CMYK, whose colours are an ink's; save it as RGB (sRGB)")
    if image.mode in {"I", "F"} or ";16" in str([tile[3] for tile in image.tile]) or image.mode.startswith("I;16"):
        raise PaintingError(f"{name}: expected 8 bits a channel, got more; save it with 8 bits")
    with _damage_said(name):
        frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # a photograph with a second picture for stereo or depth
        raise PaintingError(f"{name}: expected one picture, got an animation or a stack of {frames}")


def _check_opaque(image: Image.Image, name: str) -> None:
    if "A" not in image.mode and "transparency" not in image.info:
        return
    alpha = np.asarray(image.convert("RGBA"), np.uint8)[..., 3]
    clear = float((alpha < _OPAQUE).mean())
    if clear > 0:
        raise PaintingError(
            f"{name}: expected an opaque picture, {max(clear, 0.01):.0%} of it is transparent; "
            "lay it on a background, or crop it"
        )
