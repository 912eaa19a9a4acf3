"""What a visitor's wish asks of the model, or why it is not made. Pure but for the time that checking words takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exhibit.dream import WordsMode
from exhibit.experience import Dream
from exhibit.protocol import Wish
from exhibit.texts import Texts
from exhibit.words.check import check_words
from exhibit.words.listed import WordLists

CHOSEN_ONLY = "This station takes its own words only."
NO_WORDS = "Choose a word first."
NO_MODEL = "No picture can be made at the moment."
BUSY = "Many wait here at the moment; try again soon."
FAULT = "The picture could not be made."
_ENGLISH = "en"  # that every model reads


class NotGrantedError(Exception):
    """A wish is not made into a picture: a code of the protocol's, and a sentence for the visitor."""

    def __init__(self, code: str, sentence: str, detail: str = "", *, unknown: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.unknown = tuple(unknown)  # words that the model does not know
        self.detail = detail  # for the log: names no visitor's words


@dataclass(frozen=True, slots=True)
class Request:
    """The words of a wish: as the model is given them, and as the visitor knows them."""

    words: str
    told: str


def request_of(wish: Wish, dream: Dream, language: str, lists: WordLists) -> Request:
    """What is to be made. Raises NotGrantedError. A word that the station has no more is left out."""
    chosen = [dream.words[place] for place in wish.words if place < len(dream.words)]
    written = _checked(wish.text, dream, lists) if wish.text is not None else ""
    if not chosen and not written:
        raise NotGrantedError("words_empty", NO_WORDS)
    return Request(
        words=_joined([_in(text, _ENGLISH) for text in chosen], written),
        told=_joined([_in(text, language) for text in chosen], written),
    )


def _checked(text: str, dream: Dream, lists: WordLists) -> str:
    if dream.mode is WordsMode.CHOSEN:
        raise NotGrantedError("words_chosen_only", CHOSEN_ONLY)
    checked = check_words(text, lists)
    if checked.refusal is not None:
        detail = f"{checked.listed!r} is on the list for {checked.language}" if checked.listed else ""
        raise NotGrantedError(f"words_{checked.refusal.value}", checked.sentence, detail)
    return checked.text


def _in(text: Texts, language: str) -> str:
    return text.in_language(language, next(iter(text.by_language)))


def _joined(words: Sequence[str], written: str) -> str:
    return ", ".join([*words, *([written] if written else [])])
