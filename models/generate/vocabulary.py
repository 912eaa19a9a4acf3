"""The words that a model knows, and what it understands of a visitor's sentence in any of their languages. No torch.

vocabulary.json in the model's folder:
    {"red": {"kind": "colour", "also": ["scarlet"], "labels": {"en": "red", "de": "rot", "zh-Hans": "红色"}}}
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from models.errors import ModelError

KINDS = ("colour", "light", "texture", "composition", "motif", "mood", "manner")
LONGEST_TEXT = 500  # characters
LARGEST_FILE_BYTES = 1_000_000
_MOST_PARTS = 4  # of an entry of several words
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "s",
        "of",
        "in",
        "on",
        "with",
        "and",
        "or",
        "at",
        "to",
        "by",
        "from",
        "as",
        "is",
        "it",
        "its",
        "very",
        "some",
        "my",
        "me",
        "i",
        "for",
        "into",
        "over",
        "under",
        "like",
        "style",
        "manner",
        "picture",
        "painting",
        "image",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "ein",
        "eine",
        "einen",
        "einem",
        "mit",
        "und",
        "oder",
        "von",
        "vom",
        "im",
        "am",
        "auf",
        "zu",
        "ist",
        "sehr",
        "wie",
        "bild",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "de",
        "du",
        "d",
        "l",
        "dans",
        "avec",
        "et",
        "ou",
        "sur",
        "au",
        "aux",
        "en",
        "tres",
        "comme",
        "el",
        "los",
        "las",
        "una",
        "con",
        "y",
        "o",
        "del",
        "al",
        "por",
        "muy",
        "como",
        "的",
        "和",
        "在",
        "与",
        "一",
        "个",
        "幅",
        "画",
        "里",
        "中",
        "上",
        "下",
        "很",
        "有",
        "في",
        "من",
        "مع",
        "و",
        "على",
        "الى",
        "لوحة",
    ]
)
_PART = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENDINGS = ("s", "e", "es", "en", "er", "em", "n", "a", "as", "os")  # of words in the plural or another gender
_SHORTEST_STEM = 3


class VocabularyError(ModelError):
    """A vocabulary that cannot be used, a word that is not in it, or a text that is too long."""


@dataclass(frozen=True)
class Word:
    """One entry. labels: by language tag."""

    kind: str
    also: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """What was understood of a text."""

    understood: tuple[str, ...]  # canonical words in the text's order, each once
    unknown: tuple[str, ...]  # the visitor's words that mean nothing to the model, without stop words
    prompt: str  # what the text encoder is given


class Vocabulary:
    """words: by their canonical form, as the text encoder knows them."""

    def __init__(self, words: Mapping[str, Word]) -> None:
        self._words = words

    @staticmethod
    def load(path: Path) -> Vocabulary:
        """Read a vocabulary.json. Raises VocabularyError naming what is missing, too large or malformed."""
        try:
            if path.stat().st_size > LARGEST_FILE_BYTES:
                raise VocabularyError(f"{path}: expected at most {LARGEST_FILE_BYTES} bytes, got {path.stat().st_size}")
            raw = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise VocabularyError(f"expected a vocabulary at {path}: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise VocabularyError(f"{path} is not JSON: {error}") from error
        if not isinstance(raw, dict) or not raw:
            raise VocabularyError(f"{path}: expected an object of words, got {type(raw).__name__}")
        return Vocabulary({word: _entry(word, facts, path) for word, facts in raw.items()})

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        return word in self._words

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of words that there are, in KINDS's order."""
        here = {entry.kind for entry in self._words.values()}
        return tuple(kind for kind in KINDS if kind in here)

    def words(self, kind: str) -> tuple[str, ...]:
        """The canonical words of a kind. Raises VocabularyError for a kind that is none."""
        if kind not in KINDS:
            raise VocabularyError(f"expected a kind of {', '.join(KINDS)}, got {kind!r}")
        return tuple(word for word, entry in self._words.items() if entry.kind == kind)

    def kind(self, word: str) -> str:
        """What kind of word it is. Raises VocabularyError for a word that is not here."""
        return self._entry(word).kind

    def label(self, word: str, language: str) -> str:
        """A word as a visitor reads it: in this language, or in English where the vocabulary lacks it."""
        labels = self._entry(word).labels
        base = language.split("-", maxsplit=1)[0].lower()
        near = next((label for tag, label in labels.items() if tag.split("-")[0].lower() == base), None)
        return labels.get(language) or near or labels.get("en") or word

    def read(self, text: str) -> Reading:
        """What is understood of a sentence or a list of words, in any language of the labels, in any letter case.

        Raises VocabularyError for more than LONGEST_TEXT characters.
        """
        if len(text) > LONGEST_TEXT:
            raise VocabularyError(f"expected at most {LONGEST_TEXT} characters, got {len(text)}")
        understood: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for part, word in self._spotted(_PART.findall(unicodedata.normalize("NFKC", text))):
            if word is not None:
                understood[word] = None
            elif _folded(part) not in _STOP:
                unknown[part] = None
        return Reading(tuple(understood), tuple(unknown), " ".join(understood))

    def _entry(self, word: str) -> Word:
        if word not in self._words:
            raise VocabularyError(f"expected a word of the vocabulary, got {word!r}")
        return self._words[word]

    @cached_property
    def _names(self) -> Mapping[tuple[str, ...], str]:
        """Canonical words by all that they are called, folded and parted. What comes first counts."""
        names: dict[tuple[str, ...], str] = {}
        for pick in (lambda word, _: [word], lambda _, entry: [*entry.labels.values()], lambda _, entry: [*entry.also]):
            for word, entry in self._words.items():
                for name in pick(word, entry):
                    names.setdefault(tuple(_folded(part) for part in _PART.findall(name)), word)
        return names

    def _spotted(self, parts: Sequence[str]) -> Iterator[tuple[str, str | None]]:
        """Each part of a text with the word it is, several parts as one where an entry has several."""
        at = 0
        while at < len(parts):
            if _HAN.match(parts[at]):
                yield from self._spotted_han(parts[at])
                at += 1
                continue
            for count in range(min(_MOST_PARTS, len(parts) - at), 0, -1):
                word = self._named(parts[at : at + count])
                if word is not None or count == 1:
                    yield " ".join(parts[at : at + count]), word
                    at += count
                    break

    def _spotted_han(self, run: str) -> Iterator[tuple[str, str | None]]:
        """Chinese is written without spaces: the longest name that begins here, else characters up to the next."""
        missed, at = "", 0
        while at < len(run):
            length = next((n for n in range(min(8, len(run) - at), 0, -1) if (run[at : at + n],) in self._names), 0)
            if missed and (length or run[at] in _STOP):
                yield missed, None
                missed = ""
            if length:
                yield run[at : at + length], self._names[(run[at : at + length],)]
            elif run[at] not in _STOP:
                missed += run[at]
            at += length or 1
        if missed:
            yield missed, None

    def _named(self, parts: Sequence[str]) -> str | None:
        folded = tuple(_folded(part) for part in parts)
        if folded in self._names:
            return self._names[folded]
        if len(folded) > 1 or folded[0] in _STOP:
            return None
        return next((self._names[(stem,)] for stem in _stems(folded[0]) if (stem,) in self._names), None)


def _folded(part: str) -> str:
    """Without case and accents: Bläue, BLÄUE and blaue are one."""
    marked = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", part).casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in marked if not unicodedata.combining(sign)))


def _stems(word: str) -> Iterator[str]:
    """What a word may be a form of: plurals and genders of European languages, the article and the `and` of Arabic."""
    for start in ("ال", "وال", "و", "بال"):
        if word.startswith(start):
            yield word.removeprefix(start)
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            yield stem
            yield stem + "o"  # roja, rojas: rojo
            if stem.endswith("l"):
                yield stem[:-1] + "el"  # dunkles: dunkel
    if "eus" in word:
        yield re.sub("euses?$", "eux", word)  # orageuse: orageux


def _entry(word: str, facts: Any, path: Path) -> Word:
    try:
        kind, also, labels = facts["kind"], facts["also"], facts["labels"]
    except (TypeError, KeyError) as error:
        raise VocabularyError(f"{path}: {word!r}: expected kind, also and labels, got {facts!r:.80}") from error
    names = [word, *also, *labels.values()] if isinstance(also, list) and isinstance(labels, dict) else [None]
    if kind not in KINDS or not all(isinstance(name, str) and name.strip() for name in names):
        raise VocabularyError(
            f"{path}: {word!r}: expected a kind of {', '.join(KINDS)} and names as text, got {facts!r:.80}"
        )
    return Word(kind, tuple(also), dict(labels))
