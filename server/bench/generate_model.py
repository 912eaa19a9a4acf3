"""The model that ships, by itself: whether its pictures answer their words, and what batches gain."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.generate.generator import Generator, Pictures
from models.generate.measure import prompts, rank
from models.generate.opening import open_generator
from models.generate.wish import Wish
from models.runtime.engine import Terms

NAME, RUNTIME = "pigment", "auto"
GROUP = 20  # prompts that a picture is held against
TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Ranked:
    """Shares of prompts."""

    prompts: int
    first: float  # whose picture ranks its own prompt first
    within3: float  # among the first three


@dataclass(frozen=True, slots=True)
class Batches:
    """Pictures a second."""

    together: float
    alone: float
    engine: str
    on_card: bool

    @property
    def ratio(self) -> float:
        """What the batch gains."""
        return self.together / self.alone


def make(generator: Generator, wishes: Sequence[Wish]) -> Pictures:
    """Pictures of all wishes, made together."""
    sketches = [generator.begin(wish) for wish in wishes]
    while not all(sketch.done for sketch in sketches):
        generator.step(sketches)
    return generator.finish(sketches)


def measure_words(count: int, seed: int, say: Callable[[str], None]) -> Ranked:
    """One picture for each of so many prompts, each held against the 20 of its group. Seeds are the prompts' places."""
    generator = open_generator(NAME, None, RUNTIME, Terms())
    ranks: list[int] = []
    try:
        for group in range(max(1, count // GROUP)):
            asked = prompts(GROUP, seed + group)
            wishes = [Wish(", ".join(words), group * GROUP + at) for at, words in enumerate(asked)]
            pictures = np.concatenate([make(generator, [wish]) for wish in wishes])
            ranks += rank(asked, list(pictures))
            say(f"{len(ranks)} of {count}")
    finally:
        generator.close()
    found = np.array(ranks)
    return Ranked(len(ranks), float((found == 0).mean()), float((found < 3).mean()))


def measure_batches(turns: int) -> Batches:
    """The same pictures together and one after the other, in turns, the quickest of each."""
    generator = open_generator(NAME, None, RUNTIME, Terms())
    wishes = [Wish(", ".join(words), at) for at, words in enumerate(prompts(TOGETHER, 3))]
    try:
        make(generator, wishes)
        make(generator, wishes[:1])
        together_s, alone_s = [], []
        for _ in range(turns):
            together_s.append(_seconds(lambda: make(generator, wishes)))
            alone_s.append(_seconds(lambda: [make(generator, [wish]) for wish in wishes]))
        best = TOGETHER / min(together_s), TOGETHER / min(alone_s)
        return Batches(*best, generator.description, on_card=generator.device_bytes > 0)
    finally:
        generator.close()


def _seconds(work: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    work()
    return time.perf_counter() - started_s
