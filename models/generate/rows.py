"""Runs rows on an engine, as many at a time as memory holds: where it runs out, half as many, until one. Says so."""

from __future__ import annotations

import logging

import numpy as np

from models.errors import EngineError, OutOfMemory
from models.runtime.engine import Array, Engine, Inputs

log = logging.getLogger("vernissage.generate")

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
