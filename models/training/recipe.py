"""What decides the trained weights, as written in a recipe.toml: styles, network, schedule, losses. Knows no torch."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.style.shape import Shape


@dataclass(frozen=True)
class StyleSource:
    """One style: the painting it was learned from, and what a visitor reads about it."""

    id: str
    picture: str  # file name in the folder of paintings
    painter: str
    year: int
    painting: str  # its title
    name: Mapping[str, str]  # by language tag


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the trained weights, besides the pictures themselves."""

    styles: tuple[StyleSource, ...]
    shape: Shape
    iterations: int
    batch: int
    crop_px: int
    painting_px: int
    rate: float
    content_weight: float
    variation_weight: float
    noise_weight: float
    seed: int

    @staticmethod
    def load(path: Path) -> Recipe:
        """Read a recipe; a key that is unknown or missing raises TypeError or KeyError naming it."""
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        styles = tuple(StyleSource(**style) for style in raw.pop("style"))
        return Recipe(styles=styles, shape=Shape(**raw.pop("network")), **raw)
