"""Sets a label's texts into a box: number, rule, titles, exhibition, address. Knows no font: widths come in as numbers.

It reads like the label beside a painting. In a narrow box the number stands over the title, in a wide one beside it;
the exhibition and the address stand small at the foot. Type is sized by the code and shrinks together until all fits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from server.codes.label import Label
from server.codes.wrapping import address_pieces, balance, cut_to_fit, pieces

POINT_MM = 25.4 / 72
RULE_MM = 0.15

_MIN_TITLE_MM = 6 * POINT_MM
_MIN_SMALL_MM = 5 * POINT_MM
_STEP = 0.94  # by which type shrinks until it fits
_DIGITS_HIGH = 0.67  # of their type size: round ones reach a little over the others
_WIDE = 2  # a box so many times as wide as high has the number beside the title
_NUMBER_SHARE = 0.3  # of such a box


class Role(StrEnum):
    """What a line of text is."""

    NUMBER = "number"
    TITLE = "title"
    SECOND = "second"
    EXHIBITION = "exhibition"
    ADDRESS = "address"


Measure = Callable[[str, Role], float]  # a line's width, as a multiple of its type size


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `x_mm` is its left end, or its right end if `from_right`; `size_mm` its type size."""

    text: str
    role: Role
    x_mm: float
    baseline_mm: float
    size_mm: float
    rtl: bool  # the direction of the paragraph that it is a line of
    from_right: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """The thin line, RULE_MM thick, from its left end."""

    x_mm: float
    y_mm: float
    width_mm: float


Caption = tuple[Rule, tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Box:
    """Where the texts go, mm."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Where the last baseline stands."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Type sizes, mm."""

    number: float
    title: float
    second: float
    small: float


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one text: height above the first baseline, from line to line, and under the last baseline."""

    lines: tuple[str, ...]
    role: Role
    size: float
    rtl: bool
    above: float
    pitch: float
    below: float

    @property
    def height(self) -> float:
        return self.above + (len(self.lines) - 1) * self.pitch + self.below

    def at(self, x: float, y: float) -> Iterator[Line]:
        """The lines, the first one's top at y."""
        for number, text in enumerate(self.lines):
            yield Line(text, self.role, x, y + self.above + number * self.pitch, self.size, self.rtl)


class _TooLongError(Exception):
    """The texts do not fit at this size."""


def is_rtl(text: str) -> bool:
    """Whether a paragraph runs from right to left: its first strong character says so (UAX #9, rules P2 and P3)."""
    directions = map(unicodedata.bidirectional, text)
    return next((direction != "L" for direction in directions if direction in ("L", "R", "AL")), False)


def set_caption(label: Label, box: Box, measure: Measure, *, least: float = 0.0) -> Caption | None:
    """The largest setting that fits, written from the left; None if 6 points, or the scale `least`, are too much."""
    setter = _Setter(label, box, cache(measure))
    scale = 1.0
    while True:
        sizes = setter.sizes(scale)
        smallest = sizes.title <= _MIN_TITLE_MM
        try:
            return setter.wide(sizes, cut=smallest) if setter.is_wide else setter.narrow(sizes, cut=smallest)
        except _TooLongError:
            scale *= _STEP
            if smallest or scale < least:
                return None


class _Setter:
    """Sets one label's texts into one box."""

    def __init__(self, label: Label, box: Box, measure: Measure) -> None:
        self._label = label
        self._box = box
        self._measure = measure
        self.is_wide = box.width > _WIDE * box.height
        self._number = str(label.number)
        self._number_width = measure(self._number, Role.NUMBER)

    def sizes(self, scale: float) -> _Sizes:
        """Type sizes by the code's side; the number is no wider than its share of the box."""
        side = self._label.code.side_mm
        room = self._box.width * (_NUMBER_SHARE if self.is_wide else 1.0) / self._number_width
        number = min(max(0.28 * side, 14 * POINT_MM) * max(scale, 0.5), room)
        title = max(max(0.125 * side, 9 * POINT_MM) * scale, _MIN_TITLE_MM)
        small = max(max(0.052 * side, 6 * POINT_MM) * scale, _MIN_SMALL_MM)
        return _Sizes(number, title, max(0.76 * title, _MIN_SMALL_MM), small)

    def narrow(self, sizes: _Sizes, *, cut: bool) -> Caption:
        """The number, the rule under it, the titles; the foot at the bottom. Raises _TooLongError."""
        box = self._box
        rule = Rule(box.x, box.y + (_DIGITS_HIGH + 0.32) * sizes.number, box.width)
        below = Box(box.x, rule.y_mm + 0.32 * sizes.number, box.width, box.bottom - rule.y_mm - 0.32 * sizes.number)
        return rule, (self._number_line(sizes, box.y), *self._texts(sizes, below, cut=cut))

    def wide(self, sizes: _Sizes, *, cut: bool) -> Caption:
        """The rule, under it the number and right of that the titles and the foot. Raises _TooLongError."""
        box = self._box
        y = box.y + 0.9 * sizes.title
        indent = (self._number_width + 0.3) * sizes.number
        if y + _DIGITS_HIGH * sizes.number > box.bottom:
            raise _TooLongError
        beside = Box(box.x + indent, y, box.width - indent, box.bottom - y)
        rule = Rule(box.x, box.y + RULE_MM / 2, box.width)  # clear of a quiet zone that ends where the box begins
        return rule, (self._number_line(sizes, y), *self._texts(sizes, beside, cut=cut))

    def _number_line(self, sizes: _Sizes, y: float) -> Line:
        return Line(self._number, Role.NUMBER, self._box.x, y + _DIGITS_HIGH * sizes.number, sizes.number, rtl=False)

    def _texts(self, sizes: _Sizes, box: Box, *, cut: bool) -> Iterator[Line]:
        """The titles from the top, exhibition and address down to the bottom; white between them."""
        label = self._label
        address, address_size = self._address(sizes, box.width)
        head = [
            self._block(Role.TITLE, pieces(label.title), sizes.title, box.width, cut=cut),
            self._block(Role.SECOND, pieces(label.second_title), sizes.second, box.width, cut=cut),
        ]
        foot = [
            self._block(Role.EXHIBITION, pieces(label.exhibition), sizes.small, box.width, cut=cut),
            self._block(Role.ADDRESS, address, address_size, box.width, cut=cut),
        ]
        gap, foot_gap = 0.25 * sizes.title, 0.3 * sizes.small
        top = box.bottom + foot[-1].below - _height(foot, foot_gap)
        if box.y + _height(head, gap) + sizes.small > top:
            raise _TooLongError
        yield from _stacked(head, box.x, box.y, gap)
        yield from _stacked(foot, box.x, top, foot_gap)

    def _address(self, sizes: _Sizes, limit: float) -> tuple[list[str], float]:
        """In one piece, smaller if it must be; where even that is too wide, in pieces."""
        address = self._label.short_address
        if not address:
            return [], sizes.small
        fitting = limit / self._measure(address, Role.ADDRESS)
        if fitting < _MIN_SMALL_MM:
            return address_pieces(address), sizes.small
        return [address], min(sizes.small, fitting)

    def _block(self, role: Role, parts: list[str], size: float, limit: float, *, cut: bool) -> _Block:
        def width(part: str) -> float:
            return self._measure(part, role) * size

        lines = balance(cut_to_fit(parts, width, limit) if cut else parts, width, limit)
        if lines is None:
            raise _TooLongError
        text = "".join(parts)
        above, pitch, below = _heights(text)
        return _Block(tuple(lines), role, size, is_rtl(text), above * size, pitch * size, below * size)


def _heights(text: str) -> tuple[float, float, float]:
    """Above the first baseline, from line to line, under the last one; Arabic's strokes reach furthest."""
    if any(unicodedata.bidirectional(character) == "AL" for character in text):
        return 0.95, 1.5, 0.5
    if any(unicodedata.east_asian_width(character) == "W" for character in text):
        return 0.86, 1.3, 0.3
    return 0.7, 1.2, 0.24


def _height(blocks: list[_Block], gap: float) -> float:
    heights = [block.height for block in blocks if block.lines]
    return sum(heights) + gap * max(0, len(heights) - 1)


def _stacked(blocks: list[_Block], x: float, y: float, gap: float) -> Iterator[Line]:
    for block in blocks:
        if block.lines:
            yield from block.at(x, y)
            y += block.height + gap
