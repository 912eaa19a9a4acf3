"""A generator of known cost whose pictures are one plain colour each: for testing what surrounds one. Loads no model.

The colour follows from the words and the seed alone, or is a word of the form #rrggbb, so that a picture that reached
another visitor would be seen at once.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.errors import GenerateError
from models.generate.facts import ModelFacts
from models.generate.generator import Pictures, Sketch
from models.generate.wish import Wish, read_plainly

STEPS = 4
MAX_BATCH = 8
_GREY = 128.0
_COLOUR = re.compile(r"#([0-9a-f]{6})\b", re.IGNORECASE)


class StubGenerator:
    """Sleeps for step_ms and row_ms a row in every step, using no CPU."""

    def __init__(
        self,
        step_ms: float = 20.0,
        row_ms: float = 5.0,
        *,
        name: str = "stub",
        size: tuple[int, int] = (256, 256),
        max_batch: int = MAX_BATCH,
    ) -> None:
        self._step_ms, self._row_ms, self._size, self._max_batch = step_ms, row_ms, size, max_batch
        self._facts = ModelFacts(name, "A stub: plain colours", "Apache-2.0", False, "none: it has learned nothing")

    @property
    def name(self) -> str:
        return self._facts.name

    @property
    def description(self) -> str:
        return f"stub: {self._step_ms:g} ms a step and {self._row_ms:g} ms a row"

    @property
    def size(self) -> tuple[int, int]:
        return self._size

    @property
    def max_batch(self) -> int:
        return self._max_batch

    @property
    def device_bytes(self) -> int:
        return 0

    @property
    def facts(self) -> ModelFacts:
        return self._facts

    def begin(self, wish: Wish) -> Sketch:
        return Sketch(wish, read_plainly, wish.steps or STEPS)

    def step(self, sketches: Sequence[Sketch]) -> None:
        rows = [sketch for sketch in sketches if not sketch.done]
        for first in range(0, len(rows), self._max_batch):
            batch = rows[first : first + self._max_batch]
            time.sleep((self._step_ms + self._row_ms * len(batch)) / 1000)
            for sketch in batch:
                sketch.step += 1

    def preview(self, sketches: Sequence[Sketch]) -> Pictures:
        return self._draw([_faded(sketch) for sketch in sketches])

    def finish(self, sketches: Sequence[Sketch]) -> Pictures:
        for sketch in sketches:
            if not sketch.done:
                raise GenerateError(f"expected a sketch that is done, got one at step {sketch.step} of {sketch.steps}")
        return self._draw([_colour(sketch) for sketch in sketches])

    def close(self) -> None:
        """Nothing to give back."""

    def _draw(self, colours: Sequence[NDArray[np.float64]]) -> Pictures:
        width, height = self._size
        pictures = np.empty((len(colours), height, width, 3), np.uint8)
        for picture, colour in zip(pictures, colours, strict=True):
            picture[:] = np.rint(colour)
        return pictures


def colour_of(words: str, seed: int) -> tuple[int, int, int]:
    """The colour, RGB, that the stub paints for these words and this seed."""
    named = _COLOUR.search(words)
    digest = hashlib.sha256(f"{seed} {' '.join(words.split())}".encode()).digest()
    red, green, blue = bytes.fromhex(named[1]) if named else digest[:3]
    return red, green, blue


def _colour(sketch: Sketch) -> NDArray[np.float64]:
    wish = sketch.wish
    colour = np.array(colour_of(wish.words, wish.seed), float)
    if not wish.share:
        return colour
    return (1 - wish.share) * colour + wish.share * np.array(colour_of(wish.toward, wish.seed), float)


def _faded(sketch: Sketch) -> NDArray[np.float64]:
    """From grey, before the first step, to its colour after the last."""
    return _GREY + (_colour(sketch) - _GREY) * min(1.0, sketch.step / sketch.steps)
