"""Reads one directory of a TIFF, which is how Exif is written as well. TIFF 6.0, section 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ORIENTATION = 274
MAX_ENTRIES = 1000
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes, by type
_WHOLE = {1: 1, 3: 2, 4: 4}  # the types of numbers that are not negative, and their bytes

Order = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag of a directory."""

    tag: int
    type: int
    count: int
    raw: bytes  # the twelve bytes
    at: int  # where in the file its values are

    @property
    def size(self) -> int:
        """Of its values, in bytes; 0 for a type that is not known."""
        return self.count * _SIZES.get(self.type, 0)


def order_of(data: bytes) -> Order | None:
    """Which end of a number comes first; None where it is no TIFF."""
    return {b"II*\0": "little", b"MM\0*": "big"}.get(data[:4])  # type: ignore[return-value]


def directory(data: bytes, at: int, order: Order) -> tuple[list[Entry], int] | None:
    """The entries of a directory, each tag once, and where the next one is (0: nowhere); None where it is not whole."""
    count = int.from_bytes(data[at : at + 2], order)
    end = at + 2 + 12 * count
    if at < 8 or count > MAX_ENTRIES or end + 4 > len(data):
        return None
    found: dict[int, Entry] = {}
    for start in range(at + 2, end, 12):
        raw = data[start : start + 12]
        tag, kind, many = (int.from_bytes(raw[a:b], order) for a, b in ((0, 2), (2, 4), (4, 8)))
        inside = many * _SIZES.get(kind, 0) <= 4
        where = start + 8 if inside else int.from_bytes(raw[8:12], order)
        found.setdefault(tag, Entry(tag, kind, many, raw, where))
    return list(found.values()), int.from_bytes(data[end : end + 4], order)


def numbers(data: bytes, entry: Entry, order: Order, most: int) -> list[int] | None:
    """The whole numbers of an entry; None where they are others, too many, or not all there."""
    size = _WHOLE.get(entry.type)
    if size is None or entry.count > most or entry.at + entry.size > len(data):
        return None
    return [int.from_bytes(data[at : at + size], order) for at in range(entry.at, entry.at + entry.size, size)]


def orientation_of(exif: bytes) -> int:
    """Which way is up, 1 to 8, as Exif says; 1 where it says nothing that can be understood."""
    order = order_of(exif)
    if order is None:
        return 1
    read = directory(exif, int.from_bytes(exif[4:8], order), order)
    entry = next((entry for entry in read[0] if entry.tag == ORIENTATION), None) if read else None
    values = numbers(exif, entry, order, 1) if entry else None
    return values[0] if values and 1 <= values[0] <= 8 else 1
