"""Misspellings of longer words: one letter left out, two changed round, or the whole written backwards.

They are looked up, not searched for: each entry's misspellings are known beforehand. The first letter has to be right
("laughter" is not a slaughter). Whole words only, and only words of some length, as short ones are one letter apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from exhibit.words.glyphs import Glyph, plain_words
from exhibit.words.tree import Entry, Find

LEAST_LETTERS = 6
LEAST_LETTERS_OF_STEM = 9  # "strang" may go on as a stranger
LEAST_LETTERS_BACKWARDS = 6  # "regen" is rain


class Misspellings:
    """Misspelt words and what they stand for."""

    def __init__(self) -> None:
        self._meant: dict[str, Entry] = {}
        self._stems: dict[str, Entry] = {}
        self._stem_lengths: list[int] = []
        self._phrases: dict[str, Entry] = {}  # of two words, by their letters

    def add(self, words: tuple[str, ...], entry: Entry, *, is_stem: bool) -> None:
        """Adds the misspellings of a phrase of one or more words, in casefolded letters without accents."""
        word = "".join(words)
        if len(words) > 1:
            self._phrases.update((misspelt, entry) for misspelt in _misspelt(word) if len(word) >= LEAST_LETTERS)
            return
        if len(word) >= LEAST_LETTERS_BACKWARDS:
            self._meant.setdefault(word[::-1], entry)
        if len(word) < LEAST_LETTERS:
            return
        for misspelt in _misspelt(word):
            self._meant.setdefault(misspelt, entry)
            if is_stem and len(word) >= LEAST_LETTERS_OF_STEM:
                self._stems.setdefault(misspelt, entry)

    def ready(self) -> None:
        """Call after the last `add`."""
        self._stem_lengths = sorted({len(stem) for stem in self._stems})

    def finds(self, glyphs: list[Glyph]) -> Iterator[Find]:
        """Every misspelling among the words of a row, and among pairs of neighbours, as phrases are written."""
        words = list(_words(glyphs))
        for start, end, word in words:
            if entry := self._entry(word):
                yield Find(start, end, entry)
        for (start, _, first), (_, end, second) in pairwise(words):
            if entry := self._phrases.get(first + second):
                yield Find(start, end, entry)

    def _entry(self, word: str) -> Entry | None:
        if entry := self._meant.get(word):
            return entry
        prefixes = (word[:length] for length in self._stem_lengths if length < len(word))
        return next((self._stems[prefix] for prefix in prefixes if prefix in self._stems), None)


def _misspelt(word: str) -> Iterator[str]:
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]
    for place in range(1, len(word) - 1):
        if word[place] != word[place + 1]:
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _words(glyphs: list[Glyph]) -> Iterator[tuple[int, int, str]]:
    start = 0
    for place, glyph in enumerate(glyphs):
        if glyph.letters and not glyph.skippable:
            continue
        if place > start:
            for word in plain_words(glyphs[start:place]):
                yield start, place, word
        start = place + 1
