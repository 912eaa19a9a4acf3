"""Reads a JPEG's size from its header, so that too large a picture is refused before anything decodes it.

ITU-T T.81, annex B. Looks at markers only, never at picture data; touches each header byte at most once.
"""

from __future__ import annotations

_START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_MAX_SEGMENTS = 64


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the first frame header says, or None if there is no readable one."""
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    for _ in range(_MAX_SEGMENTS):
        if at + 4 > len(data) or data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _STANDALONE:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        if marker in _START_OF_FRAME:
            return _frame_size(data[at + 4 : at + 9])
        if marker == 0xDA or length < 2:  # picture data before any frame header
            return None
        at += 2 + length
    return None


def _frame_size(fields: bytes) -> tuple[int, int] | None:
    if len(fields) < 5:
        return None
    height, width = int.from_bytes(fields[1:3]), int.from_bytes(fields[3:5])
    return (width, height) if width and height else None


def picture_size(picture: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG or a PNG, from its header; None where it does not say."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return int.from_bytes(picture[16:20]) or 1, int.from_bytes(picture[20:24]) or 1
    return jpeg_size(picture)
