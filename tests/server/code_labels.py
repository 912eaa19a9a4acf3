"""Labels, codes and small fonts for the tests of what is printed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from server.codes.label import Label
from server.codes.print_size import PrintedCode, print_code


def link(number: int) -> str:
    """An address as long as those that codes carry."""
    return f"https://museum.example/v/AQEql1FsNUtohAABAAAAADX8G5V10u80_ERB_a{number:05d}"


@cache
def a_code(number: int = 1, distance_cm: float = 30) -> PrintedCode:
    return print_code(link(number), distance_cm)


def a_label(  # noqa: PLR0917
    number: int = 12,
    title: str = "Water Lilies",
    second_title: str = "",
    exhibition: str = "Painters of the River",
    short_address: str = "museum.example/s/12",
    distance_cm: float = 30,
    language: str = "",
) -> Label:
    return Label(
        number=number,
        title=title,
        second_title=second_title,
        exhibition=exhibition,
        short_address=short_address,
        code=a_code(number, distance_cm),
        language=language,
    )


def a_font(path: Path, characters: str, *, family: str = "Boxes", rights: int = 0) -> Path:
    """A font that draws each of these characters as a box; `rights` is its fsType."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    box = pen.glyph()
    names = {ord(character): f"u{ord(character):04X}" for character in characters}
    glyphs = [".notdef", *names.values()]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(glyphs)
    font.setupCharacterMap(names)
    font.setupGlyf(dict.fromkeys(glyphs, box))
    font.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 100)))
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupOS2(fsType=rights)
    font.setupPost()
    font.save(path)
    return path
