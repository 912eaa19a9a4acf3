"""A visitor's characters made plain: which may not be there, and what of the rest goes to a model. Knows no word."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_INVISIBLE = 8  # marks of no width that a pasted text may bring along
SHORT = 12
MAX_MARKS_IN_A_ROW = 4  # Hebrew with vowels and cantillation has three on a letter

# Of no width: joiners (needed in Persian and Indic scripts), soft hyphens, selectors, marks of direction.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0100-\U000e01ef"
)
_DROPPED = re.compile(f"[{_INVISIBLE}]")
# Those that honest text has no use for: no emoji, no Persian, no Arabic or Hebrew is written with them.
_COUNTED = re.compile(
    "[\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b\u2060-\u2064\u3164\ufeff\uffa0\U000e0100-\U000e01ef]"
)
_FORBIDDEN_CATEGORIES = {"Cc", "Cs", "Co", "Cn"}
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they show other than is there
_WHITESPACE_CONTROLS = frozenset("\t\n\r\x0b\x0c\x85")
_TAGS = range(0xE0020, 0xE0080)  # flags of regions are made of them
_PICTOGRAPHS = (
    *((0x1F000, 0x1FAFF), (0x2190, 0x21FF), (0x2300, 0x23FF), (0x2460, 0x24FF), (0x2500, 0x27BF)),
    *((0x2900, 0x297F), (0x2B00, 0x2BFF)),
)
_QUOTES = {0x60: "'", 0xB4: "'", 0x2018: "'", 0x2019: "'", 0x2BC: "'", 0xA8: '"'}  # NFKC parts some into space and mark


@lru_cache(maxsize=8192)
def is_emoji(char: str) -> bool:
    """Whether a character is a pictograph, or a part of one (skin tone, keycap, flag, selector)."""
    code = ord(char)
    return any(first <= code <= last for first, last in _PICTOGRAPHS) or code in _TAGS or code == 0x20E3


@lru_cache(maxsize=8192)
def _is_forbidden(char: str) -> bool:
    if char in _OVERRIDES:
        return True
    if char in _WHITESPACE_CONTROLS or is_emoji(char):  # new pictographs are unassigned in older databases
        return False
    return unicodedata.category(char) in _FORBIDDEN_CATEGORIES


def has_forbidden(text: str) -> bool:
    """Whether a text has what no keyboard writes: controls, direction overrides, unassigned and private characters,
    lone surrogates, many characters of no width, or marks piled on a letter."""
    if any(map(_is_forbidden, text)) or len(_COUNTED.findall(text)) > MAX_INVISIBLE:
        return True
    in_a_row = 0
    for char in text:
        is_mark = not char.isascii() and unicodedata.category(char) in {"Mn", "Me"} and not _DROPPED.match(char)
        in_a_row = in_a_row + 1 if is_mark else 0
        if in_a_row > MAX_MARKS_IN_A_ROW:
            return True
    return False


def compatible(text: str) -> str:
    """NFKC without the characters of no width: fullwidth, circled and mathematical letters become plain ones."""
    return unicodedata.normalize("NFKC", _DROPPED.sub("", text.translate(_QUOTES)))


def normalised(text: str) -> str:
    """What goes to a model: NFKC, without emoji, on one line, single spaces. Persian keeps its joiners."""
    visible = "".join(
        " " if is_emoji(char) else char for char in text if not _DROPPED.match(char) or char in "\u200c\u200d"
    )
    return " ".join(_joiners_between_letters(unicodedata.normalize("NFKC", visible)).split())


def _joiners_between_letters(text: str) -> str:
    return re.sub(
        "[\u200c\u200d](?![\u0600-\u08ff\u0900-\u0dff])|(?<![\u0600-\u08ff\u0900-\u0dff])[\u200c\u200d]", "", text
    )


def is_words(normal: str) -> bool:
    """Whether there is anything to paint from: emoji, digits and punctuation alone are not, nor is a soup of signs."""
    letters = sum(char.isalpha() or unicodedata.category(char)[0] == "M" for char in normal)
    signs = len(normal) - letters - normal.count(" ")
    return letters > 0 and (len(normal) <= SHORT or letters * 2 >= signs)
