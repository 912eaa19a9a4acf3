"""Takes a WebP apart. RFC 9649."""

from __future__ import annotations

from collections.abc import Iterator

from server.store.errors import RefusedPictureError
from server.store.forms.exif import orientation_of
from server.store.forms.form import MAX_PROFILE_BYTES, Form, cut_short, damaged

MAX_CHUNKS = 1024

_ANIMATED, _HAS_ALPHA = 0x02, 0x10  # flags of VP8X, section 2.7.1


def take_apart(data: bytes) -> Form:
    """Raises RefusedPictureError."""
    chunks: dict[bytes, bytes] = {}
    for kind, content in _chunks(data):
        chunks.setdefault(kind, content)
    about = chunks.get(b"VP8X", b"")
    if b"ANIM" in chunks or b"ANMF" in chunks or (about and about[0] & _ANIMATED):
        raise RefusedPictureError("expected a still picture, got an animated WebP")
    if len(chunks.get(b"ICCP", b"")) > MAX_PROFILE_BYTES:
        raise RefusedPictureError(f"expected a colour profile of at most {MAX_PROFILE_BYTES >> 20} MiB")
    width, height = _size(chunks)
    return Form(
        kind="WEBP",
        width=width,
        height=height,
        bare=_bare(chunks),
        orientation=orientation_of(chunks.get(b"EXIF", b"").removeprefix(b"Exif\0\0")),
        profile=chunks.get(b"ICCP", b""),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise cut_short()
    at = 12
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise cut_short()
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise damaged(f"it has more than {MAX_CHUNKS} parts")


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """Of the canvas, or of the picture where there is no canvas; sections 2.7.1, 2.5 (RFC 6386, 9.1) and 3.4."""
    if len(about := chunks.get(b"VP8X", b"")) >= 10:
        width, height = (1 + int.from_bytes(about[at : at + 3], "little") for at in (4, 7))
    elif len(lossy := chunks.get(b"VP8 ", b"")) >= 10 and lossy[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(lossy[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    elif len(lossless := chunks.get(b"VP8L", b"")) >= 5 and lossless[0] == 0x2F:
        bits = int.from_bytes(lossless[1:5], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        raise damaged("there is no picture in it")
    return width, height


def _bare(chunks: dict[bytes, bytes]) -> bytes:
    picture = next((kind for kind in (b"VP8 ", b"VP8L") if kind in chunks), None)
    if picture is None:
        raise damaged("there is no picture in it")
    parts = [_chunk(picture, chunks[picture])]
    if b"VP8X" in chunks and b"ALPH" in chunks and picture == b"VP8 ":
        parts.insert(0, _chunk(b"ALPH", chunks[b"ALPH"]))
    if b"VP8X" in chunks:
        about = chunks[b"VP8X"]
        parts.insert(0, _chunk(b"VP8X", bytes([about[0] & _HAS_ALPHA]) + about[1:]))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)
