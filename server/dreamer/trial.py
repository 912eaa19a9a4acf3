"""What the generator can do, found out at the start: how long a step takes, and how many pictures should share one.

Where a batch costs as much as its rows one after the other, as on most cores, making many at once would only have
everybody wait for the last; two then go on side by side, so that a preview comes early.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from models.generate.generator import Generator, Sketch
from models.generate.wish import Wish

WORDS = "blue"  # that any model takes
WORTH = 1.5  # a batch of all it can take must do so many times as much as rows one by one
FEW = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found out."""

    steps: int
    step_ms: float  # of one picture alone
    at_once: int


def try_out(generator: Generator, steps: int) -> Trial:
    """Make a picture, so that the first visitor waits for nothing to be compiled, and time a step of a full batch."""
    most = generator.max_batch
    alone = generator.begin(Wish(WORDS, 0, steps=steps))
    step_ms = _second_step_ms(generator, [alone])
    together = [generator.begin(Wish(WORDS, seed, steps=steps)) for seed in range(most)]
    batch_ms = _second_step_ms(generator, together) if most > 1 else step_ms
    while not alone.done:
        generator.step([alone])
    generator.preview([alone])
    generator.finish([alone])
    gains = batch_ms * WORTH <= step_ms * most
    return Trial(alone.steps, step_ms, generator.max_batch if gains else min(FEW, generator.max_batch))


def _second_step_ms(generator: Generator, sketches: list[Sketch]) -> float:
    """The first one may have something compiled. Of a model of one step there is only that."""
    started_s = time.perf_counter()
    generator.step(sketches)
    if not sketches[0].done:
        started_s = time.perf_counter()
        generator.step(sketches)
    return (time.perf_counter() - started_s) * 1000
