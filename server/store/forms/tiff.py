"""Takes a TIFF apart. TIFF 6.0.

The bare file is the given one with another directory behind it, which names nothing but what the pixels need; what the
old directory named is still in the bytes, but no reader finds it.
"""

from __future__ import annotations

from server.store.errors import RefusedPictureError
from server.store.forms.exif import ORIENTATION, Entry, Order, directory, numbers, order_of
from server.store.forms.form import MAX_PROFILE_BYTES, Form, cut_short, damaged

MAX_PARTS = 65_536  # strips or tiles
MAX_TILE_PIXELS = 1 << 26
MAX_PAGES_LOOKED_AT = 8

_WIDTH, _HEIGHT, _COMPRESSION, _SAMPLES, _ROWS, _PROFILE = 256, 257, 259, 277, 278, 34675
_STRIPS, _STRIP_BYTES, _TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 273, 279, 322, 323, 324, 325
_KIND_OF_PAGE = 254
_LESSER_PAGE = 0b101  # a smaller copy, or a mask
_USUAL = {1, 5, 7, 8, 32773, 32946}  # none, LZW, JPEG, Deflate, PackBits, the older Deflate
_PIXELS = {
    *(_WIDTH, _HEIGHT, 258, _COMPRESSION, 262, 266, _STRIPS, _SAMPLES, _ROWS, _STRIP_BYTES, 284, 317, 320),
    *(_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES, 338, 339, 347, 530, 531, 532),
}


def take_apart(data: bytes) -> Form:
    """Raises RefusedPictureError."""
    order = order_of(data)
    read = directory(data, int.from_bytes(data[4:8], order), order) if order else None
    if order is None or read is None:
        raise cut_short()
    entries, following = read
    _check_pages(data, following, order)
    by_tag = {entry.tag: entry for entry in entries}
    if any(entry.at + entry.size > len(data) for entry in entries if entry.tag in {*_PIXELS, _PROFILE}):
        raise cut_short()
    width, height = (_number(data, by_tag, tag, order, 0) for tag in (_WIDTH, _HEIGHT))
    if not width or not height:
        raise damaged("it does not say how large it is")
    if _number(data, by_tag, _COMPRESSION, order, 1) not in _USUAL:
        raise RefusedPictureError("expected a TIFF that is packed with LZW, ZIP or JPEG, or not at all; save it anew")
    _check_parts(data, by_tag, order, width, height)
    orientation = _number(data, by_tag, ORIENTATION, order, 1)
    return Form(
        kind="TIFF",
        width=width,
        height=height,
        bare=_bare(data, [entry for entry in entries if entry.tag in _PIXELS], order),
        orientation=orientation if 1 <= orientation <= 8 else 1,
        profile=_profile(data, by_tag.get(_PROFILE)),
    )


def _number(data: bytes, by_tag: dict[int, Entry], tag: int, order: Order, default: int) -> int:
    values = numbers(data, by_tag[tag], order, 64) if tag in by_tag else None
    return values[0] if values else default


def _check_pages(data: bytes, at: int, order: Order) -> None:
    """Further pages may only be smaller copies of the first, or masks, which cameras and scanners add."""
    for _ in range(MAX_PAGES_LOOKED_AT):
        if not at or (read := directory(data, at, order)) is None:
            return
        by_tag = {entry.tag: entry for entry in read[0]}
        if not _number(data, by_tag, _KIND_OF_PAGE, order, 0) & _LESSER_PAGE:
            break
        at = read[1]
    raise RefusedPictureError("expected one picture, got a TIFF of several pages; save one of them alone")


def _check_parts(data: bytes, by_tag: dict[int, Entry], order: Order, width: int, height: int) -> None:
    """That strips or tiles lie in the file, and are not more than the picture has room for."""
    tiled = _TILES in by_tag
    where, sizes = (by_tag.get(tag) for tag in ((_TILES, _TILE_BYTES) if tiled else (_STRIPS, _STRIP_BYTES)))
    starts = numbers(data, where, order, MAX_PARTS) if where else None
    if not starts or where is None:
        raise damaged("it does not say where its pixels are")
    if tiled:
        wide, high = (_number(data, by_tag, tag, order, 0) for tag in (_TILE_WIDTH, _TILE_HEIGHT))
    else:
        wide, high = width, min(_number(data, by_tag, _ROWS, order, height), height)
    if not wide or not high or (tiled and wide * high > MAX_TILE_PIXELS):
        raise damaged("its tiles have no usable size")
    layers = max(1, _number(data, by_tag, _SAMPLES, order, 1))
    if len(starts) > -(-width // wide) * -(-height // high) * layers:
        raise damaged("it has more tiles than there is room for")
    lengths = numbers(data, sizes, order, MAX_PARTS) if sizes else None
    if lengths and any(at + length > len(data) for at, length in zip(starts, lengths, strict=False)):
        raise cut_short()


def _profile(data: bytes, entry: Entry | None) -> bytes:
    if entry is None:
        return b""
    if entry.size > MAX_PROFILE_BYTES:
        raise RefusedPictureError(f"expected a colour profile of at most {MAX_PROFILE_BYTES >> 20} MiB")
    return data[entry.at : entry.at + entry.size]


def _bare(data: bytes, entries: list[Entry], order: Order) -> bytes:
    at = len(data) + len(data) % 2  # directories begin at an even place
    header = data[:4] + at.to_bytes(4, order)
    inside = len(entries).to_bytes(2, order) + b"".join(entry.raw for entry in entries) + bytes(4)
    return b"".join([header, memoryview(data)[8:], bytes(len(data) % 2), inside])
