"""Turns a finished PDF into pixels: to read its codes back, and for pictures. Knows no label.

PDFium draws, OpenCV reads. PDFium may be used by one thread at a time, so all that use it share a lock.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.codes.code import CodeError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Progress = Callable[[int, int], None]

_MODULE_PX = (4, 6, 8)  # a code must be read at one of these sizes; the first does nearly always
_POINTS_PER_MM = 72 / 25.4
_PDFIUM = threading.Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document has a code: page, from 0; upper left corner and side of its quiet zone, and its module, mm."""

    page: int
    x_mm: float
    y_mm: float
    side_mm: float
    module_mm: float
    text: str


def read_back(pdf: bytes, places: Sequence[Place], progress: Progress | None = None) -> None:
    """Read every code as its page shows it; `progress(done, of)` after each. Raises CodeError for the first that fails.

    What `progress` raises ends the work, and is how a caller stops it. Places are in the order of their pages.
    """
    done = 0
    for page, group in itertools.groupby(places, key=lambda place: place.page):
        on_page = list(group)
        for place, pixels in zip(on_page, _render(pdf, page, on_page, _MODULE_PX[0]), strict=True):
            if not _shows(pixels, place.text) and not any(
                _reads(pdf, place, module_px) for module_px in _MODULE_PX[1:]
            ):
                raise CodeError(f"page {page + 1}: no code for {place.text} could be read back")
            done += 1
            if progress is not None:
                progress(done, len(places))


def picture(pdf: bytes, px_per_mm: float) -> npt.NDArray[np.uint8]:
    """The first page in grey, H x W, its sides rounded to the nearest pixel."""
    import pypdfium2  # type: ignore[import-untyped]

    with _PDFIUM, closing(pypdfium2.PdfDocument(pdf)) as document:
        page = document[0]
        scale = px_per_mm / _POINTS_PER_MM
        return _grey(page.render(scale=scale - 0.5 / max(page.get_size()), grayscale=True))  # it rounds up


def _reads(pdf: bytes, place: Place, module_px: int) -> bool:
    return _shows(_render(pdf, place.page, [place], module_px)[0], place.text)


def _shows(pixels: npt.NDArray[np.uint8], text: str) -> bool:
    import cv2

    try:
        found: str = cv2.QRCodeDetectorAruco().detectAndDecode(pixels)[0]
    except (cv2.error, UnicodeDecodeError):
        return False
    return found == text


def _render(pdf: bytes, page: int, places: Sequence[Place], module_px: int) -> list[npt.NDArray[np.uint8]]:
    """Each code with its quiet zone, so many pixels a module."""
    import pypdfium2

    with _PDFIUM, closing(pypdfium2.PdfDocument(pdf)) as document:
        sheet = document[page]
        return [
            _grey(
                sheet.render(
                    scale=module_px / (place.module_mm * _POINTS_PER_MM),
                    crop=_around(place, *sheet.get_size()),
                    grayscale=True,
                )
            )
            for place in places
        ]


def _grey(bitmap: Any) -> npt.NDArray[np.uint8]:
    """A copy of PDFium's pixels."""
    pixels: npt.NDArray[np.uint8] = bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()
    return pixels


def _around(place: Place, width_pt: float, height_pt: float) -> tuple[float, float, float, float]:
    """What to cut off left, below, right and above, pt, to leave the code with its quiet zone."""
    left, top, side = (_POINTS_PER_MM * size for size in (place.x_mm, place.y_mm, place.side_mm))
    return max(0.0, left), max(0.0, height_pt - top - side), max(0.0, width_pt - left - side), max(0.0, top)
