"""What a station's label says: number, titles, exhibition, address and code. Knows no paper and no font."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from server.codes.print_size import PrintedCode, PrintError

MAX_TEXT_CHARS = 300
_UNPRINTABLE = {"Cc", "Cs", "Co", "Cn"}  # control, surrogate, private and unassigned characters


class SheetError(PrintError):
    """A label cannot be printed: which station, what was expected and what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One station's label.

    Texts are in logical order and on one line: line ends and runs of spaces become one space. `short_address` is for
    people who cannot scan, printed as it is given. `language` and `second_language` are the titles' BCP 47 tags: they
    choose between the Chinese, Japanese and Korean forms of a character. Raises SheetError.
    """

    number: int
    title: str
    second_title: str = ""
    exhibition: str
    short_address: str
    code: PrintedCode
    language: str = ""
    second_language: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 0xFFFF:
            raise SheetError(f"expected a station number from 1 to 65535, got {self.number}")
        for name in ("title", "second_title", "exhibition", "short_address"):
            words = name.replace("_", " ")
            object.__setattr__(self, name, _printable(f"station {self.number}, {words}", getattr(self, name)))
        if not self.title:
            raise SheetError(f"station {self.number}: expected a title, got none")


def _printable(where: str, text: str) -> str:
    """The text as it is set: composed (NFC), on one line. Raises SheetError."""
    if len(text) > MAX_TEXT_CHARS:
        raise SheetError(f"{where}: expected at most {MAX_TEXT_CHARS} characters, got {len(text)}")
    line = " ".join(text.split())
    for character in line:
        if unicodedata.category(character) in _UNPRINTABLE:
            raise SheetError(f"{where}: expected text that can be printed, got the character U+{ord(character):04X}")
    return unicodedata.normalize("NFC", line)
