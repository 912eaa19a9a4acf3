"""QR codes that are known to be readable: each is decoded again before anybody sees it. Knows no page and no ticket.

Now and then a valid code is one that a common detector never finds; another mask or another level of error correction
of the same text then helps (ISO/IEC 18004, section 7.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import qrcode
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

_QUIET_MODULES = 4  # the standard's quiet zone
_CHECK_MODULE_PX = 6
_ON_SCREEN = (ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_L)
_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class CodeError(Exception):
    """No form of the code could be read back."""


@dataclass(frozen=True, slots=True)
class Code:
    """A text as rows of modules, dark ones True, the quiet zone around them included."""

    text: str
    rows: tuple[tuple[bool, ...], ...] = field(repr=False)

    def svg(self) -> str:
        """A picture of any size, dark on white in every colour scheme."""
        side = len(self.rows)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{self.path()}"/></svg>\n'
        )

    def path(self) -> str:
        """The dark modules as an SVG path, a module a unit."""
        return "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in self.runs())

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Column, row and length of each run of dark modules, row by row."""
        for y, row in enumerate(self.rows):
            yield from ((x, y, width) for x, width in _runs(row))

    def png(self, module_px: int = 16) -> bytes:
        """A picture for a printer."""
        import cv2  # costs half a second and much memory, which only the makers of codes pay

        return cv2.imencode(".png", _bitmap(self.rows, module_px))[1].tobytes()

    def blocks(self) -> str:
        """Lines for a terminal, two rows each, to be shown dark on light."""
        rows = [*self.rows, (False,) * len(self.rows)] if len(self.rows) % 2 else self.rows
        pairs = zip(rows[::2], rows[1::2], strict=True)
        return "\n".join("".join(_HALF_BLOCKS[cell] for cell in zip(*pair, strict=True)) for pair in pairs)


def make_code(text: str, corrections: Sequence[int] = _ON_SCREEN) -> Code:
    """A code that OpenCV reads back, with the first of these levels of error correction that works.

    Takes tens of milliseconds: keep it off an event loop. Raises CodeError.
    """
    for correction in corrections:
        for mask in (None, *range(8)):  # None: the mask that the standard's own measure likes best
            maker = qrcode.QRCode(error_correction=correction, border=_QUIET_MODULES, mask_pattern=mask)
            maker.add_data(text)
            rows = tuple(tuple(map(bool, row)) for row in maker.get_matrix())
            if is_readable(text, rows):
                return Code(text, rows)
    raise CodeError(f"no code for {text} could be read back")


def is_readable(text: str, rows: tuple[tuple[bool, ...], ...]) -> bool:
    """Whether a detector finds these modules and reads the text in them."""
    import cv2

    try:
        found: str = cv2.QRCodeDetectorAruco().detectAndDecode(_bitmap(rows, _CHECK_MODULE_PX))[0]
    except (cv2.error, UnicodeDecodeError):
        return False
    return found == text


def _bitmap(rows: tuple[tuple[bool, ...], ...], module_px: int):  # type: ignore[no-untyped-def]
    """Grey uint8, white paper: side x side pixels."""
    import numpy as np

    dark = np.kron(np.array(rows, dtype=bool), np.ones((module_px, module_px), dtype=bool))
    return np.where(dark, np.uint8(0), np.uint8(255))


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    start = None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None
