"""Takes a JPEG apart. ITU-T T.81, annex B; Exif 2.32, section 4.7.2; ICC.1:2022, annex B.4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from server.store.errors import RefusedPictureError
from server.store.forms.exif import orientation_of
from server.store.forms.form import MAX_PROFILE_BYTES, Form, cut_short, damaged

MAX_SEGMENTS = 4096
MAX_SCANS = 100  # usual ones have a dozen; with thousands a small file takes minutes to decode

_APP0, _APP1, _APP2, _ADOBE, _SCAN, _END = 0xE0, 0xE1, 0xE2, 0xEE, 0xDA, 0xD9
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_READ_EVERYWHERE = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive; all of them Huffman
_TABLES = frozenset({0xDB, 0xC4, 0xCC, 0xDD, 0xDC})  # quantisation, Huffman, arithmetic, restarts, lines
_FILL = re.compile(rb"\xff+")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # neither a stuffed 0xFF nor a restart


@dataclass(slots=True)
class _Found:
    """What the segments said so far."""

    kept: list[bytes] = field(default_factory=list)
    frame: tuple[int, int, int, int, int] | None = None  # its marker, bits, height, width, components
    scans: int = 0
    exif: bytes = b""
    profile: dict[int, bytes] = field(default_factory=dict)  # by place, from 1
    profile_parts: int = 0
    plain: bool = True


def take_apart(data: bytes) -> Form:
    """Raises RefusedPictureError."""
    found = _Found()
    end = 0
    for marker, start, body, end in _segments(data):
        _take(found, marker, data[start:end], data[body:end])
    if found.frame is None or not found.scans:
        raise damaged("there is no picture in it")
    marker, bits, height, width, components = found.frame
    if not width or not height:
        raise damaged("it does not say how large it is")
    plain = found.plain and end + 2 == len(data) and marker in _READ_EVERYWHERE
    return Form(
        kind="JPEG",
        width=width,
        height=height,
        bare=b"".join([b"\xff\xd8", *found.kept, b"\xff\xd9"]),
        orientation=orientation_of(found.exif),
        profile=_profile(found),
        plain=plain and bits == 8 and components in {1, 3},
    )


def _segments(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Marker, where its segment starts, where its content starts, and where it ends, the scan's data included."""
    at = 2
    for _ in range(MAX_SEGMENTS):
        fill = _FILL.match(data, at)
        if fill is None or fill.end() >= len(data):
            raise cut_short() if at >= len(data) - 1 else damaged("something else stands where a marker should")
        at = fill.end() - 1
        marker = data[at + 1]
        if marker == _END:
            return
        length = int.from_bytes(data[at + 2 : at + 4])
        end = at + 2 + length
        if end > len(data):
            raise cut_short()
        if length < 2 or marker < 0xC0 or 0xD0 <= marker <= 0xD8:
            raise damaged(f"a marker {marker:#04x} stands where none may")
        if marker == _SCAN:
            following = _AFTER_SCAN.search(data, end)
            if following is None:
                raise cut_short()
            end = following.start()
        yield marker, at, at + 4, end
        at = end
    raise damaged(f"it has more than {MAX_SEGMENTS} parts")


def _take(found: _Found, marker: int, segment: bytes, content: bytes) -> None:
    """Keep what the picture needs, note what must be known, and drop everything else."""
    if marker in _FRAMES:
        if found.frame is not None or len(content) < 6:
            raise damaged("it has more than one frame")
        height, width = int.from_bytes(content[1:3]), int.from_bytes(content[3:5])
        found.frame = (marker, content[0], height, width, content[5])
    elif marker == _SCAN:
        found.scans += 1
        if found.scans > MAX_SCANS:
            raise RefusedPictureError(f"expected a JPEG of at most {MAX_SCANS} scans; save it again as a usual one")
    elif marker not in _TABLES and not (marker == _ADOBE and content.startswith(b"Adobe")):
        _note(found, marker, content)
        return
    found.kept.append(segment)


def _note(found: _Found, marker: int, content: bytes) -> None:
    """What is not kept: metadata of all kinds. Of JFIF its thumbnail, for what it says of the colours counts."""
    if marker == _APP0 and content.startswith(b"JFIF\0") and len(content) >= 14 and not found.kept:
        found.kept.append(b"\xff\xe0\x00\x10" + content[:12] + b"\0\0")
        found.plain = found.plain and len(content) == 14
        return
    if marker == _APP2 and content.startswith(b"ICC_PROFILE\0") and len(content) > 14:
        found.profile.setdefault(content[12], content[14:])
        found.profile_parts = content[13]
        return
    found.plain = False
    if marker == _APP1 and content.startswith(b"Exif\0\0") and not found.exif:
        found.exif = content[6:]


def _profile(found: _Found) -> bytes:
    """The parts in their order; nothing where one is missing, as every reader takes it."""
    whole = sorted(found.profile) == list(range(1, found.profile_parts + 1))
    if sum(map(len, found.profile.values())) > MAX_PROFILE_BYTES:
        raise RefusedPictureError(f"expected a colour profile of at most {MAX_PROFILE_BYTES >> 20} MiB")
    return b"".join(found.profile[place] for place in sorted(found.profile)) if whole else b""
