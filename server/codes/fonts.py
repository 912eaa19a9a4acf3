"""Finds fonts that have every character of a text, and cuts them down to what is printed. Knows no label and no page.

It looks among the fonts that were named, then in the packages that bring the project's own (Source Serif 4 for Latin,
Greek and Cyrillic, Amiri for Arabic; both under the SIL Open Font License), then in the system's usual folders. What a
font has is asked of HarfBuzz, which maps files into memory and reads no more than it needs.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from server.codes.label import SheetError

MAX_FONT_BYTES = 128 << 20
MAX_FONT_FILES = 5000

_PACKAGES = ("fontpkg_source_serif_4", "fontpkg_amiri")
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_OUTLINES = {"glyf", "CFF ", "CFF2"}
_UNINKED = {"Cf", "Zs"}  # formatting characters and spaces: HarfBuzz can do without them
_RESTRICTED = 0x0002  # in fsType of the table OS/2: may not be embedded
_MAX_FACES = 16  # of a collection
_MISSING_SHOWN = 12
_FAMILY_NAME = 1  # in the table name
_FIRST_IDEOGRAPH = 0x4E00

# Parts of file names, best first: serifs, then sans serifs; what is not named comes last.
# fmt: off
_LIKED = (
    "sourceserif", "notoserifcjk", "sourcehanserif", "notoserif", "songti", "stsong", "simsun", "notonaskharabic",
    "amiri", "scheherazade", "times", "dejavuserif", "sourcehansans", "notosanscjk", "pingfang", "hiragino", "msyh",
    "notosans", "dejavusans", "arial", "tahoma",
)
_DISLIKED = (
    "bold", "italic", "oblique", "light", "thin", "black", "heavy", "condensed", "mono", "emoji", "lastresort",
)
# fmt: on

_REGIONS = {"zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "zh-mo": "HK", "zh": "SC", "ja": "JP", "ko": "KR"}


@dataclass(frozen=True, slots=True)
class Font:
    """One face of a font file."""

    path: Path
    index: int = 0


class FontShelf:
    """The fonts within reach, for one print job. The system's folders are looked into only when they are needed."""

    def __init__(self, named: Sequence[Path] = (), folders: Sequence[Path] | None = None) -> None:
        """Raises SheetError for a named file that is not a font."""
        self._folders = system_folders() if folders is None else folders
        self._coverage: dict[Font, Collection[int]] = {}
        self._far_fonts: dict[str, list[Font]] = {}  # by region
        self._near = [font for path in named for font in _named(path)] + [
            Font(path) for path in font_files(_package_folders()) if _is_plain(path)
        ]

    def stack(self, text: str, language: str = "") -> tuple[Font, ...]:
        """One font that has all of the text; failing that several, the main one first. Raises SheetError."""
        wanted = {ord(character) for character in text if unicodedata.category(character) not in _UNINKED}
        region = region_of(text, language)
        near = sorted(self._near, key=lambda font: self._strangeness(font, region))
        found = self._covering(wanted, near) or self._covering(wanted, [*near, *self._far(region)])
        if not found:
            have = {unit for font in [*near, *self._far(region)] for unit in wanted if unit in self._units(font)}
            raise SheetError(_missing(wanted - have))
        return found

    def _covering(self, wanted: set[int], fonts: Sequence[Font]) -> tuple[Font, ...]:
        for font in fonts:
            if all(unit in self._units(font) for unit in wanted):
                return (font,)
        taken: list[Font] = []
        left = set(wanted)
        for font in fonts:
            if more := {unit for unit in left if unit in self._units(font)}:
                taken.append(font)
                left -= more
        return () if left else tuple(taken)

    def _far(self, region: str) -> list[Font]:
        """The system's fonts, the best for the region first."""
        if region not in self._far_fonts:
            self._far_fonts[region] = sorted(
                self._system, key=lambda font: (_rank(font.path), self._strangeness(font, region))
            )
        return self._far_fonts[region]

    @cached_property
    def _system(self) -> list[Font]:
        return [font for path in font_files(self._folders) for font in _faces(path)]

    def _units(self, font: Font) -> Collection[int]:
        """The code points that a font has."""
        if font not in self._coverage:
            self._coverage[font] = _open(font).unicodes
        return self._coverage[font]

    def _strangeness(self, font: Font, region: str) -> int:
        """How little a font was drawn for this region; one that has ideographs comes last where there are none."""
        if not region:
            return int(_FIRST_IDEOGRAPH in self._units(font))
        regions = set((_open(font).get_name(_FAMILY_NAME) or "").split()) & {*_REGIONS.values()}
        return 1 if not regions else 0 if region in regions else 2


def cut(font: Font, characters: str, axes: Mapping[str, float]) -> bytes:
    """A font file with these characters, their ligatures and joined forms only; a variable one is fixed at `axes`."""
    import uharfbuzz as hb  # type: ignore[import-untyped]  # loaded by those who print

    face = _open(font)
    wish = hb.SubsetInput()
    wish.unicode_set.update(map(ord, characters))
    for axis in face.axis_infos:
        value = axes.get(axis.tag, axis.default_value)
        wish.pin_axis_location(face, axis.tag, min(max(value, axis.min_value), axis.max_value))
    return bytes(hb.subset(face, wish).blob.data)


def region_of(text: str, language: str) -> str:
    """The East Asian region whose forms a text wants, as fonts abbreviate it; "" where the text has none.

    Without a language, kana mean Japanese, Hangul Korean, Bopomofo traditional Chinese, ideographs alone simplified.
    """
    names = [unicodedata.name(character, "") for character in text if unicodedata.east_asian_width(character) in "WF"]
    if not names:
        return ""
    tag = language.lower()
    while tag:
        if tag in _REGIONS:
            return _REGIONS[tag]
        tag = tag.rpartition("-")[0]
    for start, region in (("HIRAGANA", "JP"), ("KATAKANA", "JP"), ("HANGUL", "KR"), ("BOPOMOFO", "TC")):
        if any(name.startswith(start) for name in names):
            return region
    return "SC"


def system_folders() -> list[Path]:
    """Where this kind of system keeps fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        user = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        return [Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts"), user / "Microsoft/Windows/Fonts"]
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts"]


def font_files(folders: Sequence[Path]) -> Iterator[Path]:
    """Font files in and under folders, by name; no more than MAX_FONT_FILES, none larger than MAX_FONT_BYTES."""
    seen = 0
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in _SUFFIXES and _is_bearable(path):
                yield path
                seen += 1
            if seen >= MAX_FONT_FILES:
                return


def _package_folders() -> list[Path]:
    found = (find_spec(name) for name in _PACKAGES)
    return [Path(folder) for spec in found if spec for folder in spec.submodule_search_locations or ()]


def _named(path: Path) -> list[Font]:
    if not _is_bearable(path):
        raise SheetError(
            f"[codes] fonts: expected a readable font file of at most {MAX_FONT_BYTES >> 20} MB, got {path}"
        )
    if not (faces := _faces(path)):
        raise SheetError(
            f"[codes] fonts: expected a TrueType or OpenType font with outlines that may be embedded, got {path}"
        )
    return faces


def _is_bearable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK) and 0 < path.stat().st_size <= MAX_FONT_BYTES


def _faces(path: Path) -> list[Font]:
    """The faces of a file that can be printed; none where it is not a font."""
    count = min(_open(Font(path)).count, _MAX_FACES)
    return [font for font in (Font(path, index) for index in range(count)) if _is_printable(_open(font))]


def _is_printable(face: Any) -> bool:
    rights = bytes(face.reference_table("OS/2").data)[8:10]
    return bool(_OUTLINES & set(face.table_tags)) and not int.from_bytes(rights) & _RESTRICTED


def _open(font: Font) -> Any:
    import uharfbuzz as hb

    return hb.Face(hb.Blob.from_file_path(str(font.path)), font.index)


def _rank(path: Path) -> tuple[int, bool]:
    """How gladly a file is used, judging by its name: smaller is better."""
    name = path.stem.lower().replace("-", "").replace(" ", "").replace("_", "")
    liked = next((place for place, part in enumerate(_LIKED) if part in name), len(_LIKED))
    return liked, not _is_plain(path)


def _is_plain(path: Path) -> bool:
    """Upright and regular, judging by its name."""
    return not any(part in path.stem.lower() for part in _DISLIKED)


def _missing(units: set[int]) -> str:
    shown = ", ".join(f"{chr(unit)} (U+{unit:04X})" for unit in sorted(units)[:_MISSING_SHOWN])
    more = f" and {len(units) - _MISSING_SHOWN} more" if len(units) > _MISSING_SHOWN else ""
    return (
        f"no font on this machine has {shown}{more}; install one (for Chinese, Japanese and Korean: Noto Serif CJK) or "
        "name a font file under [codes] fonts"
    )
