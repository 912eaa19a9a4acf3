"""What decides the trained weights, as written in a recipe.toml: styles, photos, networks, losses. Knows no torch."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.style.shape import Shape

SHIPPED_RECIPE = Path(__file__).parent / "recipe.toml"


@dataclass(frozen=True)
class StyleSource:
    """One style: the painting it was learned from, and what a visitor reads about it."""

    id: str
    picture: str  # file name in the folder of paintings
    painter: str
    year: int
    painting: str  # its title
    licence: str
    name: Mapping[str, str]  # by language tag


@dataclass(frozen=True)
class LossWeights:
    """What each term of the loss counts, beside the style's own, which counts 1."""

    content: float
    variation: float


@dataclass(frozen=True)
class Course:
    """How one size of the network is trained."""

    network: Shape
    iterations: int
    batch: int
    crop_px: int
    kernel_rate: float  # Muon's for convolutions that a norm follows: the highest of the one-cycle schedule
    rate: float  # Adam's for the rest
    steady: float  # weight of: the same picture under noise, shift and exposure is painted the same
    teacher: float  # weight of: painted as the larger network paints; 0 where there is none
    seed: int


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the trained weights, besides the pictures themselves."""

    styles: tuple[StyleSource, ...]
    photos: tuple[str, ...]  # file names of what is trained on; all others are for measuring
    painting_px: int
    loss: LossWeights
    courses: Mapping[str, Course]  # by the name of the size

    @staticmethod
    def load(path: Path = SHIPPED_RECIPE) -> Recipe:
        """Read a recipe. Raises ValueError naming the key that is unknown or missing, or if it is no TOML."""
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        try:
            return Recipe(
                styles=tuple(StyleSource(**style) for style in raw.pop("style")),
                photos=tuple(raw.pop("photos")),
                loss=LossWeights(**raw.pop("loss")),
                courses={name: _course(course) for name, course in raw.pop("course").items()},
                **raw,
            )
        except KeyError as error:
            raise ValueError(f"{path}: the recipe lacks {error}") from error
        except TypeError as error:
            raise ValueError(f"{path}: {error}") from error

    def with_batch(self, size: str, batch: int) -> Recipe:
        """The same with so many pictures a step for a size: as many as an accelerator likes."""
        return replace(self, courses={**self.courses, size: replace(self.courses[size], batch=batch)})


def _course(raw: dict[str, object]) -> Course:
    network = raw.pop("network")
    if not isinstance(network, dict):
        raise TypeError(f"expected network as a table of width, blocks and end_kernel, got {network!r}")
    return Course(network=Shape(**network), **raw)  # type: ignore[arg-type]
