"""A curator's own overlay as a file: whether it is a picture or a clip, and whether it is what its name says.

Looks at the first bytes only: what is broken further on, a phone's browser finds out. Knows no way to decode anything.
"""

from __future__ import annotations

from pathlib import Path

MAX_BYTES = 33_554_432  # phones load it over the gallery's Wi-Fi while their visitors wait
_HEAD_BYTES = 16
_CLIPS = {".mp4", ".webm"}
_MARKS = {  # by suffix: where in the file which bytes stand
    ".jpg": ((0, b"\xff\xd8\xff"),),
    ".jpeg": ((0, b"\xff\xd8\xff"),),
    ".png": ((0, b"\x89PNG\r\n\x1a\n"),),
    ".webp": ((0, b"RIFF"), (8, b"WEBP")),  # RFC 9649, section 2.3
    ".mp4": ((4, b"ftyp"),),  # ISO/IEC 14496-12, section 4.3
    ".webm": ((0, b"\x1a\x45\xdf\xa3"),),  # RFC 8794, section 11.2
}


def media_kind(name: str) -> str:
    """`picture` or `clip`."""
    return "clip" if Path(name).suffix in _CLIPS else "picture"


def fault_of_media(path: Path) -> str | None:
    """What is wrong with the file, in words, or None."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        return f"is larger than {MAX_BYTES >> 20} MiB ({size / (1 << 20):.1f})"
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if all(head[at : at + len(mark)] == mark for at, mark in _MARKS[path.suffix]):
        return None
    return f"does not begin as a {path.suffix} file does"


def suffix_of(head: bytes) -> str | None:
    """The suffix of the pictures or clips that begin with these bytes; None where none does."""
    for suffix, marks in _MARKS.items():
        if all(head[at : at + len(mark)] == mark for at, mark in marks):
            return suffix
    return None
