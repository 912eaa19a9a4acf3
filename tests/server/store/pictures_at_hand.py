"""Pictures to upload, drawn and saved here: sound ones, and others."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageCms

WIDE, HIGH = 96, 72
PNG = b"\x89PNG\r\n\x1a\n"


def drawn(mode: str = "RGB", width: int = WIDE, height: int = HIGH, blue: int = 80) -> Image.Image:
    """Red grows to the right, green downwards: no two corners, and no two mirror images, are alike."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width)
    pixels[..., 1] = np.linspace(0, 255, height)[:, None]
    pixels[..., 2] = blue
    return Image.fromarray(pixels).convert(mode)


def glassy() -> Image.Image:
    """The same, transparent at its upper edge."""
    picture = drawn("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a file of that kind."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved(drawn(), "JPEG", quality=90, **options)


def read(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def about(kind: str = "JPEG", orientation: int = 1) -> Image.Exif:
    """What a phone says of a photo, where it was taken included, except in a TIFF, where Pillow cannot write that."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "A phone's maker"
    if kind != "TIFF":
        exif[0x8825] = {1: "N", 2: (48.0, 51.0, 39.0)}
    return exif


def profile(gamma: float | None = None) -> bytes:
    """sRGB's profile, with another curve where that is asked for. ICC.1:2022, sections 7.3 and 10.6."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(data[128:132]), 12):
        tag, where, size = bytes(data[at : at + 4]), *struct.unpack(">II", data[at + 4 : at + 12])
        if gamma is not None and tag in {b"rTRC", b"gTRC", b"bTRC"}:
            data[where : where + size] = (b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256))).ljust(size, b"\0")
    return bytes(data)


def chunk(kind: bytes, content: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(png: bytes, kind: bytes, content: bytes) -> bytes:
    """The PNG with one chunk more, behind its header."""
    return png[:33] + chunk(kind, content) + png[33:]


def png_that_says(width: int, height: int) -> bytes:
    """A PNG with a header and hardly anything behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def tiff_that_says(width: int, height: int) -> bytes:
    return tiff({256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: 8})


def tiff(tags: dict[int, int], next_page: int = 0, strips: int = 1) -> bytes:
    """A TIFF of one directory of whole numbers; of several strips, tag 273 says where their places are."""
    counts = {273: strips}
    entries = b"".join(struct.pack("<HHII", tag, 4, counts.get(tag, 1), of) for tag, of in sorted(tags.items()))
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", next_page)


def webp_that_says(width: int, height: int) -> bytes:
    about_it = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    picture = b"VP8L" + (5).to_bytes(4, "little") + b"\x2f\0\0\0\0\0"
    body = b"WEBPVP8X" + (10).to_bytes(4, "little") + about_it + picture
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def jpeg_that_says(width: int, height: int) -> bytes:
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def directory_of_swelling_tags(size: int) -> bytes:
    """Exif whose every tag claims the same bytes: a reader that believes it needs a thousand times the memory."""
    count = min(size // 24, 60_000)
    entries = b"".join(struct.pack("<HHII", 700 + tag, 1, size // 2, 8) for tag in range(count))
    return (b"II*\0" + struct.pack("<IH", 8, count) + entries + bytes(4)).ljust(size, b"\0")
