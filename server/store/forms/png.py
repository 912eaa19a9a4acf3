"""Takes a PNG apart. W3C, Portable Network Graphics (Third Edition)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from server.store.errors import RefusedPictureError
from server.store.forms.exif import orientation_of
from server.store.forms.form import MAX_PROFILE_BYTES, Form, cut_short, damaged

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 65_536

_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_RGBA = 6  # the colour type of what overlays are kept as


def take_apart(data: bytes) -> Form:
    """Raises RefusedPictureError."""
    kept: list[bytes] = [SIGNATURE]
    header = exif = profile = b""
    kinds, end = set(), 0
    for kind, start, end in _chunks(data):
        kinds.add(kind)
        content = data[start + 8 : end - 4]
        if kind in _PIXELS:
            kept.append(data[start:end])
        if kind == b"IHDR":
            header = header or content
        elif kind == b"acTL" and int.from_bytes(content[:4]) > 1:
            raise RefusedPictureError("expected a still picture, got an animated PNG")
        elif kind == b"eXIf":
            exif = content
        elif kind == b"iCCP":
            profile = _profile(content)
    if len(header) != 13 or b"IDAT" not in kinds:
        raise damaged("there is no picture in it")
    width, height, depth, colour = *(int.from_bytes(header[at : at + 4]) for at in (0, 4)), header[8], header[9]
    return Form(
        kind="PNG",
        width=width,
        height=height,
        bare=b"".join(kept),
        orientation=orientation_of(exif),
        profile=profile,
        plain=kinds == {b"IHDR", b"IDAT", b"IEND"} and (depth, colour) == (8, _RGBA) and end == len(data),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's type, and where it starts and ends."""
    at = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        if at + 12 > len(data) or end > len(data):
            raise cut_short()
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end
    raise damaged(f"it has more than {MAX_CHUNKS} parts")


def _profile(content: bytes) -> bytes:
    """The profile, which is packed: never more of it is unpacked than a profile may have."""
    name, _, packed = content.partition(b"\0")
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed[1:], MAX_PROFILE_BYTES)
    except zlib.error as error:
        raise damaged(f"its colour profile {name[:79].decode('latin-1')!r} cannot be unpacked") from error
    if unpacker.unconsumed_tail:
        raise RefusedPictureError(f"expected a colour profile of at most {MAX_PROFILE_BYTES >> 20} MiB")
    return profile
