"""The lists that ship: what a museum refuses unless its curators say otherwise. Knows the format of their files.

One entry a line, `#` for comments. A line that starts with `+` is an exception: something harmless that has a refused
word in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from exhibit.words.listed import WordLists

UNDETERMINED = "und"  # harmless words of any language that look like a listed one
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "tr", "ar", "zh-Hans", "ja", "ko")


def shipped_lists() -> Mapping[str, tuple[str, ...]]:
    """The refused entries by language."""
    return {language: tuple(line for line in _lines(language) if not line.startswith("+")) for language in LANGUAGES}


def shipped_exceptions() -> Mapping[str, tuple[str, ...]]:
    """The allowed entries by language."""
    return {
        language: tuple(line[1:].strip() for line in _lines(language) if line.startswith("+"))
        for language in (*LANGUAGES, UNDETERMINED)
    }


@cache
def shipped_word_lists() -> WordLists:
    """Both, ready to be asked; built once."""
    return WordLists(shipped_lists(), shipped_exceptions())


@cache
def _lines(language: str) -> tuple[str, ...]:
    text = (files("exhibit.words") / "lists" / f"{language}.txt").read_text(encoding="utf-8")
    return tuple(line for raw in text.splitlines() if (line := raw.split("#")[0].strip()))
