"""Runs rows on an engine, as many at a time as memory holds: where it runs out, half as many, until one. Says so."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np

from models.errors import EngineError, OutOfMemory
from models.runtime.engine import Array, Engine, Inputs
from models.runtime.profile import Profile, Range

log = logging.getLogger("vernissage.generate")

ROWS = "batch"  # the one free dimension of every part
MOST_ROWS: Mapping[str, int] = {"cpu": 16, "card": 32}  # of the denoiser at once; two a picture where it is guided
BEST_ROWS = 4  # what a compiled engine is tuned for: two guided pictures, or a preview of four
MOST_PIXELS = 16 * 512 * 512  # of all rows of a compiled engine: it takes memory for its most rows when it is opened

_NO_MEMORY = (
    *("out of memory", "no memory left", "no room", "bad allocation", "bad_alloc", "outofmemory"),
    *("not enough memory", "failed to allocate", "cannot allocate", "that it may have"),
)


class Rows:
    """An engine that is never given more rows than it could take so far.

    A card makes each number of rows ready before it runs them (CUDA graphs), which takes seconds: so there, numbers are
    filled up to powers of two with rows that nobody looks at.
    """

    def __init__(self, engine: Engine, what: str, most: int) -> None:
        self.engine, self._what = engine, what
        self._filled = engine.in_flight > 1
        self.most = most  # rows at once; halved where memory runs out

    def run(self, inputs: Inputs) -> Array:
        """All rows, in order. Raises OutOfMemory if not even one can be run, EngineError as the engine does."""
        count = len(next(iter(inputs.values())))
        done: list[Array] = []
        first = 0
        while first < count:
            rows = {name: np.ascontiguousarray(array[first : first + self.most]) for name, array in inputs.items()}
            output = self._try(rows)
            if output is not None:
                done.append(output[: count - first])
                first += len(done[-1])
        return done[0] if len(done) == 1 else np.concatenate(done)

    def warm(self, row: Inputs) -> None:
        """Make ready for one row, which is given, and on a card for all numbers of rows that there will be."""
        count = 1
        while count <= self.most:
            try:
                self.engine.warm(_repeated(row, count))
            except (EngineError, MemoryError) as error:
                if not is_memory(error):
                    raise
                self._halve(count, error)
                return
            count = 2 * count if self._filled else self.most + 1

    def _try(self, rows: Inputs) -> Array | None:
        """None where memory ran out and fewer rows may be tried."""
        count = len(next(iter(rows.values())))
        try:
            return self.engine.run(_repeated(rows, _filled_up(count)) if self._filled else rows)
        except (EngineError, MemoryError) as error:
            if not is_memory(error):
                raise
            self._halve(count, error)
            return None

    def _halve(self, count: int, error: Exception) -> None:
        if count == 1:
            raise OutOfMemory(f"there is no memory to {self._what} a single picture: {error}") from error
        self.most = count // 2
        log.warning("no memory to %s %d rows at once: from now on at most %d (%s)", self._what, count, self.most, error)


def profile_for_size(size: tuple[int, int]) -> Profile:
    """The rows that a compiled engine is built for, for pictures of this width and height: powers of two up to most."""
    pixels = size[0] * size[1]
    most = min(MOST_ROWS["card"], max(1, MOST_PIXELS // pixels))
    most = 1 << (most.bit_length() - 1)
    return Profile("rows", {ROWS: Range(1, min(BEST_ROWS, most), most)})


def most_rows(engine: Engine) -> int:
    """How many rows an engine may be given at once: what it was built for, else what suits where it runs."""
    if engine.profiles:
        return max(profile.ranges[ROWS].most for profile in engine.profiles)
    return MOST_ROWS["card" if engine.in_flight > 1 else "cpu"]


def _filled_up(count: int) -> int:
    """The power of two that is not less."""
    return 1 << (count - 1).bit_length()


def _repeated(rows: Inputs, count: int) -> Inputs:
    """So many rows: those that there are, and the last one again and again."""
    return {name: np.concatenate([a, np.repeat(a[-1:], count - len(a), 0)]) for name, a in rows.items()}


def is_memory(error: BaseException) -> bool:
    """Whether an engine failed because memory ran out, on the card or off it; runtimes say so in words of their own."""
    said = f"{type(error).__name__} {error}".lower()
    if isinstance(error, MemoryError) or any(words in said for words in _NO_MEMORY):
        return True
    return error.__cause__ is not None and is_memory(error.__cause__)
