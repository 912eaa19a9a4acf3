"""Brings pictures of any colours to 8-bit sRGB, the one kind that everything else here knows. Knows no file.

ICC.1:2022; the conversions are Little CMS's, relative to white, with black kept black.
"""

from __future__ import annotations

import io
from itertools import product

import numpy as np
from PIL import Image, ImageCms

from server.store.errors import RefusedPictureError

SMALL_PROFILE_BYTES = 4096  # sRGB's own profiles have 0.5 to 3.2 kB; what is larger carries something else
_LEVELS_APART = 2  # of 255: profiles of sRGB by different makers are that far from each other
_LEVELS = (0, 16, 51, 102, 153, 204, 255)
_WHITE = (255, 255, 255)
_MODES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}  # by the profile's colour space, bytes 16 to 20 of its header


def eight_bits(image: Image.Image) -> Image.Image:
    """The same in one of L, LA, RGB, RGBA and CMYK. Raises RefusedPictureError for what has no usual 8-bit form."""
    if image.mode.startswith("I;16"):
        levels = np.asarray(image).astype(np.uint32)
        return Image.fromarray(((levels + 128) // 257).astype(np.uint8))
    if image.mode in {"P", "PA", "La", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode in {"1", "YCbCr", "RGBX"}:
        return image.convert("L" if image.mode == "1" else "RGB")
    if image.mode not in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        raise RefusedPictureError(
            f"expected a picture in RGB, grey or CMYK with 8 or 16 bits, got {image.mode}; save it as RGB with 8 bits"
        )
    return image


def to_srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, Image.Image | None]:
    """RGB, and the transparency (L) if there is any; `image` is one of those that eight_bits makes.

    A profile that is damaged, or is of other colours than the picture, counts as none, as in every browser.
    """
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    opaque = image.convert(image.mode.removesuffix("A")) if alpha is not None else image
    transform, mode = _transform(profile, opaque.mode)
    if transform is None:
        return opaque.convert("RGB"), alpha
    converted = ImageCms.applyTransform(opaque.convert(mode), transform)
    assert converted is not None  # only in place nothing is returned
    return converted, alpha


def on_white(picture: Image.Image, alpha: Image.Image | None) -> Image.Image:
    """RGB as it looks on a white wall."""
    if alpha is None:
        return picture
    return Image.composite(picture, Image.new("RGB", picture.size, _WHITE), alpha)


def is_srgb(profile: bytes) -> bool:
    """Whether colours mean what they mean without a profile."""
    if not profile:
        return True
    transform, _ = _transform(profile, "RGB")
    if transform is None or len(profile) > SMALL_PROFILE_BYTES:
        return False
    levels = np.array(list(product(_LEVELS, repeat=3)), np.uint8)[None]
    meant = ImageCms.applyTransform(Image.fromarray(levels), transform)
    assert meant is not None
    apart = np.abs(levels.astype(np.int16) - np.asarray(meant, np.int16))
    return int(apart.max()) <= _LEVELS_APART


def _transform(profile: bytes, mode: str) -> tuple[ImageCms.ImageCmsTransform | None, str]:
    """From the profile's colours to sRGB, and the mode that it takes."""
    wanted = _MODES.get(profile[16:20], "")
    if wanted != mode and not (wanted == "RGB" and mode == "L"):  # grey is often saved with sRGB's profile
        return None, mode
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            wanted,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None, mode
    return transform, wanted
