"""What a picture's file says of itself, read from its headers."""

from __future__ import annotations

from dataclasses import dataclass, field

from server.store.errors import RefusedPictureError

MAX_PROFILE_BYTES = 4 << 20  # an ink's profile has a megabyte or two


@dataclass(frozen=True, slots=True)
class Form:
    """A picture, taken apart."""

    kind: str  # as Pillow names it: JPEG, PNG, WEBP, TIFF
    width: int  # as stored, before it is turned
    height: int
    bare: bytes = field(repr=False)  # a whole file of the same kind with the same pixels, and nothing else
    orientation: int = 1  # 1 to 8, Exif 2.32, section 4.6.4
    profile: bytes = field(default=b"", repr=False)  # ICC; empty: none
    plain: bool = False  # whether the file that was given may be kept as it is, its size and profile aside


def cut_short() -> RefusedPictureError:
    """For a file that ends before its picture does."""
    return RefusedPictureError("expected a whole picture, it ends too early; it was perhaps not copied completely")


def damaged(where: str) -> RefusedPictureError:
    """For a file that is not built as its kind is."""
    return RefusedPictureError(f"expected a whole picture, it is damaged: {where}")
