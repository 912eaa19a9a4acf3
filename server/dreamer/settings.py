"""What the dreamer is started with, and what it says of itself. Plain values: they cross a socket as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class DreamerSettings:
    """What a dreamer process is started with."""

    model: str  # its name: one that ships, or one on the shelf
    runtime: str
    threads: int
    steps: int  # 0: as many as the model does best with
    memory_mb: int  # of a card, at most; 0: all it has
    quality: int  # of JPEGs
    pictures: str  # the folder of artworks' pictures
    shelf: str  # the folder of models that the gallery added
    engines: str  # the folder that keeps compiled engines
    stub_step_ms: float = 20.0
    stub_row_ms: float = 5.0


@dataclass(frozen=True, slots=True)
class DreamerReady:
    """What a dreamer says of itself when it can work."""

    engine: str
    checker: str
    size: tuple[int, int]  # width and height of its pictures
    at_once: int  # pictures that share a batch
    step_ms: float  # of one picture alone, measured at the start
    steps: int
    device_bytes: int

    @classmethod
    def from_head(cls, head: dict[str, Any]) -> Self:
        """What a message of the kind ready says."""
        values = {name: head[name] for name in cls.__slots__ if name != "size"}
        return cls(size=(head["size"][0], head["size"][1]), **values)
