"""StyleMix: weights over styles and a strength, always valid once made. Knows no network."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from exhibit.refusal import Refusal, Refused


@dataclass(frozen=True, slots=True)
class StyleMix:
    """How to paint: style id to weight (weights sum to 1) and strength from 0 (the camera picture) to 1."""

    weights: Mapping[str, float]
    strength: float = 1.0

    @staticmethod
    def of(weights: Mapping[str, float], strength: float, offered: Collection[str]) -> StyleMix:
        """Normalise weights that are finite, from 0, with a sum above 0. Raises Refused if a style is not offered."""
        for style in weights:
            if style not in offered:
                raise Refused(Refusal.UNKNOWN_STYLE, f"Got {style[:40]!r}.")
        total = sum(weights.values())
        return StyleMix({style: weight / total for style, weight in weights.items() if weight > 0}, strength)
