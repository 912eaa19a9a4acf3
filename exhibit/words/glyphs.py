"""A text as a row of glyphs: what each character may be read as, and where words may start and end. Knows no list.

One character has several readings: "1" is itself, an i or an l, and it may stand between two words. The search in
`tree.py` follows all of them at once, so no text has to be decoded one way or the other beforehand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from exhibit.words.characters import compatible, is_emoji
from exhibit.words.lookalikes import cyrillic_twins, is_close_twin, latin_twins, letters_meant, script_of, without_marks

# How a gap between two pieces may be crossed inside one word: the number of letters that the word then has to have.
JOINED = 0  # a hyphen, a dot, an emoji, or the spaces of "b l o o d"
OVER_A_LINE = 4
BETWEEN_SHORT_PIECES = 5  # "bl oo d"
OVER_A_SPACE = 6  # "mur der"
CLOSED = 999

IN_FOREIGN_TEXT = 5  # letters a Latin word must have to be seen in a text that is all Cyrillic, say

_JOKERS = frozenset("*#✱✲✳∗※•●■█▇_")  # "f**k", "f#ck"
_JOKERS_INSIDE = frozenset("-–—.·~")  # "f-ck"; at a word's end they are what they are
_WITHOUT_SPACES = {"CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "BOPOMOFO", "KANGXI"}
_LIVING_SCRIPTS = {"CYRILLIC", "GREEK", "ARMENIAN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "CHEROKEE", "HEBREW"}
_MARKS = (  # that leave a letter what it is: accents, Hebrew points, Arabic vowels and its long stroke
    *((0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F), (0x670, 0x670)),
    *((0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF)),
)
_TURKISH = frozenset("şğçöü")  # beside them ı is a letter of its own, not a dressed-up i
_ONE_LETTER_WORDS = frozenset("aioueyàáâéèêíóôúíìòавикосуяоюεη")
_FUNCTION_WORDS = (  # none of them is the first piece of a word that was cut in two
    " the and for with her his its our per are was not all any old man men con por par las los les una une des del der "
    "die das den dem von van het een nas dos uma sul mon ton son mes tes ses que qui mit und aus bei ist pod nad dla "
    "prz pro sub "
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its readings, and the gap that it makes or ends."""

    letters: str  # casefolded readings as a letter, the writer's own first
    twins: str = ""  # Latin letters that it looks like
    twins_from: int = 0  # letters that a word read through twins must have
    signs: str = ""  # Latin letters that it stands for as a digit or a sign
    joker: bool = False  # stands for any letter
    gap: int = CLOSED  # letters that a word over this gap must have; JOINED where this is no space
    skippable: bool = False  # a word may go on behind it
    starts: bool = False  # a word may start here
    ends: bool = False  # a word may end before it
    is_plain: bool = False  # one letter with one reading


END = Glyph("", ends=True)
_INSIDE = Glyph("", joker=True, gap=JOINED, skippable=True, ends=True)


def glyphs_of(text: str) -> list[Glyph]:
    """The glyphs of a text of any characters but forbidden ones, ended by END."""
    plain = "".join(char for char in compatible(text).casefold() if char.isascii() or not _is_mark(char))
    pieces = re.split(r"(\s+)", plain)
    scripts = [script_of(char) for char in plain]
    mostly_latin = scripts.count("LATIN") * 2 >= sum(map(bool, scripts))
    row: list[Glyph] = []
    bare = [_bare(piece) for piece in pieces[::2]]
    for place, piece in enumerate(pieces):
        if place % 2:
            row.append(_space(piece, bare, place // 2))
        else:
            row.extend(_piece(piece, mostly_latin))
    return [*_with_starts(row), END]


def plain_words(glyphs: list[Glyph]) -> set[str]:
    """A row of letters as a word without accents: in the writer's script and, among Latin ones, as its Latin twin."""
    own = "".join(glyph.letters[-1:] for glyph in glyphs)
    if any(glyph.twins_from for glyph in glyphs):
        return {own}
    return {own, "".join(glyph.twins[:1] or glyph.letters[-1:] for glyph in glyphs)}


def _is_mark(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _MARKS)


def _bare(piece: str) -> str:
    """A piece without what stands around and inside it that is neither letter nor a letter's sign."""
    return "".join(char for char in piece if char.isalnum() or char in "@$€*" or latin_twins(char))


def _space(space: str, pieces: list[str], before: int) -> Glyph:
    left, right = pieces[before], pieces[before + 1]
    return Glyph("", gap=_crossing(space, left, right), skippable=True, ends=True)


def _crossing(space: str, left: str, right: str) -> int:
    short = [piece for piece in (left, right) if len(piece) <= 1]
    if len(short) == 2 or any(piece not in _ONE_LETTER_WORDS for piece in short):
        return JOINED
    if "\n" in space or "\r" in space or "\u2028" in space:
        return OVER_A_LINE
    if not short and len(left) <= 2 and len(right) <= 2:
        return BETWEEN_SHORT_PIECES
    if len(left) >= 3 and len(right) >= 3 and f" {left} " not in _FUNCTION_WORDS:
        return OVER_A_SPACE
    return CLOSED


def _piece(piece: str, mostly_latin: bool) -> list[Glyph]:
    scripts = {script_of(char) for char in piece} - {""}
    mixed = mostly_latin or len(scripts) > 1
    row = [_glyph(char, 0 if mixed else IN_FOREIGN_TEXT) for char in piece]
    if "ı" in piece and not _TURKISH.isdisjoint(piece):
        return [replace(glyph, twins="") if glyph.letters == "ı" else glyph for glyph in row]
    lettered = [place for place, glyph in enumerate(row) if glyph.letters]
    for place in range(lettered[0], lettered[-1]) if lettered else ():
        if piece[place] in _JOKERS_INSIDE:
            row[place] = _INSIDE
    if "CYRILLIC" in scripts and "LATIN" in scripts:
        return [_also_cyrillic(glyph) for glyph in row]
    return row


def _also_cyrillic(glyph: Glyph) -> Glyph:
    twins = cyrillic_twins(glyph.letters)
    return replace(glyph, twins=twins, is_plain=False) if twins else glyph


@lru_cache(maxsize=4096)
def _glyph(char: str, twins_from: int) -> Glyph:
    script = script_of(char)
    twins = latin_twins(char)
    if script and not is_emoji(char):
        free = script in _WITHOUT_SPACES
        base = without_marks(char)
        least = twins_from if script in _LIVING_SCRIPTS else 0
        if least and not is_close_twin(char):
            twins = ""
        is_plain = base == char and not twins
        letters = char if base == char else char + base
        return Glyph(letters, twins, least, starts=free, ends=free, gap=JOINED, is_plain=is_plain)
    if char.isdigit():
        return Glyph(char, signs=letters_meant(char), skippable=True, ends=True, gap=JOINED)
    if char.isalpha() or _is_vowel_sign(char):
        return Glyph(char, twins, gap=JOINED)
    is_joker = char in _JOKERS or (is_emoji(char) and not twins)
    return Glyph("", twins, 0, letters_meant(char), is_joker, JOINED, skippable=True, ends=True)


def _is_vowel_sign(char: str) -> bool:
    return 0x0900 <= ord(char) <= 0x109F or 0x1780 <= ord(char) <= 0x17FF or 0x3099 <= ord(char) <= 0x309A


def _with_starts(row: list[Glyph]) -> list[Glyph]:
    """A word may start at the start, behind what may end one, and anywhere in scripts without spaces."""
    return [_starting(glyph) if before.ends and not glyph.starts else glyph for before, glyph in pairwise([END, *row])]


@lru_cache(maxsize=4096)
def _starting(glyph: Glyph) -> Glyph:
    return replace(glyph, starts=True)
