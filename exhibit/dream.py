"""Pictures made from words: who may ask for what, and how one was made. Knows no model and no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self


class WordsMode(StrEnum):
    """What a visitor may ask a dream for."""

    CHOSEN = "chosen"  # from the curator's words only
    FREE = "free"  # a sentence, checked
    APPROVED = "approved"  # a sentence, checked, and shown only once it was approved


class Source(StrEnum):
    """What a dream begins from."""

    WORDS = "words"  # nothing but words
    ARTWORK = "artwork"  # the artwork's picture
    CAMERA = "camera"  # what the camera sees
    PICTURE = "picture"  # the visitor's own last dream, varied


class Mark(StrEnum):
    """Where the visible mark stands that says how a picture was made."""

    BOTTOM_RIGHT = "bottom_right"
    BOTTOM_LEFT = "bottom_left"
    TOP_RIGHT = "top_right"
    TOP_LEFT = "top_left"
    NONE = "none"  # only where the law does not ask for one, as the configuration says


# IPTC digital source types, as Content Credentials name them (https://cv.iptc.org/newscodes/digitalsourcetype/).
AI_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
AI_EDITED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


@dataclass(frozen=True, slots=True)
class Made:
    """How a picture was made: what the card beside it says, and what is signed into it. Names no visitor."""

    exhibition: str  # its title, in its first language
    station: str  # the same
    artwork: str  # what hangs there, in words
    words: str  # that were asked for
    source: Source
    model: str  # its title
    licence: str  # of the model
    training_data: str
    seed: int
    steps: int
    styles: Mapping[str, float]  # the names of the styles that it was repainted in, with their weights; empty: none
    made_at: str  # ISO 8601, UTC
    understood: tuple[str, ...] = ()  # of the words, where the model has a vocabulary
    unknown: tuple[str, ...] = ()

    @property
    def digital_source_type(self) -> str:
        """IPTC's term: made by a trained model, or made of another picture with one."""
        return AI_MADE if self.source is Source.WORDS else AI_EDITED

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {
            "styles": dict(self.styles),
            "understood": list(self.understood),
            "unknown": list(self.unknown),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """What as_json wrote."""
        words = {"understood": tuple(value["understood"]), "unknown": tuple(value["unknown"])}
        return cls(**{**value, **words, "source": Source(value["source"])})
