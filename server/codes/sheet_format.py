"""Papers that labels are printed on: exact geometry, in millimetres. Knows no label.

The label sheets' numbers are those that Avery prints for its templates (`L` ones on A4, the four-digit ones on Letter);
other makers sell the same cuts under their own numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.codes.label import SheetError

INCH_MM = 25.4
_A4 = (210.0, 297.0)
_LETTER = (8.5 * INCH_MM, 11 * INCH_MM)


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """A grid of equal labels on a page; margins and pitches are measured from the page's upper left corner.

    `inset_mm` is how near to a label's edge the quiet zone may come: it is as white as the label, so on label sheets it
    only has to survive a printer that is half a millimetre off. `cut_lines` is for plain paper, which is cut by hand.
    """

    name: str
    page_width_mm: float
    page_height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float
    pitch_x_mm: float
    pitch_y_mm: float
    inset_mm: float
    cut_lines: bool = False

    @property
    def per_page(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Upper left corner, mm, of the label at this place of its page, counted from 0, row by row."""
        row, column = divmod(place, self.columns)
        return self.left_mm + column * self.pitch_x_mm, self.top_mm + row * self.pitch_y_mm


def _one_a_page(name: str, width_mm: float, height_mm: float) -> SheetFormat:
    return SheetFormat(name, width_mm, height_mm, 1, 1, 0, 0, width_mm, height_mm, width_mm, height_mm, 5)


def _letter_sheet(name: str, grid: tuple[int, int], left_in: float, width_in: float, height_in: float) -> SheetFormat:
    """Label sheets on Letter: half an inch above and below, no gap between rows, columns spread evenly."""
    columns, rows = grid
    pitch_in = (8.5 - 2 * left_in - width_in) / (columns - 1)
    left, top, width, height, pitch = (INCH_MM * size for size in (left_in, 0.5, width_in, height_in, pitch_in))
    return SheetFormat(name, *_LETTER, columns, rows, left, top, width, height, pitch, height, 0.5)


# After the page: columns, rows, left, top, width, height, both pitches, inset.
FORMATS: Mapping[str, SheetFormat] = {
    "a4": SheetFormat("A4", *_A4, 2, 3, 15, 13.5, 90, 90, 90, 90, 2, cut_lines=True),
    "letter": SheetFormat("Letter", *_LETTER, 2, 3, 17.95, 9.7, 90, 86.666, 90, 86.666, 2, cut_lines=True),
    "l7160": SheetFormat("L7160", *_A4, 3, 7, 7.25, 15.15, 63.5, 38.1, 66.0, 38.1, 0.5),
    "l7163": SheetFormat("L7163", *_A4, 2, 7, 4.65, 15.15, 99.1, 38.1, 101.6, 38.1, 0.5),
    "l7165": SheetFormat("L7165", *_A4, 2, 4, 4.65, 13.1, 99.1, 67.7, 101.6, 67.7, 0.5),
    "5160": _letter_sheet("5160", (3, 10), 3 / 16, 2 + 5 / 8, 1),
    "5163": _letter_sheet("5163", (2, 5), 5 / 32, 4, 2),
    "5164": _letter_sheet("5164", (2, 3), 5 / 32, 4, 3 + 1 / 3),
    "a6-card": _one_a_page("A6 card", 105, 148),
    "a5-card": _one_a_page("A5 card", 148, 210),
    "a4-card": _one_a_page("A4 card", *_A4),
    "letter-card": _one_a_page("Letter card", *_LETTER),
}


def sheet_format(key: str) -> SheetFormat:
    """The format of this key. Raises SheetError."""
    if key not in FORMATS:
        raise SheetError(f"expected a sheet format among {', '.join(FORMATS)}, got {key[:40]!r}")
    return FORMATS[key]
