"""The check of a sentence that a visitor wrote: what goes to the model, or why nothing does. Knows no station."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from exhibit.words.characters import has_forbidden, is_words, normalised
from exhibit.words.instructions import instructs_the_renderer
from exhibit.words.listed import WordLists

MAX_CHARS = 200  # of what goes to the model
MAX_CHARS_WRITTEN = 1000  # emoji and marks of no width fall away; anything longer is not even looked at


class WordsRefusal(StrEnum):
    """Why a sentence does not become a picture."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"  # controls, direction overrides, private or unassigned characters, lone surrogates, piled marks
    NOT_WORDS = "not_words"  # only emoji, punctuation, digits
    LISTED = "listed"
    INSTRUCTION = "instruction"  # to the renderer: weights, options, addresses, paths


SENTENCES = {
    WordsRefusal.EMPTY: "Please write a few words.",
    WordsRefusal.TOO_LONG: f"That is a lot of words. Please use at most {MAX_CHARS} characters.",
    WordsRefusal.CONTROL: "Some characters cannot be read here. Please type the words again.",
    WordsRefusal.NOT_WORDS: "Please use words: a colour, a place, a mood.",
    WordsRefusal.LISTED: "This picture would not suit everybody in the room. Please try other words.",
    WordsRefusal.INSTRUCTION: "Please describe a picture in plain words, without signs, addresses or commands.",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence after its check. `language` and `listed` are for the curator: which entry of which list was found."""

    text: str  # what goes to the model; empty where it is refused before it is read
    refusal: WordsRefusal | None = None
    language: str = ""
    listed: str = ""

    @property
    def sentence(self) -> str:
        """What a visitor may do, in English; empty where nothing is refused."""
        return SENTENCES[self.refusal] if self.refusal else ""


def check_words(text: str, lists: WordLists) -> Checked:
    """Checks any string, of any length and any characters."""
    if len(text) > MAX_CHARS_WRITTEN:
        return Checked("", WordsRefusal.TOO_LONG)
    if has_forbidden(text):
        return Checked("", WordsRefusal.CONTROL)
    plain = normalised(text)
    if refusal := _refusal_of_form(text, plain):
        return Checked(plain, refusal)
    if found := lists.find(text):
        return Checked(plain, WordsRefusal.LISTED, found.language, found.written)
    return Checked(plain, WordsRefusal.INSTRUCTION if instructs_the_renderer(plain) else None)


def _refusal_of_form(written: str, plain: str) -> WordsRefusal | None:
    if not written.strip():
        return WordsRefusal.EMPTY
    if len(plain) > MAX_CHARS:
        return WordsRefusal.TOO_LONG
    return None if is_words(plain) else WordsRefusal.NOT_WORDS
