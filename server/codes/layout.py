"""Where a label's code and texts go on a piece of paper. Knows no font and no file.

On wide labels the texts stand beside the code, else under it. Where the title's script runs from right to left, the
whole label is mirrored.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

from server.codes.caption import Box, Caption, Line, Measure, Rule, is_rtl, set_caption
from server.codes.label import Label, SheetError
from server.codes.print_size import QUIET_MODULES, PrintedCode, farthest_cm
from server.codes.sheet_format import SheetFormat

_MARGIN_SHARE = 0.07  # of the shorter side
_MIN_MARGIN_MM, _MAX_MARGIN_MM = 2.5, 10.0
_MIN_COLUMN_MM = 20.0  # of text beside a code
_MIN_FOOT_MM = 14.0  # of text under a code
_NEARLY_MM = 4.0  # edges that differ by less look like a mistake, and are made to meet
_PICTURE_MM = 45.0  # a picture's width at least
_PICTURE_LEAST = 0.75  # of the type's first size: rather than less, a picture grows to three times its lowest foot


@dataclass(frozen=True, slots=True)
class Layout:
    """A label drawn out, mm from its upper left corner. `code_x_mm` and `code_y_mm` are its quiet zone's corner."""

    width_mm: float
    height_mm: float
    code_x_mm: float
    code_y_mm: float
    rule: Rule
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Sides:
    """How much of a label texts keep free, and what that leaves for a code with its quiet zone, mm."""

    paper: SheetFormat

    @property
    def margin(self) -> float:
        shorter = min(self.paper.width_mm, self.paper.height_mm)
        return min(max(_MARGIN_SHARE * shorter, _MIN_MARGIN_MM), _MAX_MARGIN_MM)

    @property
    def room_left(self) -> float:
        """With the texts beside the code."""
        paper = self.paper
        return min(paper.height_mm - 2 * paper.inset_mm, paper.width_mm - paper.inset_mm - _MIN_COLUMN_MM - self.margin)

    @property
    def room_above(self) -> float:
        """With the texts under the code."""
        paper = self.paper
        return min(paper.width_mm - 2 * paper.inset_mm, paper.height_mm - paper.inset_mm - _MIN_FOOT_MM - self.margin)


def lay_out(label: Label, paper: SheetFormat, measure: Measure) -> Layout:
    """The label in one place of this paper. Raises SheetError if its code or its texts have no room."""
    code = label.code
    sides = _Sides(paper)
    _check_room(label, paper, max(sides.room_left, sides.room_above))
    left = top = max(paper.inset_mm, sides.margin - code.quiet_mm)
    beside = paper.width_mm > paper.height_mm and code.printed_mm <= sides.room_left
    if beside or code.printed_mm > sides.room_above:
        spare = paper.height_mm - code.printed_mm
        top = spare / 2 if spare < 2 * _NEARLY_MM else top
        box = _right_of(code, left, top, paper, sides.margin)
    else:
        edge, under = left + code.quiet_mm, top + code.printed_mm
        box = Box(edge, under, paper.width_mm - 2 * edge, paper.height_mm - sides.margin - under)
    if (caption := set_caption(label, box, measure)) is None:
        raise SheetError(
            f"station {label.number}: its texts (the title has {len(label.title)} characters) do not fit beside the "
            f"code on {paper.name}, even at 6 points; choose a larger format, shorter texts or a shorter distance"
        )
    return _finished(label, (paper.width_mm, paper.height_mm), (left, top), caption)


def picture_layout(label: Label, measure: Measure) -> Layout:
    """The label as a picture of its own: the code, under it the texts, with as much height as they need.

    It is whole modules wide and high: pixels that divide a module divide the picture, and no edge is blurred.
    """
    code = label.code
    width = max(len(code.code.rows), math.ceil(_PICTURE_MM / code.module_mm))
    lowest = math.ceil(max(_PICTURE_MM / 2, 0.45 * code.side_mm) / code.module_mm)
    for foot in itertools.count(lowest, 4):
        box_width, box_height = (width - 2 * QUIET_MODULES), foot - QUIET_MODULES
        box = Box(code.quiet_mm, code.printed_mm, code.module_mm * box_width, code.module_mm * box_height)
        least = _PICTURE_LEAST if foot <= 3 * lowest else 0.0
        if caption := set_caption(label, box, measure, least=least):
            size = (code.module_mm * width, code.printed_mm + code.module_mm * foot)
            return _finished(label, size, (0.0, 0.0), caption)
    raise AssertionError("a picture grows until its texts fit")


def _check_room(label: Label, paper: SheetFormat, room_mm: float) -> None:
    code = label.code
    if code.printed_mm > room_mm:
        raise SheetError(
            f"station {label.number}: a code read from {code.distance_cm:g} cm is {code.side_mm:.0f} mm wide, "
            f"{code.printed_mm:.1f} mm with its quiet zone; the label {paper.name} has room for {room_mm:.1f} mm, "
            f"which is read from {farthest_cm(room_mm, code)} cm; choose a larger format or a shorter distance"
        )


def _right_of(code: PrintedCode, left: float, top: float, paper: SheetFormat, margin: float) -> Box:
    """From the level of the code's first module to that of its last, or on to the margin where that lies much lower."""
    upper = top + code.quiet_mm
    lower = paper.height_mm - margin
    if abs(lower - upper - code.side_mm) < _NEARLY_MM:
        lower = upper + code.side_mm
    x = left + code.printed_mm + max(0.0, _MIN_MARGIN_MM - code.quiet_mm)
    return Box(x, upper, paper.width_mm - margin - x, lower - upper)


def _finished(label: Label, size: tuple[float, float], code_at: tuple[float, float], caption: Caption) -> Layout:
    layout = Layout(*size, *code_at, *caption)
    return _mirrored(layout, label.code) if is_rtl(label.title) else layout


def _mirrored(layout: Layout, code: PrintedCode) -> Layout:
    width = layout.width_mm
    return replace(
        layout,
        code_x_mm=width - layout.code_x_mm - code.printed_mm,
        rule=replace(layout.rule, x_mm=width - layout.rule.x_mm - layout.rule.width_mm),
        lines=tuple(replace(line, x_mm=width - line.x_mm, from_right=True) for line in layout.lines),
    )
