"""What a visitor wants to see, and how a model read it: words, seed, source. Checks ranges; knows no model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import GenerateError

MAX_CHARACTERS = 500
MAX_STEPS = 100
MAX_GUIDANCE = 30.0
MAX_SOURCE_PX = 4096
SEEDS = 2**32


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture that is wanted: a row of a batch."""

    words: str  # the visitor's words; a model with a vocabulary reads what it understands
    seed: int  # 0 .. 2**32 - 1
    steps: int = 0  # 0: as many as the model does best with
    guidance: float | None = None  # None: the model's own
    source: NDArray[np.uint8] | None = None  # H x W x 3 RGB, any size: image to image
    change: float = 0.6  # 0 to 1: how much of the source is made anew (diffusers' strength)
    toward: str = ""  # a second prompt ...
    share: float = 0.0  # ... and how far towards it, 0 to 1: slerp between the two embeddings

    def check(self) -> None:
        """Raise GenerateError, in a sentence, for what no model could make."""
        _check_words(self.words)
        if self.toward:
            _check_words(self.toward)
        elif self.share:
            raise GenerateError(f"expected words to go toward with a share of {self.share:g}, got none")
        if not 0 <= self.seed < SEEDS:
            raise GenerateError(f"expected a seed from 0 to {SEEDS - 1}, got {self.seed}")
        if not 0 <= self.steps <= MAX_STEPS:
            raise GenerateError(f"expected 0 to {MAX_STEPS} steps, got {self.steps}")
        _check_range("a guidance", 0.0 if self.guidance is None else self.guidance, MAX_GUIDANCE)
        _check_range("a change", self.change, 1.0)
        _check_range("a share", self.share, 1.0)
        if self.source is not None:
            _check_source(self.source)


def _check_words(words: str) -> None:
    if not words.strip():
        raise GenerateError("expected words, got none")
    if len(words) > MAX_CHARACTERS:
        raise GenerateError(f"expected at most {MAX_CHARACTERS} characters, got {len(words)}")


def _check_range(what: str, value: float, most: float) -> None:
    if not (math.isfinite(value) and 0 <= value <= most):
        raise GenerateError(f"expected {what} from 0 to {most:g}, got {value:g}")


def _check_source(source: NDArray[np.uint8]) -> None:
    if source.dtype != np.uint8 or source.ndim != 3 or source.shape[2] != 3:
        raise GenerateError(f"expected a source picture as uint8 H x W x 3, got {source.dtype} {source.shape}")
    if not (0 < source.shape[0] <= MAX_SOURCE_PX and 0 < source.shape[1] <= MAX_SOURCE_PX):
        raise GenerateError(f"expected a source picture of 1 to {MAX_SOURCE_PX} px a side, got {source.shape[:2]}")


class ReadWords(Protocol):
    """What a model made of a visitor's words; a vocabulary's Reading is one."""

    @property
    def understood(self) -> tuple[str, ...]:
        """The words that count, each once, in order."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words that the model does not know."""

    @property
    def prompt(self) -> str:
        """What its text encoder is given."""


@dataclass(frozen=True, slots=True)
class PlainReading:
    """Words that are taken as they are, by a model that reads everything."""

    understood: tuple[str, ...]
    unknown: tuple[str, ...]
    prompt: str


def read_plainly(words: str) -> PlainReading:
    """Every word is taken, whatever it is; runs of white space become one space."""
    found = words.split()
    named = (bare for word in found if (bare := word.strip(".,;:!?")))
    return PlainReading(tuple(dict.fromkeys(named)), (), " ".join(found))
