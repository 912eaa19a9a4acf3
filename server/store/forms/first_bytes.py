"""Says in words what a file is that is none of the pictures which are taken, and what to do about it."""

from __future__ import annotations

import re

_OTHERS = (  # where in the file which bytes stand, and what they mean
    (0, b"GIF8", "a GIF"),
    (0, b"BM", "a BMP"),
    (0, b"8BPS", "a Photoshop document; save it as JPEG or TIFF"),
    (0, b"%PDF", "a PDF; save its picture as JPEG"),
    (0, b"II+\0", "a BigTIFF; save it as a usual TIFF"),
    (0, b"MM\0+", "a BigTIFF; save it as a usual TIFF"),
    (0, b"\xff\x0a", "a JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000"),
    (0, b"\x1a\x45\xdf\xa3", "a video"),
    (0, b"PK\x03\x04", "a ZIP"),
    (4, b"ftypavi", "an AVIF"),
)
_HEIF = re.compile(rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)  # ISO/IEC 23008-12
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml|!doctype svg|!--)", re.IGNORECASE)
_SVG_WITHIN = 4096


def name_of_other(data: bytes) -> str:
    """What the file is, with its article."""
    if not data:
        return "an empty file"
    if _SVG.match(data[:256]) and b"<svg" in data[:_SVG_WITHIN].lower():
        return "an SVG, which is a drawing that can carry programs; save it as PNG"
    if _HEIF.match(data[:12]):
        return "a HEIC photo; save it as JPEG, or set the phone's camera to 'Most Compatible'"
    named = (words for at, mark, words in _OTHERS if data[at : at + len(mark)] == mark)
    return next(named, "a video" if data[4:8] == b"ftyp" else "a file that is no picture")


def is_heif(data: bytes) -> bool:
    """Whether it is a still picture in the container that MP4 has as well."""
    return _HEIF.match(data[:12]) is not None or data[4:11] == b"ftypavi"
