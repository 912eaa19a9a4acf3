"""The lists: entries that are refused and exceptions that are allowed, made ready once to be looked for in any text.

An entry is a word or a short phrase; `word*` is a stem with anything behind it. Lists of all languages are looked for
in every text, as nobody says which language they write. An allowed entry excuses what is found inside it: "pussy
willow", or "nude" where a curator shows nudes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence

from exhibit.errors import ExhibitError
from exhibit.words.characters import compatible, has_forbidden
from exhibit.words.glyphs import Glyph, glyphs_of
from exhibit.words.lookalikes import is_close_twin, latin_twins, script_of, turned_upright, without_marks
from exhibit.words.near import Misspellings
from exhibit.words.tree import Entry, Find, Tree

MAX_ENTRY_CHARS = 64
MAX_ENTRIES = 2000  # of a language

_FREE_END = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR"}
_LEAST_LETTERS_WITHOUT_ACCENTS = 5  # "cono" is not what "coño" is
_LEAST_LETTERS_OF_TWINS = 4  # "ню" looks like "ho"
_ARABIC_PREFIXES = ("", "ال", "و", "وال", "ب", "بال", "لل", "ل")
_LEAST_ARABIC_LETTERS = 2
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_BACKSLASH = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{4,6})\}?|x([0-9A-Fa-f]{2}))")


class WordListError(ExhibitError):
    """A list has an entry that cannot be looked for: which, what was expected and what is there."""


class WordLists:
    """Refused and allowed entries by language (BCP 47), ready to be asked. Raises WordListError."""

    def __init__(
        self, refused: Mapping[str, Sequence[str]], allowed: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._refused, self._allowed, self._misspelt = Tree(), Tree(), Misspellings()
        for entry, words, is_stem in _entries(refused):
            for spelling in _spellings(words):
                self._refused.add(spelling, entry, is_stem=is_stem or _ends_freely(spelling))
            self._misspelt.add(tuple(map(_plain, words)), entry, is_stem=is_stem)
        self._misspelt.ready()
        for entry, words, is_stem in _entries(allowed or {}):
            for spelling in {words, tuple(map(_plain, words)) if len(words) > 1 else words}:
                self._allowed.add(spelling, entry, is_stem=is_stem or _ends_freely(words))

    def find(self, text: str) -> Entry | None:
        """The first refused entry that a text (no forbidden characters, a few hundred at most) has in any reading."""
        return next(filter(None, map(self._find_in, _readings(text))), None)

    def _find_in(self, reading: str) -> Entry | None:
        glyphs = glyphs_of(reading)
        excused: list[Find] | None = None
        for find in self._all_finds(glyphs):
            if excused is None:
                excused = list(self._allowed.finds(glyphs, strict=True))
            if not any(_excuses(allowed, find, glyphs) for allowed in excused):
                return find.entry
        return None

    def _all_finds(self, glyphs: list[Glyph]) -> Iterator[Find]:
        yield from self._refused.finds(glyphs)
        yield from self._misspelt.finds(glyphs)


def _excuses(allowed: Find, find: Find, glyphs: list[Glyph]) -> bool:
    """Whether an exception covers a find, but for the signs and spaces behind it."""
    return allowed.start <= find.start and all(glyph.skippable for glyph in glyphs[allowed.end : find.end])


def _entries(lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[Entry, tuple[str, ...], bool]]:
    for language, entries in lists.items():
        if len(entries) > MAX_ENTRIES:
            raise WordListError(f"{language}: expected at most {MAX_ENTRIES} entries, got {len(entries)}")
        for written in entries:
            words = words_of_entry(written, language)
            yield Entry(language, written), words, written.rstrip().endswith("*")


def words_of_entry(written: str, language: str = "") -> tuple[str, ...]:
    """The words of one line of a list, casefolded; raises WordListError where it could not be looked for."""
    where = f"{language}: " if language else ""
    if len(written) > MAX_ENTRY_CHARS:
        raise WordListError(f"{where}expected an entry of at most {MAX_ENTRY_CHARS} characters, got {len(written)}")
    if has_forbidden(written) or "\n" in written:
        raise WordListError(f"{where}expected an entry of plain characters on one line, got {written!r}")
    words = tuple(re.split(r"[\s\-'/.]+", compatible(written.strip().removesuffix("*")).casefold().strip(" -'/.")))
    joined = "".join(words)
    if any(not char.isalnum() and not _is_mark_of_letter(char) for char in joined):
        raise WordListError(f"{where}expected letters and digits, with * only at the end, got {written!r}")
    if len(joined) < 2 and not any(script_of(char) in {"CJK", "HANGUL"} for char in joined):
        raise WordListError(f"{where}expected an entry of at least two letters, got {written!r}")
    return words


def _is_mark_of_letter(char: str) -> bool:
    return re.fullmatch(r"[\u0300-\u036f\u0610-\u0670\u0900-\u109f\u1780-\u17ff\u3099\u309a]", char) is not None


def _spellings(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """A phrase as it is, without accents where enough of it is left, as its Latin twin, behind Arabic's articles."""
    spelt = {words}
    if sum(map(len, words)) >= _LEAST_LETTERS_WITHOUT_ACCENTS:
        spelt |= {tuple(map(_without_accents, words)), tuple(map(_plain, words))}
    if script_of(words[0][0]) in {"CYRILLIC", "GREEK", "ARMENIAN"}:
        twin = tuple("".join(latin_twins(char)[:1] or char for char in word) for word in words)
        if sum(map(len, twin)) >= _LEAST_LETTERS_OF_TWINS and all(map(is_close_twin, "".join(words))):
            spelt.add(twin)
    if script_of(words[0][0]) == "ARABIC":
        prefixes = _ARABIC_PREFIXES if len(words[0]) > _LEAST_ARABIC_LETTERS else ("", _ARABIC_PREFIXES[1])
        spelt |= {(prefix + first, *rest) for first, *rest in spelt for prefix in prefixes}
    return spelt


def _without_accents(word: str) -> str:
    return "".join(map(without_marks, word))


def _plain(word: str) -> str:
    """Without accents, and without the Latin letters that ASCII has not (ł, ø, ı)."""
    return "".join(
        latin_twins(char)[:1] or char if script_of(char) == "LATIN" else char for char in _without_accents(word)
    )


def _ends_freely(words: tuple[str, ...]) -> bool:
    return script_of(words[-1][-1]) in _FREE_END


def _readings(text: str) -> Iterator[str]:
    """The text, and what it is decoded, upside down, or with letters drawn of two signs."""
    yield text
    if (decoded := _decoded(_decoded(text))) != text:
        yield decoded
    if upright := turned_upright(text.casefold()):
        yield upright
    if (drawn := _drawn(text)) != text:
        yield drawn


def _decoded(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = _PERCENT.sub(lambda match: bytes.fromhex(match[0].replace("%", "")).decode(errors="replace"), text)
    if "\\" in text:
        text = _BACKSLASH.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), text)
    return text


def _drawn(text: str) -> str:
    for signs, letter in (
        ("()", "o"),
        ("[]", "o"),
        ("|<", "k"),
        ("|-|", "h"),
        ("/\\", "a"),
        ("\\/", "v"),
        ("|)", "d"),
        ("vv", "w"),
        ("VV", "w"),
    ):
        text = text.replace(signs, letter)
    return text
