"""Breaks a text into lines that fit a width. Knows no font: widths come in as numbers.

A small part of UAX #14: lines break after spaces and between ideographs or kana, though never before closing or after
opening punctuation (the kinsoku rules of JLREQ, section 3.1.7; CLREQ asks for the same). Addresses break after their
slashes and dots.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

Width = Callable[[str], float]

_EVEN = 0.02  # of a line's width: how exactly lines are made even
_NEVER_FIRST = set(
    "!),.:;?]}¢°’”›»‼、。〃々〉》」』】〕〗〙〟ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ・ーゝゞヽヾ！％），．：；？］｝～…‥—"
)
_NEVER_LAST = set("([{£¥‘“‹«〈《「『【〔〖〘〝（［｛￥")
_AFTER_MARKS = re.compile(r"[^/.?&=-]*[/.?&=-]+|[^/.?&=-]+")


def pieces(text: str) -> list[str]:
    """The parts between which a line may break, spaces at their ends; joined they are the text."""
    found: list[str] = []
    for character in text:
        if found and not _may_break(found[-1][-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def address_pieces(address: str) -> list[str]:
    """The same for an address, which has no spaces."""
    return _AFTER_MARKS.findall(address)


def wrap(parts: Sequence[str], width: Width, limit: float) -> list[str] | None:
    """Lines no wider than `limit`, each as full as possible; None if one part alone is too wide.

    A line's width is the sum of its parts', which is right but for kerning across a space.
    """
    lines: list[str] = []
    used = float("inf")
    for part in parts:
        bare = width(part.rstrip())
        if bare > limit:
            return None
        if used + bare > limit:
            lines.append("")
            used = 0.0
        lines[-1] += part
        used += width(part)
    return [line.rstrip() for line in lines]


def balance(parts: Sequence[str], width: Width, limit: float) -> list[str] | None:
    """As many lines as `wrap` needs, as even as they can be: no single character is left for the last one."""
    lines = wrap(parts, width, limit)
    low = 0.0
    while lines and len(lines) > 1 and limit - low > _EVEN * limit:
        middle = (low + limit) / 2
        narrower = wrap(parts, width, middle)
        if narrower and len(narrower) == len(lines):
            lines, limit = narrower, middle
        else:
            low = middle
    return lines


def cut_to_fit(parts: Sequence[str], width: Width, limit: float) -> list[str]:
    """The parts again, those wider than the limit cut where they reach it; at least one character stays in each."""
    return [
        piece for part in parts for piece in ([part] if width(part.rstrip()) <= limit else _cut(part, width, limit))
    ]


def _cut(part: str, width: Width, limit: float) -> list[str]:
    cut = [""]
    for character in part:
        if not cut[-1] or unicodedata.combining(character) or width(cut[-1] + character) <= limit:
            cut[-1] += character
        else:
            cut.append(character)
    return cut


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _NEVER_FIRST or before in _NEVER_LAST or unicodedata.combining(after):
        return False
    return before.isspace() or _is_ideographic(before) or _is_ideographic(after)


def _is_ideographic(character: str) -> bool:
    """Whether lines may break beside it: ideographs, kana and full-width forms, not Hangul, which has spaces."""
    wide = unicodedata.east_asian_width(character) in "WF"
    return wide and not "가" <= character <= "힣"
