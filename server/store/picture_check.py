"""Checks what was uploaded, and cleans it: what is kept holds a picture and nothing else. Knows no folder and no row.

Untrusted bytes: the size is read from the header before anything is decoded, and the decoder is given no metadata.
A picture whose longer side has more than 4096 px is scaled down to that, whatever it was, rather than refused: nothing
here shows more, and what a museum's photographer hands out has more. This computes for seconds: call it in a thread.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from exhibit.media import MAX_BYTES as MAX_OVERLAY_BYTES
from exhibit.media import suffix_of
from server.store.errors import RefusedPictureError
from server.store.forms import Form, take_apart
from server.store.forms.first_bytes import is_heif
from server.store.forms.form import damaged
from server.store.picture_colours import eight_bits, is_srgb, on_white, to_srgb

MAX_BYTES = 40_000_000
MAX_MEGAPIXELS = 100
LONGEST_PX = 4096
SMALLEST_PX = 64
LONGEST_ASPECT = 8
JPEG_QUALITY = 92

_OPENERS: dict[str, type[ImageFile.ImageFile]] = {  # Image.open would guess again, and open more kinds
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}
_DAMAGE = (  # what Pillow raises over it
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, MemoryError),
    *(struct.error, zlib.error, Image.DecompressionBombError, AssertionError),
)
_TURNS = {  # Exif 2.32, section 4.6.4: what brings it upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is kept of an upload."""

    data: bytes = field(repr=False)
    suffix: str  # .jpg, .png, .mp4, .webm
    width: int  # 0 for clips
    height: int

    @property
    def name(self) -> str:
        """The SHA-256 of the data and the suffix."""
        return hashlib.sha256(self.data).hexdigest() + self.suffix


def clean_picture(data: bytes) -> Cleaned:
    """A picture of an artwork as an upright sRGB JPEG, transparency on white. Raises RefusedPictureError.

    A JPEG that is that already, and says nothing beside it, is kept byte for byte.
    """
    form = _checked(data)
    if _may_stay(form):
        return _kept(form, data, ".jpg")
    picture, alpha = _upright(form)
    return jpeg_of(on_white(picture, alpha))


def clean_overlay(data: bytes) -> Cleaned:
    """What is hung over an artwork: a picture, as a PNG where it is transparent anywhere and as a JPEG where not, or a
    clip, of which only the first bytes are looked at. Raises RefusedPictureError."""
    suffix = None if is_heif(data) else suffix_of(data)
    if suffix in {".mp4", ".webm"}:
        return _clip(data, suffix)
    form = _checked(data)
    if _may_stay(form):
        return _kept(form, data, ".jpg")
    picture, alpha = _upright(form)
    if alpha is None or alpha.getextrema() == (255, 255):
        return jpeg_of(picture)
    if form.plain and max(form.width, form.height) <= LONGEST_PX:
        return _kept(form, data, ".png")
    picture.putalpha(alpha)
    return _checked_size(Cleaned(_saved(picture, "PNG", optimize=False), ".png", *picture.size))


def jpeg_of(picture: Image.Image) -> Cleaned:
    """An RGB picture as it is kept."""
    return Cleaned(_saved(picture, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True), ".jpg", *picture.size)


def decoded(data: bytes) -> Image.Image:
    """A picture that is kept already, as RGB. Raises RefusedPictureError where it cannot be one any more."""
    return on_white(*_upright(_checked(data)))


def check_shape(width: int, height: int) -> None:
    """Raises RefusedPictureError for what is too small or too long to be followed on a wall."""
    if min(width, height) < SMALLEST_PX:
        raise RefusedPictureError(f"expected at least {SMALLEST_PX} pixels on each side, got {width} x {height}")
    if max(width, height) > LONGEST_ASPECT * min(width, height):
        raise RefusedPictureError(
            f"expected a picture at most {LONGEST_ASPECT} times as long as high, got {width} x {height}; crop it"
        )


def fitting(width: int, height: int) -> tuple[int, int]:
    """The size at which a picture of this one is kept."""
    scale = min(1.0, LONGEST_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _checked(data: bytes) -> Form:
    """The upload taken apart, its sizes being sound."""
    if len(data) > MAX_BYTES:
        raise RefusedPictureError(
            f"expected at most {MAX_BYTES // 1_000_000} MB, got {len(data) / 1e6:.0f} MB; save it as JPEG"
        )
    form = take_apart(data)
    if form.width * form.height > MAX_MEGAPIXELS * 1_000_000:
        raise RefusedPictureError(
            f"expected at most {MAX_MEGAPIXELS} megapixels, got {form.width * form.height / 1e6:.0f} "
            f"({form.width} x {form.height}); {LONGEST_PX} pixels on the longer side are plenty"
        )
    check_shape(form.width, form.height)
    return form


def _may_stay(form: Form) -> bool:
    """Whether it is a JPEG to which nothing need be done."""
    small = max(form.width, form.height) <= LONGEST_PX
    return form.kind == "JPEG" and form.plain and small and form.orientation == 1 and is_srgb(form.profile)


def _kept(form: Form, data: bytes, suffix: str) -> Cleaned:
    with _opened(form) as image:
        _decode(image)
    return _checked_size(Cleaned(data, suffix, form.width, form.height))


def _upright(form: Form) -> tuple[Image.Image, Image.Image | None]:
    """The picture as RGB at the size at which it is kept, and its transparency (L) if it has any."""
    target = fitting(form.width, form.height)
    with _opened(form) as image:
        image.draft(image.mode, target)  # a large JPEG need not be decoded at its full size
        _decode(image)
        scaled: Image.Image = eight_bits(image)
    if scaled.size != target:
        scaled = scaled.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture, alpha = to_srgb(scaled, form.profile)
    if (turn := _TURNS.get(form.orientation)) is not None:
        picture, alpha = picture.transpose(turn), alpha.transpose(turn) if alpha else None
    return picture, alpha


@contextmanager
def _opened(form: Form) -> Iterator[ImageFile.ImageFile]:
    with _damage_said(), _OPENERS[form.kind](io.BytesIO(form.bare)) as image:
        if image.size != (form.width, form.height):
            raise RefusedPictureError("expected a whole picture, its parts are of different sizes")
        yield image


def _decode(image: ImageFile.ImageFile) -> None:
    """All of it, to the end."""
    with _damage_said():
        image.load()


@contextmanager
def _damage_said() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise damaged(str(error) or "it cannot be decoded") from error


def _saved(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    """The file's bytes, which say nothing but pixels."""
    picture.info = {}
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _clip(data: bytes, suffix: str) -> Cleaned:
    return _checked_size(Cleaned(data, suffix, 0, 0))


def _checked_size(cleaned: Cleaned) -> Cleaned:
    """Phones load it while their visitors wait."""
    if cleaned.suffix != ".jpg" and len(cleaned.data) > MAX_OVERLAY_BYTES:
        size = len(cleaned.data) / (1 << 20)
        raise RefusedPictureError(f"expected an overlay of at most {MAX_OVERLAY_BYTES >> 20} MiB, got {size:.0f} MiB")
    return cleaned
