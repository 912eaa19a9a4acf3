"""What makes pictures of words, step by step, many visitors' in one batch: the one protocol of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import NotUnderstoodError
from models.generate.facts import ModelFacts
from models.generate.wish import ReadWords, Wish, read_plainly

Pictures = NDArray[np.uint8]  # N x H x W x 3, RGB
Read = Callable[[str], ReadWords]


class Sketch:
    """One picture on its way. All that it is made of is its own: it shares nothing with another row of its batch."""

    def __init__(self, wish: Wish, read: Read, steps: int) -> None:
        """`read` is how its model reads words. Raises GenerateError for a wish that cannot be made."""
        wish.check()
        self._read = read
        self.wish = wish  # the newest; another one after steer
        self.reading = read(wish.words)  # of the newest words
        self.toward = read(wish.toward) if wish.toward else None
        self.step = 0  # how many are done
        self.steps = steps  # how many there are

    @property
    def done(self) -> bool:
        """Whether the last step was made."""
        return self.step >= self.steps

    def steer(self, wish: Wish) -> None:
        """From the next step on: other words, another share towards others, another guidance. The newest counts.

        Seed, source, change and steps stay what they were. Raises GenerateError, and keeps on as before, for a wish
        that cannot be made.
        """
        mine = self.wish
        newest = replace(wish, seed=mine.seed, source=mine.source, change=mine.change, steps=mine.steps)
        newest.check()
        reading, toward = self._read(newest.words), self._read(newest.toward) if newest.toward else None
        self.wish, self.reading, self.toward = newest, reading, toward


class Generator(Protocol):
    """Makes pictures. One thread at a time; nothing of one sketch reaches another."""

    @property
    def name(self) -> str:
        """The model's name, as exhibitions call it."""

    @property
    def description(self) -> str:
        """Runtime, device and precision, in one line for the operator."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its pictures, in pixels."""

    @property
    def max_batch(self) -> int:
        """How many rows a step takes at once; becomes less where memory runs out."""

    @property
    def device_bytes(self) -> int:
        """Memory of the card that it holds now; 0 on a CPU."""

    @property
    def facts(self) -> ModelFacts:
        """Whose the model is, and what it was taught."""

    def begin(self, wish: Wish) -> Sketch:
        """Start a picture. Raises GenerateError for one that cannot be made."""

    def step(self, sketches: Sequence[Sketch]) -> None:
        """One more step for each, in one batch, wherever each of them is. Sketches that are done stay as they are.

        Raises OutOfMemory where the memory does not even hold one row: no sketch is changed by it then.
        """

    def preview(self, sketches: Sequence[Sketch]) -> Pictures:
        """What each would be if it stopped now."""

    def finish(self, sketches: Sequence[Sketch]) -> Pictures:
        """The pictures of those that are done. Raises GenerateError if one is not."""

    def close(self) -> None:
        """Give the memory back; no picture can be made afterwards."""


def reader_of(facts: ModelFacts) -> Read:
    """How a model reads: with its vocabulary if it has one, else all that is there.

    What it returns raises NotUnderstoodError for words of which the vocabulary knows none.
    """
    vocabulary = facts.vocabulary
    if vocabulary is None:
        return read_plainly

    def read(words: str) -> ReadWords:
        reading = vocabulary.read(words)
        if not reading.understood:
            raise NotUnderstoodError(f"expected a word that {facts.name} knows, got none in {words.strip()!r}")
        return reading

    return read
